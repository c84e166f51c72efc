package whyc.assign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One strategy's search: what it may use, and what it has found so far. It can end at any moment.
 */
public final class Search {
  private final Problem problem;
  private final Budgets budgets;
  private final Limits limits;
  private final Consumer<Evaluation> told;
  private final Map<Assignment, Evaluation> found = new LinkedHashMap<>();
  private final List<Double> spent = new ArrayList<>();
  private final List<Double> costs = new ArrayList<>();
  private final long start = System.nanoTime();
  private double images;
  private Optional<Prediction> prediction = Optional.empty();

  /**
   * Where a search ends.
   *
   * @param evaluations of all images, at most; parts of them count as parts
   * @param seconds of emulation at most, whether they were spent now or by a search before
   */
  public record Limits(int evaluations, double seconds, long seed) {}

  Search(Problem problem, Budgets budgets, Limits limits, Consumer<Evaluation> told) {
    this.problem = problem;
    this.budgets = budgets;
    this.limits = limits;
    this.told = told;
  }

  Problem problem() {
    return problem;
  }

  Budgets budgets() {
    return budgets;
  }

  long seed() {
    return limits.seed();
  }

  /** Generations that nothing but the other limits should end. */
  int limit() {
    return 100 * limits.evaluations();
  }

  /** Whether nothing more may be measured. */
  boolean isOver() {
    return images >= (double) limits.evaluations() * problem.images()
        || seconds() >= limits.seconds()
        || Thread.currentThread().isInterrupted();
  }

  double seconds() {
    return spent.isEmpty() ? 0 : spent.getLast();
  }

  private void spend(Measured m) {
    images += m.images();
    spent.add(seconds() + m.seconds());
  }

  /** Measures on all images; what this search measured before costs nothing. */
  Evaluation measure(Assignment a) {
    Evaluation known = found.get(a);
    if (known != null) {
      return known;
    }
    Evaluation e = problem.measure(a);
    spend(e.measured());
    found.put(a, e);
    costs.add(images / problem.images());
    told.accept(e);
    return e;
  }

  /** Measures on few images, to learn what a layer does; no candidate comes of it. */
  Measured probe(Assignment a, Passes passes, int most) {
    Measured m = problem.measure(a, passes, Math.min(most, problem.images()));
    spend(m);
    return m;
  }

  /**
   * Images for each of so many probes: all of them together take half of the evaluations at most,
   * so that something is left to measure what they tell.
   */
  int probed(int probes) {
    double half = limits.evaluations() * 0.5 * problem.images();
    return (int) Math.clamp(half / probes, 1, Ours.PROBED);
  }

  boolean keeps(Assignment a) {
    return budgets.keeps(measure(a).measured());
  }

  /** In the order in which they were measured. */
  List<Evaluation> found() {
    return List.copyOf(found.values());
  }

  /** Those that approximate anything. */
  private Stream<Evaluation> approximate() {
    return found.values().stream().filter(e -> !e.assignment().isExact());
  }

  /** The least energy within the budgets of those that approximate anything. */
  Optional<Evaluation> best() {
    return approximate()
        .filter(e -> budgets.keeps(e.measured()))
        .min(Comparator.comparingDouble(Evaluation::picojoules));
  }

  /** The least energy within the budgets, else what misses them least. */
  Evaluation bestOrNearest() {
    return best()
        .orElseGet(() ->
            approximate()
                .min(
                    Comparator.comparingDouble((Evaluation e) -> budgets.excess(e.measured()))
                        .thenComparingDouble(Evaluation::picojoules))
                .orElseGet(problem::reference));
  }

  /** Keeps what was learned last, for those who want to know what it is worth. */
  void learned(Prediction last) {
    prediction = Optional.of(last);
  }

  /** What came of it. */
  Found result(String strategy) {
    return new Found(
        strategy,
        bestOrNearest(),
        best().isPresent(),
        found(),
        costs,
        images / problem.images(),
        seconds(),
        (System.nanoTime() - start) * 1e-9,
        prediction);
  }
}
