package whyc.assign;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Layers in the order of the noise that their coarsest circuit makes in the scores, from the least
 * on: each is given the cheapest circuit with which the network, as it is by then, keeps the
 * budgets.
 */
public record Greedy() implements Strategy {
  @Override
  public String name() {
    return "greedy";
  }

  @Override
  public void run(Search search) {
    Problem p = search.problem();
    double[] scores = scores(search);
    List<Integer> layers =
        IntStream.range(0, p.layers())
            .boxed()
            .sorted(Comparator.comparingDouble(l -> scores[l]))
            .toList();
    Assignment now = Assignment.uniform(p.layers(), 0);
    search.measure(now);
    for (int layer : layers) {
      for (int circuit : cheapestFirst(p, layer)) {
        if (search.isOver() || circuit == now.at(layer)) {
          break;
        }
        Assignment next = now.with(layer, circuit);
        if (search.keeps(next)) {
          now = next;
          break;
        }
      }
    }
  }

  /** What the coarsest circuit of each layer does to the scores. */
  private static double[] scores(Search search) {
    Problem p = search.problem();
    int images = search.probed(p.layers());
    double[] scores = new double[p.layers()];
    for (int l = 0; l < scores.length && !search.isOver(); l++) {
      scores[l] =
          search.probe(p.exact().with(l, p.byError().getLast()), Passes.BOTH, images).noise();
    }
    return scores;
  }

  private static List<Integer> cheapestFirst(Problem p, int layer) {
    return IntStream.range(0, p.circuits().size())
        .boxed()
        .sorted(Comparator.comparingDouble(c -> p.energies().picojoules(layer, c)))
        .toList();
  }
}
