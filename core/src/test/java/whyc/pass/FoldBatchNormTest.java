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
import whyc.onnx.Model;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.QuantizeLinear;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class FoldBatchNormTest {
  /** Some ten roundings of single precision, in another order. */
  private static final double SINGLE = 1e-6;

  /** Roundings of double precision through all layers of a network and back. */
  private static final double DOUBLE = 1e-11;

  private static final Window THREE = new Window(3, 3, 2, 1, 1, 0, 1, 2, 1, 1);

  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 30)
        : LongStream.of(Long.getLong("seed"));
  }

  private static Graph folded(Graph g, SplittableRandom random) {
    Graph after = new FoldConstants().apply(new FoldBatchNorm().apply(g));
    Twins.assertSame(g, after, random, SINGLE);
    return after;
  }

  /** Numbers for each channel, or one for all, in a shape that broadcasts to an image. */
  private static Value perChannel(Builder b, int channels, SplittableRandom random) {
    List<Shape> shapes =
        List.of(
            Shape.of(channels, 1, 1), Shape.of(1, channels, 1, 1), Shape.of(), Shape.of(1, 1, 1));
    Shape s = shapes.get(random.nextInt(shapes.size()));
    return b.constant(Twins.factors(new TensorType(ElementType.FLOAT32, s), random));
  }

  /** Some of the lines that multiply or add what is known. */
  private static Value affine(Builder b, Value x, int channels, SplittableRandom random) {
    Value y = x;
    int lines = random.nextInt(1, 7);
    for (int i = 0; i < lines; i++) {
      Value f = perChannel(b, channels, random);
      y =
          switch (random.nextInt(8)) {
            case 0 -> b.mul(y, f);
            case 1 -> b.mul(f, y);
            case 2 -> b.div(y, f);
            case 3 -> b.add(y, f);
            case 4 -> b.add(f, y);
            case 5 -> b.sub(y, f);
            case 6 -> b.sub(f, y);
            default -> b.neg(y);
          };
    }
    return y;
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void behindAConvolutionOneAdditionIsLeft(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int groups = random.nextInt(1, 4);
    int in = groups * random.nextInt(1, 4);
    int out = groups * Twins.awkward(random);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, in, 7, 6);
    Value w = Twins.weight(b, random, out, in / groups, 3, 3);
    Value y = affine(b, b.emit(new Conv(THREE, groups), x, w), out, random);
    Graph after = folded(Twins.finish(b, b.relu(y)), random);
    assertThat(Twins.lines(after)).isIn(List.of("Conv", "Relu"), List.of("Conv", "Add", "Relu"));
    after.nodes().stream()
        .filter(n -> n.op().name().equals("Add"))
        .map(n -> after.type(n.operands().get(1)).shape())
        .forEach(bias -> assertThat(bias).isEqualTo(Shape.of(1, out, 1, 1)));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void aCotangentIsScaledByTheWeight(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int groups = random.nextInt(1, 4);
    int in = groups * (1 + Twins.awkward(random));
    int out = groups * random.nextInt(1, 4);
    Builder b = new Builder();
    Value dy = Twins.input(b, "dy", 2, in, 3, 5);
    Value y = Twins.input(b, "y", 2, in, 3, 5);
    Value w = Twins.weight(b, random, in, out / groups, 3, 3);
    Value s = Twins.weight(b, random, in, 1, 1);
    Value t = Twins.weight(b, random, 1, out, 1, 1);
    ConvTranspose op = new ConvTranspose(THREE, groups, 1, 0);
    Value dx = b.mul(b.emit(op, b.gate(y, b.mul(dy, s)), w), t);
    Graph after = folded(Twins.finish(b, dx), random);
    assertThat(Twins.lines(after)).containsExactly("Gate", "ConvTranspose");
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void anImageIsScaledByTheWeight(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int groups = random.nextInt(1, 4);
    int in = groups * Twins.awkward(random);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 1, in, 4, 3);
    Value scaled = b.mul(b.relu(x), Twins.weight(b, random, in, 1, 1));
    Value w = Twins.weight(b, random, 2 * groups, in / groups, 3, 3);
    Graph after = folded(Twins.finish(b, b.emit(new Conv(THREE, groups), scaled, w)), random);
    // One channel is scaled by one number, which is left to stand.
    assertThat(Twins.lines(after))
        .containsExactlyElementsOf(
            in == 1 ? List.of("Relu", "Mul", "Conv") : List.of("Relu", "Conv"));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void aMatrixTakesItsScalesToo(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int in = 1 + Twins.awkward(random);
    int out = Twins.awkward(random);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 3, in);
    Value scaled = b.div(x, b.constant(Twins.factors(b.type(Twins.weight(b, random, in)), random)));
    Value y = b.matMul(scaled, Twins.weight(b, random, in, out));
    y = b.add(b.scale(y, 0.25), Twins.weight(b, random, out));
    Graph after = folded(Twins.finish(b, y), random);
    assertThat(Twins.lines(after)).containsExactly("MatMul", "Add");
  }

  @Test
  void rowsOfAStackOfMatricesHaveTheirChannelsLast() {
    SplittableRandom random = new SplittableRandom(3);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 5, 5);
    Value y = b.matMul(x, Twins.weight(b, random, 5, 5));
    y = b.mul(b.mul(y, Twins.weight(b, random, 5)), Twins.weight(b, random, 5, 1));
    Graph after = folded(Twins.finish(b, y), random);
    assertThat(Twins.lines(after)).containsExactly("MatMul", "Mul");
  }

  @Test
  void aGateLetsTheScaleThroughToTheWeightBeforeIt() {
    SplittableRandom random = new SplittableRandom(4);
    Builder b = new Builder();
    Value dy = Twins.input(b, "dy", 2, 7, 5, 5);
    Value y = Twins.input(b, "y", 2, 3, 5, 5);
    Value w = Twins.weight(b, random, 7, 3, 3, 3);
    Window same = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);
    Value dx = b.gate(y, b.emit(new ConvTranspose(same, 1, 0, 0), dy, w));
    Value scaled = b.mul(dx, Twins.weight(b, random, 3, 1, 1));
    Graph after = folded(Twins.finish(b, b.add(scaled, y)), random);
    assertThat(Twins.lines(after)).containsExactly("ConvTranspose", "Gate", "Add");
  }

  @Test
  void withoutAConvolutionOneFactorAndOneTermAreLeft() {
    SplittableRandom random = new SplittableRandom(5);
    Builder b = new Builder();
    Value x = b.relu(Twins.input(b, "x", 2, 3, 4, 5));
    Value y = b.mul(b.sub(x, Twins.weight(b, random, 3, 1, 1)), Twins.weight(b, random, 3, 1, 1));
    y = b.add(b.mul(y, Twins.weight(b, random, 1, 3, 1, 1)), Twins.weight(b, random, 3, 1, 1));
    Graph after = folded(Twins.finish(b, b.neg(y)), random);
    assertThat(Twins.lines(after)).containsExactly("Relu", "Mul", "Add", "Neg");
  }

  @Test
  void whatIsUsedTwiceIsWrittenAsItIs() {
    SplittableRandom random = new SplittableRandom(6);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 3, 4, 5);
    Value conv = b.emit(new Conv(Window.of(1, 1, 1), 1), x, Twins.weight(b, random, 7, 3, 1, 1));
    Value scaled = b.mul(conv, Twins.weight(b, random, 7, 1, 1));
    Value shifted = b.add(scaled, Twins.weight(b, random, 7, 1, 1));
    Graph after = folded(Twins.finish(b, b.relu(shifted), conv), random);
    assertThat(Twins.lines(after)).containsExactly("Conv", "Mul", "Add", "Relu");
  }

  @Test
  void whatIsNotScaledIsWrittenWhereItStood() {
    SplittableRandom random = new SplittableRandom(9);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 3, 4, 5);
    Value w = Twins.weight(b, random, 3, 3, 1, 1);
    Value y = b.emit(new ConvTranspose(Window.of(1, 1, 1), 1, 0, 0), x, w);
    Value z = b.emit(new Conv(Window.of(1, 1, 1), 1), b.exp(x), w);
    Value sum = b.add(b.gate(z, b.gate(b.tanh(z), b.add(y, y))), b.gate(x, z));
    Graph g = Twins.finish(b, b.emit(new Conv(Window.of(1, 1, 1), 1), sum, w));
    assertThat(folded(g, random).nodes()).containsExactlyElementsOf(g.nodes());
  }

  @Test
  void oneNumberForAllAndIntegersStay() {
    SplittableRandom random = new SplittableRandom(7);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 3, 4, 5);
    Value six = b.scalar(6, x);
    Value y = b.mul(x, b.sub(six, b.div(x, six)));
    Value whole = b.cast(b.scale(x, 9), ElementType.INT64);
    Tensor two = Tensor.of(Shape.of(3, 1, 1), 2L, 3L, 5L);
    Graph g = Twins.finish(b, y, b.div(b.mul(whole, whole), b.constant(two)));
    assertThat(new FoldBatchNorm().apply(g).nodes()).containsExactlyElementsOf(g.nodes());
  }

  /** The product alone is scaled: bits before rounding stay. */
  @Test
  void whatIsRoundedToIntegersKeepsItsBits() {
    SplittableRandom random = new SplittableRandom(8);
    Builder b = new Builder();
    Value x = Twins.input(b, "x", 2, 3, 9, 9);
    Value conv = b.emit(new Conv(THREE, 1), x, Twins.weight(b, random, 7, 3, 3, 3));
    Value y =
        b.mul(b.add(conv, Twins.weight(b, random, 7, 1, 1)), Twins.weight(b, random, 7, 1, 1));
    Value zero = b.constant(Tensor.scalar(ElementType.UINT8, 9));
    Value q = b.emit(new QuantizeLinear(), y, b.scalar(0.07, y), zero);
    Graph g = Twins.finish(b, q);
    Graph after = new FoldBatchNorm().apply(g);
    assertThat(Twins.lines(after)).containsExactly("Conv", "Add", "Mul", "QuantizeLinear");
    Twins.assertSame(g, after, random, 0);
  }

  /**
   * Additions: of each convolution and dense layer one, those of the residual branches, and these
   * again backwards. Products that are no convolutions: those of ReLU6's derivative and of
   * MobileNet's average.
   */
  @ParameterizedTest
  @CsvSource({
    "cifar10/resnet20_cifar10.onnx, 38, 0",
    "mlperf_tiny/kws_dscnn.onnx, 10, 0",
    "imagenet/mobilenet_v2_1.0_224.onnx, 73, 36"
  })
  void aTrainedNetworkAndItsSaliencyAreTheSame(String file, int additions, int products) {
    Graph g = new ToDouble().apply(Twins.explained(Twins.model(file)));
    Graph after = new FoldConstants().apply(new FoldBatchNorm().apply(g));
    Twins.assertSame(g, after, new SplittableRandom(7), DOUBLE);
    assertThat(Twins.lines(after).stream().filter("Add"::equals)).hasSize(additions);
    assertThat(Twins.lines(after).stream().filter("Mul"::equals)).hasSize(products);
  }

  /**
   * The forward pass to the bit; the gradient, which is not rounded to integers, up to rounding.
   */
  @Test
  void aQuantisedNetworkKeepsItsBits() {
    Model m = Twins.model("mlperf_tiny/ic_resnet8_int8_qdq.onnx");
    Graph g = Twins.explained(m);
    Graph after = new FoldConstants().apply(new FoldBatchNorm().apply(g));
    Twins.assertSame(g, after, new SplittableRandom(7), SINGLE);
    Graph forward = new RemoveDead().apply(g.withOutputs(m.graph().withBatch(1).outputs()));
    Twins.assertSame(forward, new FoldBatchNorm().apply(forward), new SplittableRandom(7), 0);
  }
}
