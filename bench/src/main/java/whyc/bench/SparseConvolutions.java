package whyc.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import whyc.bench.SparsityBench.Subject;
import whyc.bench.SparsityBench.Ways;
import whyc.engine.jvm.JvmProgram;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.onnx.Model;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Gate;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** What zeros save in single convolutions. */
final class SparseConvolutions {
  private static final double[] SHARES = {0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98};

  /** Layers of ResNet-50. */
  static final List<Layer> DRAWN =
      List.of(
          new Layer(1, 1, 256, 56, 64),
          new Layer(1, 1, 64, 56, 256),
          new Layer(1, 1, 512, 28, 128),
          new Layer(1, 1, 128, 28, 512),
          new Layer(1, 1, 1024, 14, 256),
          new Layer(1, 1, 256, 14, 1024),
          new Layer(1, 1, 2048, 7, 512),
          new Layer(1, 2, 512, 28, 1024));

  /** A convolution that is drawn. */
  record Layer(int taps, int stride, int channels, int extent, int outputs) {
    @Override
    public String toString() {
      return "%d to %d, %dx%d of %d%s"
          .formatted(
              channels, outputs, taps, taps, extent, stride == 1 ? "" : ", stride " + stride);
    }
  }

  /** The engine reads graphs; a model is only asked for. */
  private final Model any = Networks.bundled().read().model();

  private final Ways ways;
  private final double seconds;
  private final Figure figure;
  private final PrintStream out;

  SparseConvolutions(Ways ways, double seconds, Figure figure) {
    this.ways = ways;
    this.seconds = seconds;
    this.figure = figure;
    this.out = figure.out;
  }

  /** Those of such names, with shares of their numbers drawn to be zero. */
  void drawn(List<String> names) {
    List<Layer> layers = DRAWN.stream().filter(l -> names.contains(l.toString())).toList();
    if (layers.isEmpty()) {
      return;
    }
    out.println("Zeros drawn number by number; speed-up over multiplying all:\n");
    List<String> columns = new ArrayList<>(List.of("convolution", "all, us"));
    List<String> ideal = new ArrayList<>(List.of("*ideal*", ""));
    for (double share : SHARES) {
      columns.add("%.0f %%".formatted(100 * share));
      ideal.add(String.format(Locale.ROOT, "*%.1f*", 1 / (1 - share)));
    }
    figure.head(columns);
    figure.row(ideal);
    layers.forEach(this::drawn);
    out.println();
  }

  private void drawn(Layer layer) {
    SplittableRandom random = new SplittableRandom(1);
    Shape x = Shape.of(1, layer.channels, layer.extent, layer.extent);
    Shape w = Shape.of(layer.outputs, layer.channels, layer.taps, layer.taps);
    int border = layer.taps / 2;
    Window window =
        Window.of(layer.taps, layer.taps, layer.stride).padded(border, border, border, border);
    Pair pair = new Pair(new Conv(window, 1), x, Networks.noise(random, w, 1));
    StringBuilder row = new StringBuilder();
    double all = 0;
    for (double share : SHARES) {
      float[] values = Networks.noise(random, x, 1).floats();
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextDouble() < share ? 0 : values[i];
      }
      double[] times = pair.times(values, seconds / SHARES.length);
      all = share == 0 ? times[0] : all;
      row.append(String.format(Locale.ROOT, " %.2f |", times[0] / times[1]));
    }
    out.printf(Locale.ROOT, "| %s | %.0f |%s%n", layer, all, row);
  }

  /** One convolution of what a gate lets through, in both ways. */
  private final class Pair {
    private final List<JvmProgram.Bound> bound;

    Pair(Op convolution, Shape shape, Tensor weight) {
      Builder b = new Builder();
      Value x = b.emit(new Input("x", new TensorType(ElementType.FLOAT32, shape)));
      Value gated = b.gate(b.abs(x), x);
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("x", gated);
      outputs.put("y", b.relu(b.emit(convolution, gated, b.constant(weight))));
      Graph g = b.finish(outputs);
      bound = ways.compile(any, g);
    }

    /** Microseconds of multiplying all and of skipping zeros. */
    double[] times(float[] values, double time) {
      List<DoubleSupplier> work = new ArrayList<>();
      for (JvmProgram.Bound way : bound) {
        way.input("x", values);
        work.add(() ->
            SparsityBench.least(way, Set.of("x", "y")) - SparsityBench.least(way, Set.of("x")));
      }
      Rounds r = Rounds.measure(work, time, time);
      return new double[] {1e3 * r.median(0), 1e3 * r.median(1)};
    }
  }

  /** Layers of one kind within one network. */
  private static final class Kind {
    private int layers;
    private double zeros;
    private double all;
    private double skipped;
  }

  /** Those of a network, for one real image. */
  void ofNetwork(Subject s) {
    SequencedMap<String, Value> operands = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    for (Node n : s.explained().nodes()) {
      if (isConvolution(n.op())
          && s.explained().node(n.operands().get(1)).op() instanceof Constant
          && mayHaveZeros(s.explained().node(n.operands().getFirst()).op())) {
        operands.put("x" + nodes.size(), n.operands().getFirst());
        nodes.add(n);
      }
    }
    JvmProgram.Bound all =
        ways.skipping().compile(s.model(), s.explained().withOutputs(operands)).at(1);
    all.input(s.input(), s.images().getFirst());
    all.run(operands.keySet());
    Map<String, Kind> kinds = new TreeMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      Shape shape = s.explained().type(n.operands().getFirst()).shape();
      float[] x = new float[shape.size()];
      all.output("x" + i, x);
      Tensor weight = ((Constant) s.explained().node(n.operands().get(1)).op()).value();
      double[] times = new Pair(n.op(), shape, weight).times(x, seconds / 20);
      boolean gradient = s.explained().node(n.operands().getFirst()).op() instanceof Gate;
      Kind k = kinds.computeIfAbsent(name(n, shape, weight.shape(), gradient), _ -> new Kind());
      k.layers++;
      k.zeros += (double) IntStream.range(0, x.length).filter(j -> x[j] == 0).count() / x.length;
      k.all += times[0];
      k.skipped += times[1];
    }
    out.printf("%s, one real image; layers of one kind together:%n%n", s.name());
    figure.head("convolution", "layers", "zeros", "ideal", "all, us", "skipping, us", "speed-up");
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
}
