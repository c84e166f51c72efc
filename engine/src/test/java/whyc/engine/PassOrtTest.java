package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.OnnxWriter;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.MaxPoolGradient;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.CompareInsteadOfSwitches;
import whyc.pass.ConvTransposeToConv;
import whyc.pass.LowerForOnnx;
import whyc.pass.Pass;
import whyc.pass.Simplify;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Passes keep the meaning of a graph: before and after in the interpreter, and lowered in ONNX
 * Runtime, on windows, strides, paddings, dilations and groups that a seed draws.
 */
class PassOrtTest {
  private static final OrtEngine RUNTIME = OrtEngine.create(new OrtEngine.Options(1, true));
  private static final long CASES = 60;

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, CASES)
        : LongStream.of(Long.getLong("seed"));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void theFirstOfEqualWinnersTakesAllInComparisonsToo(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Window window = window(random);
    Builder b = new Builder();
    Value x = input(b, "x", Shape.of(2, 3, extent(random, 4), extent(random, 4)));
    Value y = b.emit(new MaxPool(window), x);
    Value dy = input(b, "dy", b.shape(y));
    Graph graph = finish(b, b.emit(new MaxPoolGradient(window), x, y, dy));
    // Few different values, so that ties are the rule.
    Map<String, Tensor> inputs =
        Map.of("x", integers(b.shape(x), random, 3), "dy", integers(b.shape(dy), random, 50));
    Tensor expected = run(graph, inputs);
    assertThat(run(new CompareInsteadOfSwitches().apply(graph), inputs)).isEqualTo(expected);
    assertThat(inRuntime(graph, inputs)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void aTransposedConvolutionIsAConvolutionWithATurnedWeight(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Window drawn = window(random);
    Window window = drawn.withStrides(1, 1);
    int groups = random.nextInt(1, 4);
    int inputs = groups * random.nextInt(1, 3);
    int outputs = groups * random.nextInt(1, 3);
    Builder b = new Builder();
    Value image = input(b, "image", Shape.of(2, inputs, extent(random, 4), extent(random, 4)));
    Shape weights = Shape.of(outputs, inputs / groups, window.height(), window.width());
    Value w = b.constant(integers(weights, random, 9));
    Value dy = input(b, "dy", b.shape(b.emit(new Conv(window, groups), image, w)));
    Graph graph = finish(b, b.emit(new ConvTranspose(window, groups, 0, 0), dy, w));
    Map<String, Tensor> fed =
        Map.of(
            "image", integers(b.shape(image), random, 9), "dy", integers(b.shape(dy), random, 9));
    Tensor expected = run(graph, fed);
    // Small integers: sums are exact in every order.
    assertThat(run(new ConvTransposeToConv().apply(graph), fed)).isEqualTo(expected);
    assertThat(inRuntime(graph, fed)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void simplifyingKeepsWhatIsComputed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Builder b = new Builder();
    Value x = input(b, "x", Shape.of(3, extent(random, 1), extent(random, 1), extent(random, 1)));
    Value mean = b.mean(x, 2, 3);
    Value repeated = b.expandAs(b.scale(b.scale(mean, 2), 0.25), x);
    Value product = b.mul(repeated, b.relu(b.relu(x)));
    Value gated = b.gate(x, b.expandAs(mean, x));
    Value sums = b.add(b.sum(product, 2, 3), b.mean(b.mul(mean, gated), 2, 3));
    Value flat = b.reshape(b.reshape(sums, 0, -1), -1);
    Graph graph = finish(b, b.neg(b.neg(b.reshapeAs(flat, mean))));
    Map<String, Tensor> fed = Map.of("x", integers(b.shape(x), random, 9));
    Tensor expected = run(graph, fed);
    Graph simple = new Simplify().apply(graph);
    assertThat(simple.nodes().size()).isLessThan(graph.nodes().size());
    assertClose(run(simple, fed), expected);
    assertClose(inRuntime(graph, fed), expected);
  }

  private static void assertClose(Tensor found, Tensor expected) {
    assertThat(found.type()).isEqualTo(expected.type());
    for (int i = 0; i < found.size(); i++) {
      // Means of up to a few hundred single-precision numbers, in another order.
      assertThat(found.at(i))
          .isCloseTo(
              expected.at(i),
              org.assertj.core.data.Offset.offset(1e-4 * (1 + Math.abs(expected.at(i)))));
    }
  }

  private static int extent(SplittableRandom random, int least) {
    List<Integer> awkward = List.of(1, 4, 6, 7, 8, 13, 16, 25);
    return Math.max(least, awkward.get(random.nextInt(awkward.size())));
  }

  /** Padding stays below the window, as every runtime wants it. */
  private static Window window(SplittableRandom random) {
    int height = random.nextInt(1, 5);
    int width = random.nextInt(1, 5);
    boolean dilated = height < 3 && width < 3 && random.nextBoolean();
    int dilation = dilated ? 2 : 1;
    return new Window(
        height,
        width,
        random.nextInt(1, 4),
        random.nextInt(1, 4),
        random.nextInt(height),
        random.nextInt(width),
        random.nextInt(height),
        random.nextInt(width),
        dilation,
        dilation);
  }

  private static Value input(Builder b, String name, Shape shape) {
    return b.emit(new Input(name, new TensorType(ElementType.FLOAT32, shape)), List.of());
  }

  private static Tensor integers(Shape shape, SplittableRandom random, int bound) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(bound) - bound / 2;
    }
    return Tensor.of(shape, values);
  }

  private static Graph finish(Builder b, Value result) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("result", result);
    return b.finish(outputs);
  }

  private static Tensor run(Graph graph, Map<String, Tensor> inputs) {
    return Interpreter.run(graph, inputs).firstEntry().getValue();
  }

  private static Tensor inRuntime(Graph graph, Map<String, Tensor> inputs) {
    Pass lower = new LowerForOnnx();
    try (Program p = RUNTIME.program(OnnxWriter.write(lower.apply(graph), false))) {
      return p.run(inputs, graph.outputs().keySet()).firstEntry().getValue();
    }
  }
}
