package whyc.app.report;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * One image with its answers.
 *
 * @param folder below the bundle's
 * @param sample the position in a file of several
 * @param format of the file
 * @param top the classes with the largest scores, first the largest
 */
public record ImageResult(
    String folder,
    Path file,
    String sha256,
    OptionalInt sample,
    String format,
    List<String> notes,
    List<Ranked> top,
    List<MethodResult> methods,
    Timing timing) {

  /** Milliseconds with all explanations: those of one pass and those that ran by themselves. */
  public double explained() {
    return timing.explained()
        + methods.stream()
            .filter(MethodResult::alone)
            .mapToDouble(MethodResult::milliseconds)
            .sum();
  }
}
