package whyc.architecture;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import whyc.assign.Knapsack;

/**
 * Arithmetic that explanations assign, instead of a search for it: for each of some budgets of
 * noise in the score, the circuits and skipped channels of least energy by {@link Damage}. A budget
 * is a share of the squared margin by which the network decides. The rungs together are a front of
 * one network.
 */
final class Ladder {
  /** Noise by squared margin, from next to none to more than decides. */
  private static final double[] BUDGETS = {0.015, 0.06, 0.25, 0.5, 1, 2};

  private Ladder() {}

  /** The arithmetics for a network, the exact one first, each once. */
  static List<List<Choice>> of(Study study, Architecture a, Damage damage) {
    Set<List<Choice>> all = new LinkedHashSet<>();
    all.add(study.exact(a));
    double[][] energy = energy(study, a);
    double[][] noise =
        damage.noise().stream()
            .map(row -> row.stream().mapToDouble(x -> x).toArray())
            .toArray(double[][]::new);
    for (double budget : BUDGETS) {
      double allowed = budget * damage.margin();
      Optional<int[]> solved =
          allowed > 0 ? Knapsack.solve(energy, noise, allowed) : Optional.empty();
      solved.ifPresent(options -> all.add(choices(study, options)));
    }
    return List.copyOf(all);
  }

  /** The linear layer stays whole: what it gives are the classes. */
  private static double[][] energy(Study study, Architecture a) {
    List<Architecture.LayerShape> layers = a.layers();
    int shares = study.space().skipping().size();
    int options = shares * study.setting().arithmetic().circuits().size();
    double[][] energy = new double[layers.size()][options];
    for (int l = 0; l < energy.length; l++) {
      for (int o = 0; o < options; o++) {
        boolean allowed = l < energy.length - 1 || o % shares == 0;
        energy[l][o] =
            allowed ? study.energy(layers.get(l), option(study, o)) : Double.POSITIVE_INFINITY;
      }
    }
    return energy;
  }

  private static Choice option(Study study, int option) {
    List<Double> shares = study.space().skipping();
    return new Choice(
        study.setting().arithmetic().circuits().get(option / shares.size()).name(),
        shares.get(option % shares.size()));
  }

  private static List<Choice> choices(Study study, int[] options) {
    List<Choice> choices = new ArrayList<>();
    for (int o : options) {
      choices.add(option(study, o));
    }
    return List.copyOf(choices);
  }
}
