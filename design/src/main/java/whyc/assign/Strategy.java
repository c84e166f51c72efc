package whyc.assign;

import java.util.List;

/** A way to look for assignments. It measures through a {@link Search} until that is over. */
public sealed interface Strategy
    permits Ours, AlgorithmOne, Uniform, RandomSearch, Greedy, Nsga2, Exhaustive {

  /** What the command line calls it. */
  String name();

  void run(Search search);

  /** All of them, ours first. */
  static List<Strategy> all(LayerScores scores) {
    return List.of(
        new Ours(),
        new AlgorithmOne(scores),
        new Uniform(),
        new RandomSearch(),
        new Greedy(),
        new Nsga2(),
        new Exhaustive());
  }
}
