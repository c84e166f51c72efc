package whyc.architecture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Zero-cost proxies alone (Abdelfattah et al. 2021): many networks are drawn and ranked by each
 * proxy; the mean rank stands for accuracy. Those that no other betters in rank and cost are
 * trained, with one circuit in all layers, each circuit by turns.
 */
record ProxyRanking() implements Method {
  private static final int DRAWN = 32;

  /** A network with its mean rank: 0 for the best. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Ranked(int[] genes, Architecture architecture, double rank, double energy) {}

  @Override
  public String name() {
    return "proxies";
  }

  @Override
  public void run(Study study) {
    SplittableRandom random = new SplittableRandom(study.limits().seed());
    while (!study.isOver()) {
      List<Ranked> ranked = ranked(study, random);
      List<Ranked> front = Fronts.front(ranked, r -> new double[] {r.rank, r.energy});
      for (Ranked r : front) {
        if (study.isOver()) {
          return;
        }
        study.finish(
            List.of(study.training(r.architecture, r.genes)),
            (t, damage) -> uniform(study, t.architecture()));
      }
    }
  }

  private static List<Ranked> ranked(Study study, SplittableRandom random) {
    List<int[]> drawn = new ArrayList<>();
    List<Architecture> networks = new ArrayList<>();
    for (int i = 0; i < DRAWN; i++) {
      drawn.add(study.draw(random));
      networks.add(study.architecture(drawn.getLast()).orElseThrow());
    }
    List<List<Double>> values = study.proxies(networks);
    List<Ranked> ranked = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      int network = i;
      double sum = 0;
      for (int p = 0; p < Proxies.names().size(); p++) {
        int proxy = p;
        double own = values.get(i).get(p);
        sum += values.stream().filter(v -> v.get(proxy) > own).count();
      }
      Architecture a = networks.get(network);
      double energy =
          study
              .cost(a, study.exact(a))
              .map(Costs.Cost::energyPicojoules)
              .orElse((double) a.multiplyAdds());
      ranked.add(new Ranked(drawn.get(network), a, sum / Proxies.names().size(), energy));
    }
    ranked.sort(Comparator.comparingDouble(Ranked::rank));
    return ranked;
  }

  private static List<List<Choice>> uniform(Study study, Architecture a) {
    List<List<Choice>> all = new ArrayList<>();
    study
        .setting()
        .arithmetic()
        .circuits()
        .forEach(c -> all.add(Candidate.uniform(Training.fresh(a), c.name()).choices()));
    return all;
  }
}
