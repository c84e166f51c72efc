package whyc.bench;

import static whyc.bench.SparsityBench.MAP;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import whyc.bench.SparsityBench.Subject;
import whyc.bench.SparsityBench.Ways;
import whyc.engine.jvm.JvmProgram;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.heatmap.Pruning.Score;
import whyc.op.Gate;
import whyc.op.Value;
import whyc.op.Where;
import whyc.pass.PruneGradients;

/** What zeros save in predictions with their saliency, and pruned gradients beside exact ones. */
final class SparseExplanations {
  private static final double[] THRESHOLDS = {0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1};

  private final Ways ways;
  private final double seconds;
  private final Figure figure;
  private final PrintStream out;

  SparseExplanations(Ways ways, double seconds, Figure figure) {
    this.ways = ways;
    this.seconds = seconds;
    this.figure = figure;
    this.out = figure.out;
  }

  void measure(List<Subject> subjects) {
    if (!subjects.isEmpty()) {
      wholes(subjects);
      lossy(subjects);
    }
  }

  private void wholes(List<Subject> subjects) {
    out.println("Prediction and saliency of one real image:\n");
    figure.head("network", "all, ms", "skipping, ms", "speed-up", "same bits", "rounds");
    for (Subject s : subjects) {
      Set<String> outputs = Set.of(s.output(), MAP);
      List<JvmProgram.Bound> both = ways.compile(s.model(), s.explained());
      List<DoubleSupplier> work = new ArrayList<>();
      for (JvmProgram.Bound way : both) {
        way.input(s.input(), s.images().getFirst());
        work.add(() -> SparsityBench.least(way, outputs));
      }
      Rounds r = Rounds.measure(work, 4 * seconds, 4 * seconds);
      boolean same = Arrays.equals(map(both.get(0)), map(both.get(1)));
      out.printf(
          Locale.ROOT,
          "| %s | %.2f | %.2f | %s | %s | %d |%n",
          s.name(),
          r.median(0),
          r.median(1),
          r.ratio(0, 1),
          same ? "yes" : "no",
          r.count());
    }
    out.println();
  }

  private static float[] map(JvmProgram.Bound bound) {
    float[] map = new float[bound.shape(MAP).size()];
    bound.output(MAP, map);
    return map;
  }

  private void lossy(List<Subject> subjects) {
    out.println(
        """
        Pruned gradients: kept is the share of numbers that are not zero, after gates; cosine and \
        the share of the top tenth of pixels that stays, against the exact map; means over images.
        """);
    figure.head("network", "score", "threshold", "kept", "cosine", "top 10 %", "speed-up");
    for (Subject s : subjects) {
      for (Score score : Score.values()) {
        for (double threshold : THRESHOLDS) {
          lossy(s, score, threshold);
        }
      }
    }
  }

  private void lossy(Subject s, Score score, double threshold) {
    Graph pruned = new PruneGradients(score, threshold).apply(s.explained());
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(s.explained().outputs());
    outputs.putAll(pruned.outputs());
    List<String> gradients = new ArrayList<>();
    for (int i = 0; i < pruned.nodes().size(); i++) {
      Node n = pruned.nodes().get(i);
      boolean last = threshold == 0 ? n.op() instanceof Gate : n.op() instanceof Where;
      if (last && n.type().shape().rank() == 4 && n.type().shape().dim(2) > 1) {
        gradients.add("g" + i);
        outputs.put("g" + i, new Value(i));
      }
    }
    Set<String> both = Set.of(s.output(), MAP);
    JvmProgram.Bound exact = ways.skipping().compile(s.model(), s.explained()).at(1);
    JvmProgram.Bound lossy = ways.skipping().compile(s.model(), pruned).at(1);
    JvmProgram.Bound seen = ways.skipping().compile(s.model(), pruned.withOutputs(outputs)).at(1);
    double cosine = 0;
    double top = 0;
    double kept = 0;
    for (float[] image : s.images()) {
      for (JvmProgram.Bound b : List.of(exact, lossy, seen)) {
        b.input(s.input(), image);
      }
      exact.run(both);
      lossy.run(both);
      seen.run(outputs.keySet());
      float[] a = map(exact);
      float[] b = map(lossy);
      cosine += cosine(a, b) / s.images().size();
      top += topKept(pixels(a), pixels(b)) / s.images().size();
      kept += kept(seen, gradients) / s.images().size();
    }
    List<DoubleSupplier> work =
        List.of(() -> SparsityBench.least(exact, both), () -> SparsityBench.least(lossy, both));
    out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %.0f %% | %.3f | %.2f | %s |%n",
        s.name(),
        score.name().toLowerCase(Locale.ROOT),
        threshold,
        100 * kept,
        cosine,
        top,
        Rounds.measure(work, seconds / 4, seconds / 2).ratio(0, 1));
  }

  private static double kept(JvmProgram.Bound bound, List<String> gradients) {
    double kept = 0;
    for (String name : gradients) {
      float[] g = new float[bound.shape(name).size()];
      bound.output(name, g);
      kept += (double) IntStream.range(0, g.length).filter(i -> g[i] != 0).count() / g.length;
    }
    return kept / gradients.size();
  }

  private static double cosine(float[] a, float[] b) {
    double dot = 0;
    double ofA = 0;
    double ofB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += (double) a[i] * b[i];
      ofA += (double) a[i] * a[i];
      ofB += (double) b[i] * b[i];
    }
    return dot / Math.sqrt(ofA * ofB);
  }

  /** The sum over three channels. */
  private static double[] pixels(float[] map) {
    int size = map.length / 3;
    return IntStream.range(0, size)
        .mapToDouble(i -> Math.abs(map[i]) + Math.abs(map[i + size]) + Math.abs(map[i + 2 * size]))
        .toArray();
  }

  /** Of the tenth of pixels with the largest scores the share that is among the others' tenth. */
  private static double topKept(double[] a, double[] b) {
    Set<Integer> top = new HashSet<>(top(a));
    top.retainAll(top(b));
    return 10.0 * top.size() / a.length;
  }

  private static List<Integer> top(double[] scores) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -scores[i]))
        .limit(scores.length / 10)
        .toList();
  }
}
