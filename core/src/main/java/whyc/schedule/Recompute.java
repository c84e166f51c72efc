package whyc.schedule;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.refusal.RefusedArgument;

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

  /** One degree of the second attempt: the part of what lives that may be left. */
  private static final double DEGREE = 0.9;

  private final Graph graph;
  private final ToLongFunction<Graph> peak;
  private final long budget;

  private Recompute(Graph graph, ToLongFunction<Graph> peak, long budget) {
    this.graph = graph;
    this.peak = peak;
    this.budget = budget;
  }

  /**
   * The same program, with further lines where values are computed again: lines that stand twice,
   * which a {@link whyc.graph.Builder} would make one again, so that this comes last.
   *
   * @param peak what a program takes of a memory, such as an extent of its {@link Schedule}
   * @param budget the most that it may take; too small a one is refused with one that is enough
   */
  public static Graph within(Graph graph, ToLongFunction<Graph> peak, long budget) {
    long whole = peak.applyAsLong(graph);
    if (whole <= budget) {
      return graph;
    }
    Recompute search = new Recompute(graph, peak, budget);
    return search.straight(whole).orElseGet(() -> search.byDegrees(whole));
  }

  /**
   * Goes straight to the target, which costs least arithmetic. Works on an estimate in bytes and
   * asks for the peak where the estimate is met: what fits in the estimate and not in truth is held
   * to less.
   */
  private Optional<Graph> straight(long whole) {
    Replay replay = Replay.of(graph);
    long found = whole;
    while (found > budget) {
      double scaled = (double) replay.peak() * budget / found;
      double target = Math.min((double) replay.peak() - 1, scaled);
      replay = lowered(replay, target);
      found = peak.applyAsLong(replay.graph());
      if (found > budget && replay.peak() > target) {
        return Optional.empty();
      }
    }
    return Optional.of(replay.graph());
  }

  /**
   * Goes down in small degrees, which reaches further. The way is the same for every budget, so
   * that the lowest point of it is a budget that is met.
   */
  private Graph byDegrees(long whole) {
    Replay replay = Replay.of(graph);
    long least = whole;
    while (true) {
      double target = DEGREE * replay.peak();
      replay = lowered(replay, target);
      Graph candidate = replay.graph();
      long found = peak.applyAsLong(candidate);
      if (found <= budget) {
        return candidate;
      }
      least = Math.min(least, found);
      if (replay.peak() > target) {
        throw new RefusedArgument(
            "a run needs a memory of at least %d, got a budget of %d".formatted(least, budget));
      }
    }
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
