package whyc.assign;

import java.util.SplittableRandom;

/** Any circuit in any layer, each as likely. */
public record RandomSearch() implements Strategy {
  @Override
  public String name() {
    return "random";
  }

  @Override
  public void run(Search search) {
    Problem p = search.problem();
    SplittableRandom random = new SplittableRandom(search.seed());
    search.measure(Assignment.uniform(p.layers(), 0));
    double possible = Math.pow(p.circuits().size(), p.layers());
    while (!search.isOver() && search.found().size() < possible) {
      int[] choices = new int[p.layers()];
      for (int l = 0; l < choices.length; l++) {
        choices[l] = random.nextInt(p.circuits().size());
      }
      search.measure(Assignment.of(choices));
    }
  }
}
