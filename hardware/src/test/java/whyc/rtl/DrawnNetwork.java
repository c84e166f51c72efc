package whyc.rtl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import whyc.explain.Asked;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Concat;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.RemoveDead;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A small network drawn by a seed, quantised with explanations: windows, strides, groups, poolings,
 * residuals and heads of all kinds that the core takes.
 */
record DrawnNetwork(
    Graph quantised, SequencedMap<String, String> methodOf, CoreShape core, Tensor image) {
  private static final List<String> METHODS = List.of("gradcam", "saliency", "guided", "deconvnet");

  static DrawnNetwork of(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int channels = random.nextInt(1, 5);
    int rows = random.nextInt(6, 15);
    int columns = random.nextInt(6, 15);
    return of(random, seed, network(random, channels, rows, columns), channels, rows, columns);
  }

  /** The same with modules that join channels: at the borders of words, and within. */
  static DrawnNetwork joining(long seed, int rows, int columns) {
    SplittableRandom random = new SplittableRandom(seed);
    return of(random, seed, joiningNetwork(random, rows, columns), 3, rows, columns);
  }

  private static DrawnNetwork of(
      SplittableRandom random, long seed, Graph model, int channels, int rows, int columns) {
    Question q = Question.top("x", "logits");
    List<String> methods =
        METHODS.stream().filter(m -> seed % 7 == 0 || random.nextInt(3) > 0).toList();
    List<Asked> asked = new ArrayList<>();
    for (String m : methods) {
      asked.add(
          new Asked(m, Methods.named(m).create(model, q, Methods.Options.of(Profile.WHYC)), q));
    }
    Graph g = Asked.all(model, asked);
    Observation o = Observation.of(g);
    Statistics s = Statistics.empty();
    for (int i = 0; i < 3; i++) {
      Map<String, Tensor> image = Map.of("x", draw(random, 1, 1, channels, rows, columns));
      s = s.plus(o.statistics(Interpreter.run(o.graph(), image)));
    }
    Width width = random.nextBoolean() ? Width.INT8 : Width.INT16;
    Quantize.Turned[] turned = {Quantize.Turned.SHARED, Quantize.Turned.ONE_SCALE};
    Graph quantised =
        new Quantize(s, Quantize.Options.of(width).with(turned[random.nextInt(2)]))
            .quantized(g)
            .graph();
    SequencedMap<String, String> methodOf = new LinkedHashMap<>();
    methodOf.put("logits", "prediction");
    quantised.outputs().keySet().stream()
        .filter(n -> n.endsWith("_class"))
        .forEach(n -> methodOf.put(n, "prediction"));
    methods.forEach(m -> methodOf.put(m, m));
    int bits = width == Width.INT8 ? 8 : 16;
    CoreShape core =
        new CoreShape(1 << random.nextInt(1, 4), bits, bits, 1 << random.nextInt(4, 7));
    return new DrawnNetwork(quantised, methodOf, core, draw(random, 1, 1, channels, rows, columns));
  }

  private static Graph network(SplittableRandom random, int channels, int rows, int columns) {
    Builder b = new Builder();
    Value y =
        b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, channels, rows, columns)));
    y = b.relu(conv(b, random, y, random.nextInt(2, 13)));
    for (int layer = 0; layer < random.nextInt(1, 4); layer++) {
      y = layer(b, random, y);
    }
    int classes = random.nextInt(2, 11);
    boolean isAveraged = random.nextInt(3) > 0;
    Value features = isAveraged ? b.reshape(b.mean(y, 2, 3), 0, -1) : b.reshape(y, 0, -1);
    int depth = b.shape(features).dim(1);
    Value logits =
        b.matMul(features, b.constant(draw(random, Math.sqrt(1.0 / depth), depth, classes)));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("logits", b.add(logits, b.constant(draw(random, 0.2, classes))));
    return b.finish(outputs);
  }

  private static Graph joiningNetwork(SplittableRandom random, int rows, int columns) {
    Builder b = new Builder();
    Value y = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3, rows, columns)));
    Window two = Window.of(3, 3, 2).padded(1, 1, 1, 1);
    y = b.relu(conv(b, random, y, random.nextInt(4, 13), two, 1));
    int modules = random.nextInt(1, 4);
    for (int module = 0; module < modules; module++) {
      y = joined(b, random, y);
    }
    int classes = random.nextInt(2, 11);
    Value features = b.reshape(b.mean(y, 2, 3), 0, -1);
    int depth = b.shape(features).dim(1);
    Value weight = b.constant(draw(random, Math.sqrt(1.0 / depth), depth, classes));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("logits", b.matMul(features, weight));
    return b.finish(outputs);
  }

  /** Scores of two heads, of three classes and two. */
  static DrawnNetwork twoHeads(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3, 6, 6)));
    Value features = b.reshape(b.mean(b.relu(conv(b, random, x, 6)), 2, 3), 0, -1);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(
        "logits",
        b.emit(
            new Concat(1),
            b.matMul(features, b.constant(draw(random, 0.4, 6, 3))),
            b.matMul(features, b.constant(draw(random, 0.4, 6, 2)))));
    return of(random, seed, b.finish(outputs), 3, 6, 6).predicting();
  }

  /** Without what explains it. */
  private DrawnNetwork predicting() {
    SequencedMap<String, Value> logits = new LinkedHashMap<>();
    logits.put("logits", quantised.output("logits"));
    SequencedMap<String, String> prediction = new LinkedHashMap<>();
    prediction.put("logits", "prediction");
    Graph g = new RemoveDead().apply(quantised.withOutputs(logits));
    return new DrawnNetwork(g, prediction, core, image);
  }

  /** A fire module, a dense one, branches of a pooling and a convolution, or a ReLU behind all. */
  private static Value joined(Builder b, SplittableRandom random, Value x) {
    Window one = Window.of(1, 1, 1);
    Window three = Window.of(3, 3, 1).padded(1, 1, 1, 1);
    Value small = b.relu(conv(b, random, x, random.nextInt(2, 9), one, 1));
    Value narrow = conv(b, random, small, random.nextInt(1, 13), one, 1);
    Value wide = conv(b, random, small, random.nextInt(1, 13), three, 1);
    return switch (random.nextInt(4)) {
      case 0 -> b.emit(new Concat(1), b.relu(narrow), b.relu(wide));
      case 1 -> b.emit(new Concat(1), x, b.relu(wide));
      case 2 -> b.emit(new Concat(1), b.emit(new MaxPool(three), x), b.relu(narrow), small);
      default -> b.relu(b.emit(new Concat(1), narrow, wide, narrow));
    };
  }

  private static Value layer(Builder b, SplittableRandom random, Value x) {
    Shape shape = b.shape(x);
    boolean isSmall = Math.min(shape.dim(2), shape.dim(3)) < 4;
    return switch (random.nextInt(isSmall ? 2 : 5)) {
      case 0 -> b.relu(conv(b, random, x, random.nextInt(2, 13)));
      case 1 -> b.relu(b.add(x, same(b, random, b.relu(same(b, random, x)))));
      case 2 -> b.emit(new MaxPool(pool(random)), x);
      case 3 -> b.scale(b.emit(new SumPool(Window.of(2, 2, 2)), x), 0.25);
      default -> down(b, random, x);
    };
  }

  private static Window pool(SplittableRandom random) {
    return random.nextBoolean() ? Window.of(2, 2, 2) : Window.of(3, 3, 2).padded(1, 1, 1, 1);
  }

  /** A block that halves the image, with a convolution beside it. */
  private static Value down(Builder b, SplittableRandom random, Value x) {
    int outputs = random.nextInt(2, 13);
    Window three = Window.of(3, 3, 2).padded(1, 1, 1, 1);
    Value main = b.relu(conv(b, random, x, outputs, three, 1));
    return b.relu(b.add(same(b, random, main), conv(b, random, x, outputs, Window.of(1, 1, 2), 1)));
  }

  private static Value same(Builder b, SplittableRandom random, Value x) {
    int channels = b.shape(x).dim(1);
    Window three = Window.of(3, 3, 1).padded(1, 1, 1, 1);
    return conv(b, random, x, channels, three, random.nextInt(4) == 0 ? channels : 1);
  }

  private static Value conv(Builder b, SplittableRandom random, Value x, int outputs) {
    int height = random.nextInt(1, 5);
    int width = random.nextInt(1, 5);
    Window w =
        new Window(
            height,
            width,
            random.nextInt(1, 3),
            random.nextInt(1, 3),
            random.nextInt(height),
            random.nextInt(width),
            height / 2,
            width / 2,
            1,
            1);
    return conv(b, random, x, outputs, w, 1);
  }

  private static Value conv(
      Builder b, SplittableRandom random, Value x, int outputs, Window w, int groups) {
    int inputs = b.shape(x).dim(1) / groups;
    double deviation = Math.sqrt(2.0 / (inputs * w.area()));
    Value weight = b.constant(draw(random, deviation, outputs, inputs, w.height(), w.width()));
    Value sums = b.emit(new Conv(w, groups), x, weight);
    Value y = b.add(sums, b.constant(draw(random, 0.1, outputs, 1, 1)));
    b.name(y, "conv" + b.size());
    return y;
  }

  private static Tensor draw(RandomGenerator random, double deviation, int... dims) {
    Shape shape = Shape.of(dims);
    double[] values = new double[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextGaussian() * deviation;
    }
    return Tensor.of(new TensorType(ElementType.FLOAT32, shape), values);
  }

  /** The same network with the products of a circuit; wants 8 bits. */
  DrawnNetwork with(ArrayProduct array) {
    return new DrawnNetwork(array.in(quantised), methodOf, core, image);
  }

  RtlDesign design(CoreUnits units) {
    return RtlDesign.of(quantised, methodOf, core, units);
  }

  RtlDesign design() {
    return design(core);
  }

  RtlDesign design(CoreShape other) {
    return RtlDesign.of(quantised, methodOf, other);
  }
}
