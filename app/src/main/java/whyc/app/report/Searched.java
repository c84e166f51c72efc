package whyc.app.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import whyc.architecture.Figures;
import whyc.architecture.Found;
import whyc.architecture.Objective;
import whyc.architecture.Point;
import whyc.architecture.Searches;

/**
 * What methods found on a space.
 *
 * @param found by each method, with each seed; the first method is the one that others are compared
 *     with
 * @param chosen those of the front of all that were looked at on the test pictures
 */
public record Searched(String title, Searches searches, List<Found> found, List<Confirmed> chosen) {
  /** Accuracy that counts as that of the exact counterpart. */
  static final double POINT = 0.01;

  public Searched {
    found = List.copyOf(found);
    chosen = List.copyOf(chosen);
  }

  /**
   * A candidate on all test pictures.
   *
   * @param folder where its files are
   * @param onnx whether stock operators can say its arithmetic
   */
  public record Confirmed(Point point, Figures test, String folder, boolean onnx) {}

  /** The front of all that were found. */
  public static List<Point> front(Searches searches, List<Found> found) {
    List<Point> all = new ArrayList<>();
    found.forEach(f -> all.addAll(f.points()));
    return searches.front(all).stream()
        .sorted(Comparator.comparingDouble(p -> p.figures().energyPicojoules()))
        .toList();
  }

  /** The methods, in the order in which they ran. */
  List<String> methods() {
    return found.stream().map(Found::method).distinct().toList();
  }

  List<Found> of(String method) {
    return found.stream().filter(f -> f.method().equals(method)).toList();
  }

  double hypervolume(Found f) {
    return searches.hypervolume(f.points());
  }

  /**
   * How many times sooner the first method had reached what another ended with; absent where it
   * never did, or where there is no other.
   */
  Optional<Double> sooner(Found first, Found other) {
    double seconds = searches.secondsTo(hypervolume(other), first);
    return Double.isFinite(seconds) && seconds > 0
        ? Optional.of(other.seconds() / seconds)
        : Optional.empty();
  }

  /** The best accuracy that any method found. */
  double bestAccuracy() {
    return found.stream()
        .flatMap(f -> f.points().stream())
        .mapToDouble(p -> p.figures().accuracy())
        .max()
        .orElse(0);
  }

  /**
   * The least energy of a method's networks that lose at most a point against their exact
   * counterparts, and two against the best network of all.
   */
  Optional<Point> thriftiest(Found f) {
    double least = bestAccuracy() - 2 * POINT;
    return f.points().stream()
        .filter(p -> p.figures().accuracy() >= p.figures().exactAccuracy() - POINT)
        .filter(p -> p.figures().accuracy() >= least)
        .min(Comparator.comparingDouble(p -> p.figures().energyPicojoules()));
  }

  /** The first objective that is no accuracy: what pictures show beside it. */
  Objective cost() {
    return searches.objectives().stream()
        .filter(o -> o != Objective.ACCURACY)
        .findFirst()
        .orElse(Objective.ENERGY);
  }
}
