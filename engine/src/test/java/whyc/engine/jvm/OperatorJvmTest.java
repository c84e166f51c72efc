package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.OperatorSamples;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.*;
import whyc.pass.Expand;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Every primitive gives in this engine what its own evaluation gives, at every vector width. */
class OperatorJvmTest {
  private static final int SEEDS = 4;

  /** Sums of up to a few hundred numbers below 1, and functions good to a few units. */
  private static final double TOLERANCE = 2e-5;

  static Stream<Arguments> cases() {
    return OperatorSamples.names().stream()
        .flatMap(name ->
            Arrays.stream(Lanes.values())
                .flatMap(lanes ->
                    IntStream.range(0, SEEDS).mapToObj(seed -> Arguments.of(name, lanes, seed))));
  }

  @ParameterizedTest(name = "{0} {1} -Dseed={2}")
  @MethodSource("cases")
  void agrees(String name, Lanes lanes, long seed) {
    OperatorSamples.Case c = OperatorSamples.draw(name, seed);
    PlanRun.expectAsInterpreted(new Expand().apply(c.graph()), lanes, c.inputs(), TOLERANCE);
    PlanRun.expectAsInterpreted(Lowering.of(c.graph()), lanes, c.inputs(), TOLERANCE);
  }

  /** Operators element by element on images, whose channels fill no vector. */
  static Stream<Arguments> elementwise() {
    List<Op> ops =
        List.of(
            new Abs(),
            new Neg(),
            new Exp(),
            new Log(),
            new Sqrt(),
            new Tanh(),
            new Sigmoid(),
            new Erf(),
            new Relu(),
            new Softplus(),
            new Floor(),
            new Ceil(),
            new Round(),
            new Sign(),
            new Clip(-0.5, 1),
            new Clip(0.25, 1),
            new Cosh(),
            new IsNaN(),
            new IsInf(true, true),
            new Add(),
            new Sub(),
            new Mul(),
            new Div(),
            new Max(),
            new Min(),
            new Pow(),
            new Greater(),
            new Equal(),
            new Gate(),
            new Where());
    return ops.stream()
        .flatMap(op ->
            Arrays.stream(Lanes.values())
                .flatMap(lanes ->
                    Stream.of(1, 3, 17, 32).map(channels -> Arguments.of(op, lanes, channels))));
  }

  @ParameterizedTest(name = "{0} {1} channels={2}")
  @MethodSource("elementwise")
  void keepsLanesBeyondTheChannelsZero(Op op, Lanes lanes, int channels) {
    Builder b = new Builder();
    SplittableRandom random = new SplittableRandom(channels);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    Value x = input(b, random, inputs, 2, channels, 3, 5);
    Value other = input(b, random, inputs, 2, channels, 1, 1);
    Value plane = input(b, random, inputs, 1, 1, 3, 5);
    Value y =
        switch (op) {
          case Unary u -> b.emit(u, x);
          case Where w -> b.where(b.greater(x, plane), b.add(x, other), b.scalar(-2, x));
          case Gate g -> b.gate(x, other);
          default -> b.emit(op, b.add(x, plane), other);
        };
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    outputs.put("z", b.add(b.cast(y, ElementType.FLOAT32), x));
    PlanRun run = PlanRun.expectAsInterpreted(b.finish(outputs), lanes, inputs, TOLERANCE);
    expectZeros(run);
  }

  /** What lies beyond the channels of an output that is an image. */
  private static void expectZeros(PlanRun run) {
    Arrangement a = run.plan.arrangement();
    Located y = run.wired.output("z");
    assertThat(y.layout()).isInstanceOf(Layout.Image.class);
    Layout.Image image = (Layout.Image) y.layout();
    assertThat(image.pixelStride() % a.lanes().count()).isZero();
    for (int pixel = 0; pixel < image.size() / image.pixelStride(); pixel++) {
      for (int c = image.channels(); c < image.pixelStride(); c++) {
        assertThat(run.banks.values()[y.offset() + pixel * image.pixelStride() + c]).isZero();
      }
    }
  }

  private static Value input(
      Builder b, SplittableRandom random, Map<String, Tensor> inputs, int... dims) {
    String name = "x" + inputs.size();
    double[] values = random.doubles(Shape.of(dims).size(), 1.1, 2).toArray();
    Tensor t = Tensor.of(TensorType.of(ElementType.FLOAT32, dims), values);
    inputs.put(name, t);
    return b.emit(new Input(name, t.type()), List.of());
  }

  @ParameterizedTest
  @MethodSource("widths")
  void switchesRouteCotangentsOnRowsToo(Lanes lanes) {
    Builder b = new Builder();
    SplittableRandom random = new SplittableRandom(3);
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    Window window = new Window(3, 2, 2, 1, 1, 1, 1, 0, 1, 2);
    Value x = input(b, random, inputs, 2, 3, 7, 6);
    Value switches = b.emit(new MaxPoolSwitches(window), x);
    int[] pooled = b.shape(switches).dims().stream().mapToInt(i -> i).toArray();
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(
        "y", b.emit(new MaxPoolRoute(window, 7, 6), switches, input(b, random, inputs, pooled)));
    Graph graph = b.finish(outputs);
    // Two cotangents may meet in one place; each sum is rounded.
    PlanRun.expectAsInterpreted(graph, lanes, inputs, 1e-6);
  }

  static Stream<Lanes> widths() {
    return Arrays.stream(Lanes.values());
  }
}
