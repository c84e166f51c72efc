package whyc.assign;

import whyc.refusal.RefusedArgument;

/** All assignments, where there are few enough to measure; else it says so. */
public record Exhaustive() implements Strategy {
  /** More than this nobody waits for. */
  static final double MOST = 1e5;

  static double assignments(Problem p) {
    return Math.pow(p.circuits().size(), p.layers());
  }

  @Override
  public String name() {
    return "exhaustive";
  }

  @Override
  public void run(Search search) {
    Problem p = search.problem();
    double all = assignments(p);
    if (all > MOST) {
      throw new RefusedArgument(
          "exhaustive wants at most %.0f assignments, got %d circuits in %d layers, %.1g"
              .formatted(MOST, p.circuits().size(), p.layers(), all));
    }
    for (long i = 0; i < all && !search.isOver(); i++) {
      int[] choices = new int[p.layers()];
      long rest = i;
      for (int l = 0; l < choices.length; l++) {
        choices[l] = (int) (rest % p.circuits().size());
        rest /= p.circuits().size();
      }
      search.measure(Assignment.of(choices));
    }
  }
}
