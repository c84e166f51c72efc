package whyc.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import whyc.engine.jvm.JvmEngine;
import whyc.engine.jvm.JvmProgram;
import whyc.explain.Asked;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.heatmap.Pruning.Score;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Gate;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.op.Where;
import whyc.op.Window;
import whyc.pass.Expand;
import whyc.pass.FoldConstants;
import whyc.pass.PruneGradients;
import whyc.pass.Simplify;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * What zeros in activations and gradients save: convolutions of drawn zeros, of what real images
 * leave behind in trained networks, whole explanations, and explanations with pruned gradients.
 * Times are minima of some runs, on one thread; both ways run in turn within each round.
 */
final class SparsityBench {
  private static final String MAP = "whyc_map";
  private static final int RUNS = 5;
  private static final double[] SHARES = {0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98};

  /** Of an exact map, or of what pruning keeps of it. */
  private static final double[] THRESHOLDS = {0, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1};

  private static final List<Layer> LAYERS =
      List.of(
          new Layer(1, 1, 256, 56, 64),
          new Layer(1, 1, 64, 56, 256),
          new Layer(1, 1, 512, 28, 128),
          new Layer(1, 1, 128, 28, 512),
          new Layer(1, 1, 1024, 14, 256),
          new Layer(1, 1, 256, 14, 1024),
          new Layer(1, 1, 2048, 7, 512),
          new Layer(1, 2, 512, 28, 1024));

  private record Layer(int taps, int stride, int channels, int extent, int outputs) {
    @Override
    public String toString() {
      return "%d to %d, %dx%d of %d%s"
          .formatted(
              channels, outputs, taps, taps, extent, stride == 1 ? "" : ", stride " + stride);
    }
  }

  /** A network and what it is fed. */
  private record Subject(String name, Model model, Graph explained, List<float[]> images) {
    String input() {
      return model.input();
    }

    String output() {
      return model.graph().outputs().firstEntry().getKey();
    }
  }

  /** The engine reads graphs; a model is only asked for. */
  private static final Model ANY = Networks.random(18);

  private final double seconds;
  private final JvmEngine skipping = JvmEngine.create(JvmEngine.Options.of(1));
  private final JvmEngine multiplying =
      JvmEngine.create(JvmEngine.Options.of(1).multiplyingZeros());

  SparsityBench(double seconds) {
    this.seconds = seconds;
  }

  void run(Optional<Path> data, PrintStream out) {
    curves(out);
    List<Subject> subjects = data.map(SparsityBench::subjects).orElse(List.of());
    for (Subject s : subjects) {
      layers(s, out);
    }
    wholes(subjects, out);
    lossy(subjects, out);
  }

  private void curves(PrintStream out) {
    out.println("Zeros drawn number by number; speed-up over multiplying all:\n");
    StringBuilder head = new StringBuilder("| convolution | all, us |");
    StringBuilder line = new StringBuilder("|---|---|");
    for (double share : SHARES) {
      head.append(" %.0f %% |".formatted(100 * share));
      line.append("---|");
    }
    out.println(head + "\n" + line);
    StringBuilder ideal = new StringBuilder("| *ideal* | |");
    for (double share : SHARES) {
      ideal.append(" *%.1f* |".formatted(1 / (1 - share)));
    }
    out.println(ideal);
    for (Layer layer : LAYERS) {
      SplittableRandom random = new SplittableRandom(1);
      Shape x = new Shape(List.of(1, layer.channels, layer.extent, layer.extent));
      Shape w = new Shape(List.of(layer.outputs, layer.channels, layer.taps, layer.taps));
      int border = layer.taps / 2;
      Window window =
          Window.of(layer.taps, layer.taps, layer.stride).padded(border, border, border, border);
      Pair pair = new Pair(new Conv(window, 1), x, noise(random, w));
      StringBuilder row = new StringBuilder();
      double all = 0;
      for (double share : SHARES) {
        float[] values = noise(random, x).floats();
        for (int i = 0; i < values.length; i++) {
          values[i] = random.nextDouble() < share ? 0 : values[i];
        }
        double[] times = pair.times(values, seconds / SHARES.length);
        all = share == 0 ? times[0] : all;
        row.append(" %.2f |".formatted(times[0] / times[1]));
      }
      out.printf(Locale.ROOT, "| %s | %.0f |%s%n", layer, all, row);
    }
    out.println();
  }

