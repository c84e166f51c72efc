package whyc.schedule;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import whyc.graph.Graph;

/**
 * Computes values a second time instead of keeping them, where memory is short: a backward pass
 * wants the activations of the forward pass in reverse, so that the first of them are kept for
 * longest. A chain of n layers then does with O(sqrt n) activations and one more forward pass (Chen
 * et al. 2016, arXiv 1604.06174); where values differ in size and lines in cost, the choice is made
 * value by value, as in Kirisame et al. 2021 (Dynamic tensor rematerialization, arXiv 2006.09616).
 *
 * <p>Where most is taken at one time, of the values that are only waiting there the one is dropped
 * whose recomputation saves most for its arithmetic, and so on until all fits. The same operators
 * run on the same operands, so results stay equal to the last bit.
 */
public final class Recompute {
  /** Values looked at more closely, of those that are the cheapest for their size. */
  private static final int CANDIDATES = 32;

  /** How far the second attempt goes at once: its target is that part of what lives. */
  private static final double GRADUAL = 0.9;

  private final Graph graph;
  private final ToLongFunction<Graph> peak;
  private final long budget;

  /** The smallest peak that was seen. */
  private long least;

  private Recompute(Graph graph, ToLongFunction<Graph> peak, long budget) {
    this.graph = graph;
    this.peak = peak;
    this.budget = budget;
    this.least = peak.applyAsLong(graph);
  }

  /**
   * The same program, with further lines where values are computed again: lines that stand twice,
   * which a {@link whyc.graph.Builder} would make one again, so that this comes last.
   *
   * @param peak what a program takes of a memory, such as an extent of its {@link Schedule}
   * @param budget the most that it may take; too small a one is refused with what is enough
   */
  public static Graph within(Graph graph, ToLongFunction<Graph> peak, long budget) {
    Recompute search = new Recompute(graph, peak, budget);
    return search.least <= budget
        ? graph
        : search
            .lower(0)
            .or(() -> search.lower(GRADUAL))
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "a run needs a memory of at least %d, got a budget of %d"
                        .formatted(search.least, budget)));
  }

  /**
   * Works on an estimate in bytes and asks for the peak where the estimate is met: what fits in the
   * estimate and not in truth is held to less. To go straight to the target costs least arithmetic,
   * to go by degrees reaches further.
   *
   * @param degree the part of what lives that may be left after one degree
   */
  private Optional<Graph> lower(double degree) {
    Replay replay = Replay.of(graph);
    long found = least;
    while (found > budget) {
      double scaled = (double) replay.peak() * budget / found;
      double target = Math.min(replay.peak() - 1, Math.max(scaled, degree * replay.peak()));
      Replay lower = lowered(replay, target);
      found = peak.applyAsLong(lower.graph());
      least = Math.min(least, found);
      if (found > budget && lower.peak() > target) {
        return Optional.empty();
      }
      replay = lower;
    }
    return Optional.of(replay.graph());
  }

  /** As few as possible values are dropped until the target is met, or no dropping helps. */
  private static Replay lowered(Replay from, double target) {
    Replay replay = from;
    while (replay.peak() > target) {
      Optional<Replay> better = improved(replay, target);
      if (better.isEmpty()) {
        return replay;
      }
      replay = better.orElseThrow();
    }
    return replay;
  }

  private static Optional<Replay> improved(Replay replay, double target) {
    double excess = replay.excess(target);
    return replay.droppable().stream()
        .sorted(Comparator.comparingDouble(Replay.Drop::costPerByte))
        .limit(CANDIDATES)
        .flatMap(drop -> better(replay.without(drop), replay, excess, target))
        .max(Comparator.comparingDouble(Better::savingPerOperation))
        .map(Better::replay);
  }

  private record Better(Replay replay, double savingPerOperation) {}

  private static Stream<Better> better(
      Replay candidate, Replay than, double excess, double target) {
    double saving = excess - candidate.excess(target);
    long operations = Math.max(1, candidate.operations() - than.operations());
    return saving > 0
        ? List.of(new Better(candidate, saving / operations)).stream()
        : Stream.empty();
  }
}
