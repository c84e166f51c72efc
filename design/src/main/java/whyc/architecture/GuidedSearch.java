package whyc.architecture;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Search in which explanations do what others search for.
 *
 * <pre>{@code
 * repeat
 *   many networks are proposed: changed and crossed ones of the front, and any
 *   a forest that knows the shapes of those before predicts their accuracy; costs are known
 *   those go on whose prediction adds most to the hypervolume
 *   they are trained for a quarter of the steps, and explained
 *   a second forest predicts their accuracy at the end from that; who adds nothing even with the
 *     forest's usual error in its favour is stopped
 *   the others are trained to the end; gradients and relevance assign their arithmetic, see Ladder
 * }</pre>
 */
record GuidedSearch() implements Method {
  private static final int PROPOSED = 48;

  /** Networks before the first prediction. */
  private static final int FIRST = 8;

  /** Accuracy that the arithmetic of the front may take from a network. */
  private static final double SPENT = 0.01;

  @Override
  public String name() {
    return "guided";
  }

  @Override
  public void run(Study study) {
    new Running(study).run();
  }

  /** A network that was trained to the end. */
  @SuppressWarnings("ArrayRecordComponent") // read only, never compared
  private record Known(
      int[] genes, Study.Probed probed, double accuracy, double coarseShare, double energy) {}

  private static final class Running {
    private final Study study;
    private final SplittableRandom random;
    private final List<Known> known = new ArrayList<>();
    private final Set<String> seen = new HashSet<>();

    Running(Study study) {
      this.study = study;
      this.random = new SplittableRandom(study.limits().seed());
    }

    void run() {
      while (!study.isOver()) {
        List<int[]> chosen = chosen();
        if (chosen.isEmpty()) {
          return;
        }
        List<Training> trainings = new ArrayList<>();
        for (int[] genes : chosen) {
          Architecture a = study.architecture(genes).orElseThrow();
          seen.add(a.id());
          trainings.add(study.training(a, genes));
        }
        finish(chosen, promising(study.probe(trainings)));
      }
    }

    /** Those of the proposed that are worth a short training. */
    private List<int[]> chosen() {
      List<int[]> proposed = proposed();
      Optional<Surrogate> forest = known.size() < FIRST ? Optional.empty() : shapes();
      if (forest.isEmpty()) {
        return spread(proposed);
      }
      List<int[]> sorted = new ArrayList<>(proposed);
      sorted.sort(Comparator.comparingDouble((int[] g) -> -gain(g, forest.get())));
      return List.copyOf(sorted.subList(0, Math.min(Study.TOGETHER, sorted.size())));
    }

    /** Networks that nobody has looked at yet, each once. */
    private List<int[]> proposed() {
      List<int[]> proposed = new ArrayList<>();
      Set<String> here = new HashSet<>(seen);
      List<int[]> parents = parents();
      for (int i = 0; i < 4 * PROPOSED && proposed.size() < PROPOSED; i++) {
        int[] genes = proposal(parents, i);
        if (here.add(study.architecture(genes).orElseThrow().id())) {
          proposed.add(genes);
        }
      }
      return proposed;
    }

    private int[] proposal(List<int[]> parents, int i) {
      if (parents.isEmpty() || i % 3 == 0) {
        return study.draw(random);
      }
      int[] a = parents.get(random.nextInt(parents.size()));
      int[] b = parents.get(random.nextInt(parents.size()));
      return Genes.changedShape(study, i % 3 == 1 ? a : Genes.crossed(study, a, b, random), random);
    }

    /** The genes of those on the front. */
    private List<int[]> parents() {
      Set<String> front = new HashSet<>();
      study.front().forEach(p -> front.add(p.candidate().architecture().id()));
      return known.stream()
          .filter(k -> front.contains(k.probed().training().architecture().id()))
          .map(Known::genes)
          .toList();
    }

    /** From the least work to the most, evenly. */
    private static List<int[]> evenly(List<int[]> sorted, int count) {
      List<int[]> some = new ArrayList<>();
      for (int i = 0; i < Math.min(count, sorted.size()); i++) {
        some.add(sorted.get((int) ((i + 0.5) * sorted.size() / count)));
      }
      return some;
    }

    private List<int[]> spread(List<int[]> proposed) {
      List<int[]> sorted = new ArrayList<>(proposed);
      sorted.sort(
          Comparator.comparingLong(
              (int[] g) -> study.architecture(g).orElseThrow().multiplyAdds()));
      return evenly(sorted, Study.TOGETHER);
    }

