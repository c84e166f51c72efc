package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Clip;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.MaxPoolGradient;
import whyc.op.Or;
import whyc.op.Round;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

/** Every bit stays: bounds are 0. */
class StoreDecisionsTest {
  private static final Pass PASS = new StoreDecisions().then(new RemoveDead());

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 40)
        : LongStream.of(Long.getLong("seed"));
  }

  @Test
  void gatesOfOneConditionShareAMaskThatIsMadeWhereTheValueIs() {
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 17);
    Value dy = Twins.input(b, "dy", 2, 17);
    Value y = b.relu(x);
    Value z = b.exp(y);
    Value one = b.gate(y, b.mul(dy, z));
    Value row = b.gate(y, Twins.weight(b, new SplittableRandom(1), 17));
    Graph g = Twins.finish(b, b.add(one, row), z);
    Graph after = PASS.apply(g);
    assertThat(Twins.lines(after))
        .containsExactly("Relu", "Greater", "Exp", "Mul", "Gate", "Gate", "Add");
    Twins.assertSame(g, after, new SplittableRandom(2), 0);
  }

  @Test
  void aConditionOfSeveralLinesIsMadeWhereItsValueIs() {
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 17);
    Value dy = Twins.input(b, "dy", 2, 17);
    Value y = b.emit(new Clip(-1, 1), x);
    Value z = b.exp(y);
    Value inside = b.mul(b.shift(y, 1), b.sub(b.scalar(1, y), y));
    Value dx = b.gate(inside, b.mul(dy, z));
    Value chosen = b.where(b.greater(b.shift(y, 0.5), b.scalar(0, y)), dx, dy);
    Graph g = Twins.finish(b, chosen, z);
    Graph after = PASS.apply(g);
    assertThat(Twins.lines(after))
        .containsExactly(
            "Clip", "Add", "Sub", "Mul", "Greater", "Add", "Greater", "Exp", "Mul", "Gate",
            "Where");
    Twins.assertSame(g, after, new SplittableRandom(2), 0);
  }

  @Test
  void whatIsThereAnywayIsNoReasonForAMask() {
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 17);
    Value known = Twins.weight(b, new SplittableRandom(1), 2, 17);
    Value open = b.emit(new Input("open", TensorType.of(ElementType.BOOL, 2, 17)));
    Value either = b.emit(new Or(), open, open);
    Graph g = Twins.finish(b, b.gate(known, x), b.gate(x, x), b.gate(either, x));
    assertThat(new StoreDecisions().apply(g)).isEqualTo(g);
  }

  /** Few different values, so that ties are the rule; padding and dilation of all kinds. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void switchesRouteWhatTheGradientOfAPoolingGives(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Window window = window(random);
    Builder b = new Builder();
    int h = 5 + Twins.awkward(random);
    int w = 5 + Twins.awkward(random);
    Value x = b.relu(b.emit(new Round(), Twins.input(b, "x", 2, 3, h, w)));
    Value y = b.emit(new MaxPool(window), x);
    Value dy = b.emit(new Input("dy", b.type(y)));
    Value dx = b.emit(new MaxPoolGradient(window), x, y, dy);
    Graph g = Twins.finish(b, dx, b.relu(y));
    Graph after = PASS.apply(g);
    assertThat(Twins.lines(after))
        .containsExactly("Round", "Relu", "MaxPool", "MaxPoolSwitches", "MaxPoolRoute", "Relu");
    Twins.assertSame(g, after, random, 0);
  }

  private static Window window(SplittableRandom random) {
    int height = random.nextInt(1, 4);
    int width = random.nextInt(1, 4);
    int dilation = random.nextInt(1, 3);
    return new Window(
        height,
        width,
        random.nextInt(1, 4),
        random.nextInt(1, 4),
        random.nextInt(height + 1),
        random.nextInt(width + 1),
        random.nextInt(height + 1),
        random.nextInt(width + 1),
        dilation,
        dilation);
  }

  @Test
  void aWindowOfMoreTapsThanAByteTellsStays() {
    for (int width : List.of(17, 18)) {
      Builder b = new Builder();
      Window window = Window.of(15, width, 1);
      Value x = Twins.input(b, "x", 1, 1, 17, 19);
      Value y = b.emit(new MaxPool(window), x);
      Value dx = b.emit(new MaxPoolGradient(window), x, y, y);
      Graph g = Twins.finish(b, dx);
      Graph after = PASS.apply(g);
      // 15 * 17 = 255 taps are the most: 0 to 254, and 255 for none.
      assertThat(Twins.lines(after).contains("MaxPoolGradient")).isEqualTo(width == 18);
      Twins.assertSame(g, after, new SplittableRandom(width), 0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10/resnet20_cifar10.onnx",
    "mlperf_tiny/ic_resnet8_int8_qdq.onnx",
    "mlperf_tiny/kws_dscnn.onnx",
    "mnist/mnist_cntk.onnx",
    "imagenet/mobilenet_v2_1.0_224.onnx"
  })
  void everyBitOfATrainedNetworkAndItsSaliencyStays(String file) {
    Graph g = Twins.explained(Twins.model(file));
    Graph after = PASS.apply(g);
    assertThat(after.toString()).contains("Gate").doesNotContain("MaxPoolGradient");
    Twins.assertSame(g, after, new SplittableRandom(7), 0);
  }
}
