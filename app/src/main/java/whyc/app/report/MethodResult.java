package whyc.app.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One attribution.
 *
 * @param folder below the image's folder
 * @param asked the class as it was asked for: {@code top}, a number or a label
 * @param answer the class that was explained
 * @param layer name and the reason it was taken
 * @param parameters everything that decided the attribution, by name
 * @param shape of the raw attribution
 * @param picture what was drawn
 * @param checks residuals of self-checks, by name
 * @param milliseconds that the explanation took, alone or together with others
 * @param alone whether it ran by itself, beside the program of one pass
 * @param measuredWith the other methods that the milliseconds cover
 * @param engine who computed the attribution: name and version
 * @param pruned what was dropped of it, where that was asked for
 */
public record MethodResult(
    String folder,
    String method,
    String asked,
    Ranked answer,
    Optional<LayerChoice> layer,
    String profile,
    OptionalLong seed,
    Map<String, Object> parameters,
    List<Integer> shape,
    double minimum,
    double maximum,
    Range picture,
    Map<String, Object> checks,
    double milliseconds,
    boolean alone,
    List<String> measuredWith,
    String engine,
    Optional<Pruned> pruned,
    List<String> warnings) {

  /**
   * What a picture shows of a map.
   *
   * @param colors the colour map's name
   * @param constant whether the map says nothing about places
   * @param from the value of the first colour
   * @param to that of the last
   */
  public record Range(String colors, boolean constant, double from, double to) {}

  /** A layer and why it was taken. */
  public record LayerChoice(String name, String reason) {}
}