    private Optional<Surrogate> shapes() {
      return Surrogate.of(
          known.stream().map(k -> Traits.of(k.probed().training().architecture())).toList(),
          known.stream().mapToDouble(Known::accuracy).toArray(),
          study.limits().seed());
    }

    private Optional<Surrogate> explained() {
      return Surrogate.of(
          known.stream().map(k -> Traits.of(k.probed())).toList(),
          known.stream().mapToDouble(Known::accuracy).toArray(),
          study.limits().seed());
    }

    private double gain(int[] genes, Surrogate forest) {
      Architecture a = study.architecture(genes).orElseThrow();
      return gain(a, forest.predict(Traits.of(a)));
    }

    /** What a network of this accuracy would add to the hypervolume. */
    private double gain(Architecture a, double accuracy) {
      List<double[]> points =
          new ArrayList<>(study.front().stream().map(p -> study.losses(p.figures())).toList());
      double before = Fronts.hypervolume(points);
      points.add(study.losses(predicted(a, accuracy)));
      return Fronts.hypervolume(points) - before;
    }

    /** Costs are those of the exact network by what coarse arithmetic mostly leaves of them. */
    private Figures predicted(Architecture a, double accuracy) {
      List<Choice> exact = study.exact(a);
      double share =
          known.stream()
              .mapToDouble(Known::coarseShare)
              .sorted()
              .skip(known.size() / 2)
              .findFirst()
              .orElse(1);
      Optional<Costs.Cost> cost = study.cost(a, exact);
      return new Figures(
          accuracy,
          accuracy,
          share * cost.map(Costs.Cost::energyPicojoules).orElseGet(() -> byWork(a)),
          cost.map(Costs.Cost::latencyMilliseconds).orElseGet(() -> latencyByWork(a)),
          study.points().stream().mapToDouble(p -> p.figures().faithfulness()).average().orElse(0),
          Costs.memoryBytes(a, exact),
          0);
    }

    /** The energy for each multiply-add of those before, where only a run would tell. */
    private double byWork(Architecture a) {
      return a.multiplyAdds()
          * known.stream()
              .mapToDouble(k -> k.energy() / k.probed().training().architecture().multiplyAdds())
              .average()
              .orElse(1);
    }

    private double latencyByWork(Architecture a) {
      return a.multiplyAdds()
          * study.points().stream()
              .mapToDouble(p ->
                  p.figures().latencyMilliseconds() / p.candidate().architecture().multiplyAdds())
              .average()
              .orElse(1);
    }

    /** Those whose explanations promise something; the others are ruled out. */
    private List<Study.Probed> promising(List<Study.Probed> probed) {
      Optional<Surrogate> forest = known.size() < FIRST ? Optional.empty() : explained();
      if (forest.isEmpty()) {
        return probed;
      }
      List<Study.Probed> promising = new ArrayList<>();
      for (Study.Probed p : probed) {
        double accuracy = Math.max(p.accuracy(), forest.get().predict(Traits.of(p)));
        double favoured = Math.min(1, accuracy + forest.get().error());
        if (gain(p.training().architecture(), favoured) > 0) {
          promising.add(p);
        } else {
          study.ruleOut(
              new RuledOut(
                  p.training(), p.accuracy(), accuracy, Optional.empty(), Optional.empty()));
        }
      }
      return promising;
    }

    private void finish(List<int[]> chosen, List<Study.Probed> promising) {
      List<List<Point>> finished =
          study.finish(
              promising.stream().map(Study.Probed::training).toList(),
              (t, damage) -> Ladder.of(study, t.architecture(), damage.get()));
      for (int i = 0; i < promising.size(); i++) {
        Study.Probed p = promising.get(i);
        if (!finished.get(i).isEmpty()) {
          known.add(known(genes(chosen, p.training().architecture()), p, finished.get(i)));
        }
      }
    }

    private int[] genes(List<int[]> chosen, Architecture a) {
      return chosen.stream()
          .filter(g -> study.architecture(g).orElseThrow().equals(a))
          .findFirst()
          .orElseThrow();
    }

    private static Known known(int[] genes, Study.Probed probed, List<Point> points) {
      double exact = points.getFirst().figures().exactAccuracy();
      double energy = points.getFirst().figures().energyPicojoules();
      double least =
          points.stream()
              .filter(p -> p.figures().accuracy() >= exact - SPENT)
              .mapToDouble(p -> p.figures().energyPicojoules())
              .min()
              .orElse(energy);
      return new Known(genes, probed, exact, least / energy, energy);
    }
  }
}
