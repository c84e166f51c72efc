package whyc.architecture;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import whyc.measure.RankCorrelation;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * No search: what predictors are worth. Networks are drawn at random, trained wholly without
 * inheritance, and their accuracy is compared with what each predictor said before: the zero-cost
 * proxies, work and weights, a short training, its explanations one by one, and forests, which
 * predict each network from all others.
 */
record Predictors() implements Method {
  @Override
  public String name() {
    return "predictors";
  }

  /** A network that was trained wholly. */
  private record Known(Study.Probed probed, List<Double> proxies, double accuracy) {}

  @Override
  public void run(Study study) {
    SplittableRandom random = new SplittableRandom(study.limits().seed());
    List<Known> all = new ArrayList<>();
    while (!study.isOver()) {
      Architecture a = study.architecture(study.draw(random)).orElseThrow();
      Training t = Training.fresh(a);
      List<List<Double>> proxies = study.proxies(List.of(a));
      List<Study.Probed> probed = study.probe(List.of(t));
      if (proxies.isEmpty() || probed.isEmpty()) {
        break;
      }
      List<List<Point>> points =
          study.finish(List.of(t), (n, damage) -> List.of(study.exact(n.architecture())));
      if (!points.getFirst().isEmpty()) {
        double accuracy = points.getFirst().getFirst().figures().exactAccuracy();
        all.add(new Known(probed.getFirst(), proxies.getFirst(), accuracy));
      }
    }
    if (all.size() > 2) {
      correlate(study, all);
    }
  }

  private static void correlate(Study study, List<Known> all) {
    double[] truth = all.stream().mapToDouble(Known::accuracy).toArray();
    for (Map.Entry<String, double[]> e : said(all, study.limits().seed()).entrySet()) {
      Shape shape = Shape.of(1, truth.length);
      double rho =
          new RankCorrelation().of(Tensor.of(shape, truth), Tensor.of(shape, e.getValue()));
      study.correlate(e.getKey(), Double.isFinite(rho) ? rho : 0);
    }
  }

  private static SequencedMap<String, double[]> said(List<Known> all, long seed) {
    SequencedMap<String, double[]> said = new LinkedHashMap<>();
    said.put("explained (ours)", forest(all, seed, true));
    said.put("shape alone, by a forest", forest(all, seed, false));
    said.put(
        "accuracy after a quarter", all.stream().mapToDouble(k -> k.probed.accuracy()).toArray());
    said.put(
        "stability of maps",
        all.stream().mapToDouble(k -> k.probed.insight().stability()).toArray());
    said.put(
        "concentration of maps",
        all.stream().mapToDouble(k -> k.probed.insight().concentration()).toArray());
    said.put(
        "spread of conductance",
        all.stream().mapToDouble(k -> k.probed.insight().spread()).toArray());
    said.put(
        "confidence", all.stream().mapToDouble(k -> k.probed.insight().confidence()).toArray());
    for (int p = 0; p < Proxies.names().size(); p++) {
      int proxy = p;
      said.put(
          Proxies.names().get(p), all.stream().mapToDouble(k -> k.proxies.get(proxy)).toArray());
    }
    said.put(
        "multiply-adds",
        all.stream().mapToDouble(k -> k.probed.training().architecture().multiplyAdds()).toArray());
    return said;
  }

  /** Each network predicted from all others. */
  private static double[] forest(List<Known> all, long seed, boolean explained) {
    double[] predicted = new double[all.size()];
    for (int i = 0; i < predicted.length; i++) {
      List<Known> others = new ArrayList<>(all);
      Known left = others.remove(i);
      Optional<Surrogate> forest =
          Surrogate.of(
              others.stream().map(k -> traits(k, explained)).toList(),
              others.stream().mapToDouble(Known::accuracy).toArray(),
              seed);
      predicted[i] = forest.map(f -> f.predict(traits(left, explained))).orElse(0.0);
    }
    return predicted;
  }

  private static double[] traits(Known k, boolean explained) {
    return explained ? Traits.of(k.probed) : Traits.of(k.probed.training().architecture());
  }
}
