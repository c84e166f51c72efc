package whyc.architecture;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Arithmetic that explanations assign, instead of a search for it.
 *
 * <pre>{@code
 * z[l]       = rank of layer l by its conductance: 0 for the least, 1 for the most
 * circuit[l] = place round(c (1 - z[l]) last), at most the last, of circuits by their error
 * skipped[l] = the largest share of the space up to s (1 - z[l]), of channels of least conductance
 * }</pre>
 *
 * So the most critical layer stays exact and whole, and the least critical one gives most, as in
 * algorithm 1 of XAI-Gen; a few pairs of c and s make a front of each network.
 */
final class Ladder {
  /** Pairs of c and s, from exact to coarse. */
  private static final double[][] RUNGS = {
    {0, 0}, {0.35, 0}, {0.7, 0}, {1, 0}, {1.5, 0}, {2.5, 0}, {0.35, 0.1}, {1, 0.2}
  };

  private Ladder() {}

  /** The arithmetics for a network, each once. */
  static List<List<Choice>> of(Study study, Architecture a, Insight insight) {
    Set<List<Choice>> all = new LinkedHashSet<>();
    for (double[] rung : RUNGS) {
      all.add(rung(study, a, insight.criticality(), rung[0], rung[1]));
    }
    return List.copyOf(all);
  }

  private static List<Choice> rung(
      Study study, Architecture a, double[] criticality, double coarse, double skipping) {
    List<Choice> choices = new ArrayList<>();
    int last = study.setting().arithmetic().circuits().size() - 1;
    int layers = a.layers().size();
    for (int l = 0; l < layers; l++) {
      double spare = 1 - criticality[l];
      int place = (int) Math.min(last, Math.round(coarse * spare * last));
      double share = l == layers - 1 ? 0 : share(study, skipping * spare);
      choices.add(new Choice(study.setting().arithmetic().circuits().get(place).name(), share));
    }
    return List.copyOf(choices);
  }

  private static double share(Study study, double most) {
    return study.space().skipping().stream().filter(s -> s <= most).reduce((a, b) -> b).orElse(0.0);
  }
}
