package whyc.assign;

/** A way to look for assignments. It measures through a {@link Search} until that is over. */
public sealed interface Strategy
    permits Ours, AlgorithmOne, Uniform, RandomSearch, Greedy, Nsga2, Exhaustive {

  /** What the command line calls it. */
  String name();

  void run(Search search);
}
