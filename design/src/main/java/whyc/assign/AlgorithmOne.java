package whyc.assign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Algorithm 1 of XAI-Gen (Siddique, Khalil, Hoque, ISQED 2025), where its text can be followed.
 *
 * <pre>{@code
 * z[l] = score of layer l by the largest;  t = 1;  place = 0 (exact), circuits by their MAE
 * for layers from the largest z on:
 *   while z[l] < t:  t -= step,  place += 1         less important, so coarser
 *   m[l] = circuit at place;  while the budgets are exceeded:  place -= 1, m[l] = circuit at place
 * }</pre>
 *
 * The paper leaves open, and here is decided: layers come from the most important on, for only then
 * its falling threshold means anything; a step goes one place down the list by mean absolute error,
 * of as many steps as there are approximate circuits; a choice that exceeds a budget backs off. A
 * circuit that costs no less than one of smaller error is not in the list. Where channels may be
 * skipped (lines 12 and 13), the share t_p grows with the place as well, from none to the most.
 *
 * @param scores of layers, conductance in the paper
 */
public record AlgorithmOne(LayerScores scores) implements Strategy {
  @Override
  public String name() {
    return "algorithm1";
  }

  @Override
  public void run(Search search) {
    Problem p = search.problem();
    List<Integer> places = places(p);
    double[] z = normalised(p);
    List<Integer> layers =
        IntStream.range(0, z.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer l) -> z[l]).reversed())
            .toList();
    double step = 1.0 / (places.size() - 1);
    double threshold = 1;
    int place = 0;
    Assignment now = Assignment.uniform(p.layers(), 0);
    search.measure(now);
    for (int l : layers) {
      while (z[l] < threshold - 1e-12 && place < places.size() - 1) {
        threshold -= step;
        place++;
      }
      while (place > 0 && !search.isOver() && !search.keeps(now.with(l, places.get(place)))) {
        place--;
      }
      if (search.isOver()) {
        return;
      }
      now = now.with(l, places.get(place));
    }
  }

  /** Circuits by their error, each cheaper than those before it. */
  private static List<Integer> places(Problem p) {
    List<Integer> circuits = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    for (int c : p.byError()) {
      double picojoules = p.circuits().get(c).unit().energyPicojoules();
      if (picojoules < least) {
        circuits.add(c);
        least = picojoules;
      }
    }
    return skipping(p, circuits);
  }

  /** The same, of which each skips the more the later it comes. */
  private static List<Integer> skipping(Problem p, List<Integer> circuits) {
    List<Double> skips = p.skips();
    return IntStream.range(0, circuits.size())
        .mapToObj(place -> {
          int level = (int) Math.round(skips.size() * place / (circuits.size() - 1.0));
          return level == 0
              ? circuits.get(place)
              : (Integer) p.like(circuits.get(place), skips.get(level - 1));
        })
        .toList();
  }

  private double[] normalised(Problem p) {
    LayerScores normalised = scores.normalized();
    return p.network().layers().stream().mapToDouble(l -> normalised.of(l.name())).toArray();
  }
}
