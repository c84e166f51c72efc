package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Verifier;
import whyc.onnx.Model;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.MatMul;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class IntegerArithmeticTest {
  private static final Window SAME = new Window(3, 3, 1, 1, 1, 1, 1, 1, 1, 1);

  /** Draws a quantised layer and what it is in real numbers. */
  private static final class Layer {
    final Builder b = new Builder();
    final SplittableRandom random;
    final ElementType element;
    final int zero;
    final Tensor image;

    Layer(long seed, int... dims) {
      random = new SplittableRandom(seed);
      element = random.nextBoolean() ? ElementType.INT8 : ElementType.UINT8;
      zero = random.nextInt(3) == 0 ? 0 : random.nextInt(128);
      byte[] bytes = new byte[Shape.of(dims).size()];
      random.nextBytes(bytes);
      image = Tensor.ofBytes(element, Shape.of(dims), bytes);
    }

    Value dequantised(boolean scaled) {
      Value x = b.cast(b.emit(new Input("x", image.type())), ElementType.FLOAT32);
      Value shifted = b.sub(x, b.scalar(zero, x));
      return scaled ? b.scale(shifted, 0.0173) : shifted;
    }

    /** Integers of 8 bits times a scale for each output, rounded to single precision. */
    Value weight(boolean perOutput, int outputAxis, int... dims) {
      Shape shape = Shape.of(dims);
      int step = shape.product(outputAxis + 1, shape.rank());
      float[] scales = new float[shape.dim(outputAxis)];
      float common = (float) random.nextDouble(1e-3, 1);
      for (int o = 0; o < scales.length; o++) {
        scales[o] = perOutput ? (float) random.nextDouble(1e-3, 1) : common;
      }
      float[] w = new float[shape.size()];
      for (int i = 0; i < w.length; i++) {
        w[i] = random.nextInt(-127, 128) * scales[i / step % scales.length];
      }
      return b.constant(Tensor.of(shape, w));
    }

    /** Both graphs' results for the image, of which the second has no real product any more. */
    void compare(Value y) {
      Graph real = Twins.finish(b, y);
      Graph integer = Verifier.verify(new IntegerArithmetic().apply(real));
      assertThat(integer.nodes())
          .noneMatch(n -> n.op() instanceof Conv || n.op() instanceof MatMul)
          .anyMatch(n -> n.op().name().startsWith("Integer"));
      Tensor expected = Interpreter.run(real, Map.of("x", image)).get("y0");
      Tensor found = Interpreter.run(integer, Map.of("x", image)).get("y0");
      assertThat(found.type()).isEqualTo(expected.type());
      double largest = java.util.Arrays.stream(expected.doubles()).map(Math::abs).max().orElse(0);
      for (int i = 0; i < found.size(); i++) {
        // Both sum exactly or in double precision; weights, scales and the result are rounded.
        assertThat(found.at(i)).isCloseTo(expected.at(i), within(1e-6 * (largest + 1)));
      }
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aConvolutionOfQuantisedOperandsIsOneOfIntegers(long seed) {
    Layer l = new Layer(seed, 2, 6, 7, 5);
    int groups = seed % 3 == 0 ? 2 : 1;
    Window window = seed % 2 == 0 ? SAME : new Window(3, 2, 2, 1, 2, 0, 1, 1, 1, 2);
    Value w = l.weight(seed % 4 < 2, 0, 4, 6 / groups, window.height(), window.width());
    l.compare(l.b.emit(new Conv(window, groups), l.dequantised(seed % 5 != 0), w));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void aMatrixProductOfQuantisedOperandsIsOneOfIntegers(long seed) {
    Layer l = new Layer(seed, 3, 1, 13, 2);
    Value flat = l.b.reshape(l.dequantised(true), 0, -1);
    l.compare(l.b.matMul(flat, l.weight(seed % 2 == 0, 1, 26, 7)));
  }

  @Test
  void weightsThatAreIntegersStayTheIntegersTheyAre() {
    Layer l = new Layer(1, 1, 1, 3, 3);
    Value w = l.b.constant(Tensor.of(Shape.of(1, 1, 1, 2), 50f, -100f));
    Graph g = Twins.finish(l.b, l.b.emit(new Conv(Window.of(1, 2, 1), 1), l.dequantised(false), w));
    Graph integer = new IntegerArithmetic().apply(g);
    assertThat(integer.nodes())
        .anyMatch(n ->
            n.op() instanceof whyc.op.Constant c
                && c.value()
                    .equals(
                        Tensor.ofBytes(
                            ElementType.INT8, Shape.of(1, 1, 1, 2), (byte) 50, (byte) -100)));
  }

  @Test
  void whatIsNotQuantisedStaysReal() {
    Builder b = new Builder();
    SplittableRandom random = new SplittableRandom(1);
    Value bytes = b.emit(new Input("x", TensorType.of(ElementType.UINT8, 1, 3, 8, 8)));
    Value x = b.cast(bytes, ElementType.FLOAT32);
    Value real = Twins.weight(b, random, 4, 3, 3, 3);
    Value whole = b.constant(Tensor.filled(TensorType.of(ElementType.FLOAT32, 4, 3, 3, 3), 3));
    Conv conv = new Conv(SAME, 1);
    Value y = b.emit(conv, x, real);
    Value z = b.emit(conv, b.relu(b.shift(x, -3)), whole);
    Value half = b.emit(conv, b.shift(x, -0.5), whole);
    Graph g = Twins.finish(b, y, z, half);
    assertThat(new IntegerArithmetic().apply(g).nodes())
        .noneMatch(n -> n.op() instanceof IntegerConv);
  }

  @Test
  void sumsThatCouldLeaveThirtyTwoBitsStayReal() {
    for (int taps : List.of(66_311, 66_313)) {
      Builder b = new Builder();
      Value x =
          b.cast(
              b.emit(new Input("x", TensorType.of(ElementType.UINT8, 1, taps))),
              ElementType.FLOAT32);
      Value w = b.constant(Tensor.filled(TensorType.of(ElementType.FLOAT32, taps, 1), 127));
      Graph g = new IntegerArithmetic().apply(Twins.finish(b, b.matMul(x, w)));
      // 255 * 127 * 66311 = 2147481735 is just below 2^31.
      assertThat(g.nodes().stream().anyMatch(n -> n.op() instanceof MatMul))
          .isEqualTo(taps == 66_313);
    }
  }

  @Test
  void theQuantisedNetworkMultipliesIntegersOnly() throws IOException {
    Model m = Twins.model("mlperf_tiny/ic_resnet8_int8_qdq.onnx");
    Graph integer = Verifier.verify(new IntegerArithmetic().apply(m.graph()));
    assertThat(integer.nodes()).noneMatch(n -> n.op() instanceof Conv || n.op() instanceof MatMul);
    assertThat(Twins.lines(integer).stream().filter(n -> n.startsWith("Integer"))).hasSize(10);
    int images = 10;
    Map<String, Tensor> input = Map.of(m.input(), cifar(images));
    Tensor expected = Interpreter.run(m.graph().withBatch(images), input).firstEntry().getValue();
    Tensor found = Interpreter.run(integer.withBatch(images), input).firstEntry().getValue();
    // Both round to the same codes behind every layer, so that not a bit is left of the difference.
    assertThat(found).isEqualTo(expected);
  }

  /** Images as CIFAR's files have them: a label, then three planes of 32 x 32. */
  private static Tensor cifar(int count) throws IOException {
    byte[] bytes = Files.readAllBytes(Twins.data().resolve("images/cifar10/test_0000_1999.bin"));
    float[] values = new float[count * 3072];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(bytes[i / 3072 * 3073 + 1 + i % 3072]);
    }
    return Tensor.of(Shape.of(count, 3, 32, 32), values);
  }
}
