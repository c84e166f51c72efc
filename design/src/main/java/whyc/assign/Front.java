package whyc.assign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Energy against accuracy lost. */
public final class Front {
  private Front() {}

  /** Those that no other has less energy and less loss than, from the least energy on. */
  public static List<Evaluation> of(List<Evaluation> evaluations) {
    List<Evaluation> sorted = new ArrayList<>(evaluations);
    sorted.sort(
        Comparator.comparingDouble(Evaluation::picojoules)
            .thenComparingDouble(e -> e.measured().loss()));
    List<Evaluation> front = new ArrayList<>();
    for (Evaluation e : sorted) {
      if (front.isEmpty() || e.measured().loss() < front.getLast().measured().loss()) {
        front.add(e);
      }
    }
    return List.copyOf(front);
  }

  /**
   * The share of a rectangle that a front dominates (Zitzler and Thiele 1999): energies from 0 to
   * {@code mostPicojoules}, losses from 0 to {@code mostLoss}. Networks that gain count as
   * lossless.
   */
  public static double hypervolume(
      List<Evaluation> evaluations, double mostPicojoules, double mostLoss) {
    double volume = 0;
    double above = mostLoss;
    for (Evaluation e : of(evaluations)) {
      double loss = Math.max(0, e.measured().loss());
      if (loss < above && e.picojoules() < mostPicojoules) {
        volume += (above - loss) * (mostPicojoules - e.picojoules());
        above = loss;
      }
    }
    return volume / (mostLoss * mostPicojoules);
  }
}
