package whyc.assign;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The strategies by name. */
public final class Strategies {
  public static final String OURS = "ours";
  public static final String ALGORITHM_ONE = "algorithm1";

  /** All but those that would take for ever. */
  public static final String ALL = "all";

  private Strategies() {}

  /** The names, ours first. */
  public static List<String> names() {
    return List.of(OURS, ALGORITHM_ONE, "uniform", "random", "greedy", "nsga2", "exhaustive");
  }

  /**
   * A strategy, or all that this problem is small enough for.
   *
   * @param scores of the layers: {@link #ALGORITHM_ONE} wants them
   */
  public static List<Strategy> named(String name, Optional<LayerScores> scores, Problem p) {
    Stream<Strategy> known =
        Stream.concat(
            scores.map(AlgorithmOne::new).stream(),
            Stream.of(
                new Uniform(), new RandomSearch(), new Greedy(), new Nsga2(), new Exhaustive()));
    return Stream.concat(Stream.of(new Ours()), known)
        .filter(s ->
            name.equals(ALL)
                ? !(s instanceof Exhaustive) || Exhaustive.assignments(p) <= Exhaustive.MOST
                : s.name().equals(name))
        .toList();
  }

  /**
   * Runs a strategy to its end.
   *
   * @param told of each network that was measured on all images
   */
  public static Found run(
      Strategy strategy,
      Problem problem,
      Budgets budgets,
      Search.Limits limits,
      Consumer<Evaluation> told) {
    Search search = new Search(problem, budgets, limits, told);
    strategy.run(search);
    return search.result(strategy.name());
  }
}