  private static Tensor noise(SplittableRandom random, Shape shape) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, values);
  }

  /** One convolution of what a gate lets through, in both ways. */
  private final class Pair {
    private final List<JvmProgram.Bound> ways;

    Pair(Op convolution, Shape shape, Tensor weight) {
      Builder b = new Builder();
      Value x = b.emit(new Input("x", new TensorType(ElementType.FLOAT32, shape)));
      Value gated = b.gate(b.abs(x), x);
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("x", gated);
      outputs.put("y", b.relu(b.emit(convolution, gated, b.constant(weight))));
      Graph g = b.finish(outputs);
      ways = Stream.of(multiplying, skipping).map(e -> e.compile(ANY, g).at(1)).toList();
    }

    /** Microseconds of multiplying all and of skipping zeros. */
    double[] times(float[] values, double time) {
      List<DoubleSupplier> work = new ArrayList<>();
      for (JvmProgram.Bound way : ways) {
        way.input("x", values);
        work.add(() -> least(way, Set.of("x", "y")) - least(way, Set.of("x")));
      }
      Rounds.measure(work, time);
      Rounds r = Rounds.measure(work, time);
      return new double[] {1e3 * r.median(0), 1e3 * r.median(1)};
    }
  }

  /** Milliseconds of the shortest of some runs. */
  private static double least(JvmProgram.Bound bound, Set<String> outputs) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      bound.run(outputs);
      least = Math.min(least, System.nanoTime() - start);
    }
    return least / 1e6;
  }

  private static List<Subject> subjects(Path data) {
    return List.of(
        subject(data, "ResNet-50 (int8 weights)", "imagenet/resnet50_w8.onnx", imageNet(data, 4)),
        subject(data, "ResNet-20 (CIFAR)", "cifar10/resnet20_cifar10.onnx", cifar(data, 8)),
        subject(data, "ResNet-56 (CIFAR)", "cifar10/resnet56_cifar10.onnx", cifar(data, 8)));
  }

  private static Subject subject(Path data, String name, String file, List<float[]> images) {
    Model model =
        Model.read(OnnxModel.read(data.resolve("models").resolve(file)), Optional.empty());
    Question q = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
    Graph asked =
        Asked.all(model.graph(), List.of(new Asked(MAP, new Saliency(), q)), Optional.empty());
    Graph explained = new FoldConstants().apply(new Simplify().apply(new Expand().apply(asked)));
    return new Subject(name, model, explained.withBatch(1), images);
  }

  /** Images: blue, green and red less their means, the centre of 224 x 224. */
  static List<float[]> imageNet(Path data, int count) {
    float[] means = {103.939f, 116.779f, 123.68f};
    try (Stream<Path> files = Files.list(data.resolve("images/imagenet/jpg"))) {
      List<float[]> images = new ArrayList<>();
      for (Path file : files.sorted().limit(count).toList()) {
        BufferedImage image = ImageIO.read(file.toFile());
        float[] x = new float[3 * 224 * 224];
        for (int i = 0; i < x.length; i++) {
          int c = i / (224 * 224);
          int rgb = image.getRGB(16 + i % 224, 16 + i / 224 % 224);
          x[i] = ((rgb >> (8 * c)) & 255) - means[c];
        }
        images.add(x);
      }
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first test images. */
  static List<float[]> cifar(Path data, int count) {
    float[] mean = {0.485f, 0.456f, 0.406f};
    float[] deviation = {0.229f, 0.224f, 0.225f};
    try {
      byte[] bytes = Files.readAllBytes(data.resolve("images/cifar10/test_0000_1999.bin"));
      List<float[]> images = new ArrayList<>();
      for (int n = 0; n < count; n++) {
        float[] x = new float[3072];
        for (int i = 0; i < x.length; i++) {
          int c = i / 1024;
          x[i] = ((bytes[n * 3073 + 1 + i] & 255) / 255f - mean[c]) / deviation[c];
        }
        images.add(x);
      }
      return images;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Layers of one kind within one network. */
  private static final class Kind {
    private int layers;
    private double zeros;
    private double all;
    private double skipped;
  }

  private void layers(Subject s, PrintStream out) {
    SequencedMap<String, Value> operands = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node n : s.explained.nodes()) {
      if (isConvolution(n.op())
          && s.explained.node(n.operands().get(1)).op() instanceof Constant
          && mayHaveZeros(s.explained.node(n.operands().getFirst()).op())) {
        operands.put("x" + nodes.size(), n.operands().getFirst());
        nodes.add(n);
      }
    }
    JvmProgram.Bound all = skipping.compile(s.model, s.explained.withOutputs(operands)).at(1);
    all.input(s.input(), s.images.getFirst());
    all.run(operands.keySet());
    Map<String, Kind> kinds = new TreeMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      Shape shape = s.explained.type(n.operands().getFirst()).shape();
      float[] x = new float[shape.size()];
      all.output("x" + i, x);
      Tensor weight = ((Constant) s.explained.node(n.operands().get(1)).op()).value();
      double[] times = new Pair(n.op(), shape, weight).times(x, seconds / 20);
      boolean gradient = s.explained.node(n.operands().getFirst()).op() instanceof Gate;
      Kind k = kinds.computeIfAbsent(name(n, shape, weight.shape(), gradient), _ -> new Kind());
      k.layers++;
      k.zeros += (double) IntStream.range(0, x.length).filter(j -> x[j] == 0).count() / x.length;
      k.all += times[0];
      k.skipped += times[1];
    }
    out.printf("%s, one real image; layers of one kind together:%n%n", s.name);
    out.println("| convolution | layers | zeros | ideal | all, us | skipping, us | speed-up |");
    out.println("|---|---|---|---|---|---|---|");
    kinds.forEach((name, k) -> {
      double zeros = k.zeros / k.layers;
      out.printf(
          Locale.ROOT,
          "| %s | %d | %.0f %% | %.1f | %.0f | %.0f | %.2f |%n",
          name,
          k.layers,
          100 * zeros,
          1 / (1 - zeros),
          k.all,
          k.skipped,
          k.all / k.skipped);
    });
    out.println();
  }

  private static boolean isConvolution(Op op) {
    return (op instanceof Conv c && c.groups() == 1)
        || (op instanceof ConvTranspose t && t.groups() == 1);
  }

  private static boolean mayHaveZeros(Op op) {
    return op instanceof Relu || op instanceof Gate;
  }

  private static String name(Node n, Shape x, Shape w, boolean gradient) {
    Shape y = n.type().shape();
    return "%s, %d of %d to %d of %d, %dx%d"
        .formatted(
            gradient ? "gradient" : "activation",
            x.dim(1),
            x.dim(2),
            y.dim(1),
            y.dim(2),
            w.dim(2),
            w.dim(3));
  }

  private void wholes(List<Subject> subjects, PrintStream out) {
    out.println("Prediction and saliency of one real image:\n");
    out.println("| network | all, ms | skipping, ms | speed-up | same bits | rounds |");
    out.println("|---|---|---|---|---|---|");
    for (Subject s : subjects) {
      Set<String> outputs = Set.of(s.output(), MAP);
      List<JvmProgram.Bound> ways =
          Stream.of(multiplying, skipping).map(e -> e.compile(s.model, s.explained).at(1)).toList();
      List<DoubleSupplier> work = new ArrayList<>();
      for (JvmProgram.Bound way : ways) {
        way.input(s.input(), s.images.getFirst());
        work.add(() -> least(way, outputs));
      }
      Rounds.measure(work, 4 * seconds);
      Rounds r = Rounds.measure(work, 4 * seconds);
      boolean same = Arrays.equals(map(ways.get(0)), map(ways.get(1)));
      out.printf(
          Locale.ROOT,
          "| %s | %.2f | %.2f | %s | %s | %d |%n",
          s.name,
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

  private void lossy(List<Subject> subjects, PrintStream out) {
    out.println(
        """
        Pruned gradients: kept is the share of numbers that are not zero, after gates; cosine and \
        the share of the top tenth of pixels that stays, against the exact map; means over images.
        """);
    out.println("| network | score | threshold | kept | cosine | top 10 % | speed-up |");
    out.println("|---|---|---|---|---|---|---|");
    for (Subject s : subjects) {
      for (Score score : Score.values()) {
        for (double threshold : THRESHOLDS) {
          lossy(s, score, threshold, out);
        }
      }
    }
  }

  private void lossy(Subject s, Score score, double threshold, PrintStream out) {
    Graph pruned = new PruneGradients(score, threshold).apply(s.explained);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(s.explained.outputs());
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
    JvmProgram.Bound exact = skipping.compile(s.model, s.explained).at(1);
    JvmProgram.Bound lossy = skipping.compile(s.model, pruned).at(1);
    JvmProgram.Bound seen = skipping.compile(s.model, pruned.withOutputs(outputs)).at(1);
    double cosine = 0;
    double top = 0;
    double kept = 0;
    for (float[] image : s.images) {
      for (JvmProgram.Bound b : List.of(exact, lossy, seen)) {
        b.input(s.input(), image);
      }
      exact.run(both);
      lossy.run(both);
      seen.run(outputs.keySet());
      float[] a = map(exact);
      float[] b = map(lossy);
      cosine += cosine(a, b) / s.images.size();
      top += topKept(pixels(a), pixels(b)) / s.images.size();
      kept += kept(seen, gradients) / s.images.size();
    }
    List<DoubleSupplier> work = List.of(() -> least(exact, both), () -> least(lossy, both));
    Rounds.measure(work, seconds / 4);
    out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %.0f %% | %.3f | %.2f | %s |%n",
        s.name,
        score.name().toLowerCase(Locale.ROOT),
        threshold,
        100 * kept,
        cosine,
        top,
        Rounds.measure(work, seconds / 2).ratio(0, 1));
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
