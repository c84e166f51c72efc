package whyc.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Interpreter;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Cases small enough to be worked out on paper. */
class OpByHandTest {
  private static final Shape IMAGE = Shape.of(1, 1, 2, 3);

  /** The derivative of the first operand, for a cotangent. */
  private static double[] derivative(Op op, Tensor cotangent, Tensor... operands) {
    Builder b = new Builder();
    List<Value> inputs =
        java.util.stream.IntStream.range(0, operands.length)
            .mapToObj(i -> b.emit(new Input("x" + i, operands[i].type())))
            .toList();
    Value y = b.expand(op, inputs, "");
    Value dx =
        Gradient.exact()
            .of(b, y, b.constant(cotangent), List.of(inputs.getFirst()))
            .get(inputs.getFirst());
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (int i = 0; i < operands.length; i++) {
      given.put("x" + i, operands[i]);
    }
    return Interpreter.run(b.finish(new LinkedHashMap<>(Map.of("dx", dx))), given)
        .get("dx")
        .doubles();
  }

  /**
   * <pre>{@code
   * x = 1 2 3    w = 1 0     y = 1*1 + 2*0 + 4*2 + 5*(-1) = 4
   *     4 5 6        2 -1        1*2 + 2*0 ... = 2 + 0 + 10 - 6 = 6
   * }</pre>
   */
  @Test
  void aConvolutionSlidesItsWindowWithoutTurningIt() {
    Tensor x = Tensor.of(IMAGE, 1.0, 2, 3, 4, 5, 6);
    Tensor w = Tensor.of(Shape.of(1, 1, 2, 2), 1.0, 0, 2, -1);
    Conv conv = new Conv(Window.of(2, 2, 1), 1);
    assertThat(conv.evaluate(List.of(x, w)).doubles()).containsExactly(4, 6);
    // dx spreads each cotangent over the window: 1 at the left place, 10 at the right one.
    //   1*w at columns 0,1 + 10*w at columns 1,2:   1  0+10  0      1 10  0
    //                                               2 -1+20 -10  =  2 19 -10
    Tensor dy = Tensor.of(Shape.of(1, 1, 1, 2), 1.0, 10);
    assertThat(derivative(conv, dy, x, w)).containsExactly(1, 10, 0, 2, 19, -10);
  }

  /** With stride 2 each input makes a block of its own: x times the window, side by side. */
  @Test
  void aTransposedConvolutionPaintsTheWindow() {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 2), 1.0, 3);
    Tensor w = Tensor.of(Shape.of(1, 1, 1, 2), 5.0, 7);
    ConvTranspose paint = new ConvTranspose(Window.of(1, 2, 2).padded(0, 0, 0, 0), 1, 0, 1);
    // The fifth column is the extra one, which no window reaches.
    assertThat(paint.evaluate(List.of(x, w)).doubles()).containsExactly(5, 7, 15, 21, 0);
  }

  /**
   * Windows of two, one apart, over 4 4 1: both maxima are 4; the first 4 wins where both are seen.
   */
  @Test
  void theFirstOfEqualMaximaTakesTheDerivative() {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 3), 4.0, 4, 1);
    Tensor dy = Tensor.of(Shape.of(1, 1, 1, 2), 1.0, 10);
    MaxPool pool = new MaxPool(new Window(1, 2, 1, 1, 0, 0, 0, 0, 1, 1));
    assertThat(pool.evaluate(List.of(x)).doubles()).containsExactly(4, 4);
    assertThat(derivative(pool, dy, x)).containsExactly(1, 10, 0);
  }

  /**
   * Windows of two, one apart, over 4 4 1 with one place of padding before and three after: the
   * first sees padding and 4, the next two a 4 first, then 1 and padding, and the last two padding
   * alone.
   */
  @Test
  void aSwitchIsTheTapThatWon() {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 3), 4.0, 4, 1);
    Window window = new Window(1, 2, 1, 1, 0, 1, 0, 3, 1, 1);
    Tensor switches = new MaxPoolSwitches(window).evaluate(List.of(x));
    assertThat(switches.doubles()).containsExactly(1, 0, 0, 0, 255, 255);
    // 1 and 10 go to the first 4, 100 to the second, 1000 to the 1, the last two nowhere.
    Tensor dy = Tensor.of(Shape.of(1, 1, 1, 6), 1.0, 10, 100, 1000, 7, 7);
    assertThat(new MaxPoolRoute(window, 1, 3).evaluate(List.of(switches, dy)).doubles())
        .containsExactly(11, 100, 1000);
  }

  /** Rows before columns: of two equal values on a diagonal the upper one wins. */
  @Test
  void rowMajorOrderDecidesTies() {
    Tensor x = Tensor.of(Shape.of(1, 1, 2, 2), 0.0, 5, 5, 0);
    Tensor dy = Tensor.of(Shape.of(1, 1, 1, 1), 1.0);
    assertThat(derivative(new MaxPool(Window.of(2, 2, 2)), dy, x)).containsExactly(0, 1, 0, 0);
  }

  /** Padding never wins, also where all values are negative. */
  @Test
  void paddingNeverWins() {
    Tensor x = Tensor.of(Shape.of(1, 1, 1, 2), -3.0, -4);
    MaxPool pool = new MaxPool(Window.of(1, 2, 2).padded(0, 1, 0, 1));
    assertThat(pool.evaluate(List.of(x)).doubles()).containsExactly(-3, -4);
  }

  /** From position 4 down to 1 by 2: positions 4 and 2; the cotangents go back to those. */
  @Test
  void aNegativeStepRunsBackwards() {
    Tensor x = Tensor.of(Shape.of(5), 10.0, 11, 12, 13, 14);
    Slice slice = new Slice(0, 4, 0, -2);
    assertThat(slice.evaluate(List.of(x)).doubles()).containsExactly(14, 12);
    assertThat(derivative(slice, Tensor.of(Shape.of(2), 1.0, 2), x)).containsExactly(0, 0, 2, 0, 1);
  }

  /** -1 as the end stands for the place before the first, so that a whole axis can be turned. */
  @Test
  void aWholeAxisIsTurnedRound() {
    Tensor x = Tensor.of(Shape.of(3), 1.0, 2, 3);
    assertThat(new Slice(0, 2, -1, -1).evaluate(List.of(x)).doubles()).containsExactly(3, 2, 1);
  }

  /** Rows 2, 0 and again the last, which is 2: the cotangents of equal indices are added. */
  @Test
  void anElementThatIsGatheredTwiceGetsBothCotangents() {
    Tensor x = Tensor.of(Shape.of(3, 2), 1.0, 2, 3, 4, 5, 6);
    Tensor index = Tensor.of(Shape.of(3), 2L, 0L, -1L);
    Tensor dy = Tensor.of(Shape.of(3, 2), 1.0, 2, 10, 20, 100, 200);
    assertThat(new Gather(0).evaluate(List.of(x, index)).doubles())
        .containsExactly(5, 6, 1, 2, 5, 6);
    assertThat(derivative(new Gather(0), dy, x, index)).containsExactly(10, 20, 0, 0, 101, 202);
  }

  /**
   * 254.5 is a tie and goes to even; 300 is beyond the type and stays at its end, with derivative
   * 0.
   */
  @Test
  void quantisingRoundsToEvenAndSaturates() {
    Tensor x = Tensor.of(Shape.of(3), 253.5, 254.5, 300);
    Tensor scale = Tensor.of(Shape.of(), 1.0);
    Tensor zero = Tensor.scalar(whyc.tensor.ElementType.UINT8, 0);
    assertThat(new QuantizeLinear().evaluate(List.of(x, scale, zero)).doubles())
        .containsExactly(254, 254, 255);
    Tensor dy = Tensor.of(Shape.of(3), 1.0, 1, 1);
    assertThat(derivative(new QuantizeLinear(), dy, x, scale, zero)).containsExactly(1, 1, 0);
  }

  /** Two to four with half-pixel centres: places -1/4, 1/4, 3/4, 5/4; the ends are repeated. */
  @Test
  void linearInterpolationWithHalfPixelCentres() {
    Sampling sampling = Sampling.of(Sampling.Coordinates.HALF_PIXEL, 2, 4);
    assertThat(Resample.linear(0, sampling).matrix())
        .containsExactly(new double[] {1, 0, 0.75, 0.25, 0.25, 0.75, 0, 1}, within(1e-12));
  }

  /** Four to two with anti-aliasing: a triangle of width 2 to both sides, cut off at the ends. */
  @Test
  void antiAliasingCoversWhatASampleStandsFor() {
    Sampling sampling = Sampling.of(Sampling.Coordinates.HALF_PIXEL, 4, 2);
    Resample r = new Resample(0, sampling, Resample.Kernel.LINEAR, 0, true, Resample.Edge.EXCLUDE);
    // Sample 0 lies at 1/2: distances 1/2, 1/2, 3/2 give 3/4, 3/4, 1/4; the sum is 7/4.
    assertThat(r.matrix())
        .containsExactly(
            new double[] {3 / 7.0, 3 / 7.0, 1 / 7.0, 0, 0, 1 / 7.0, 3 / 7.0, 3 / 7.0},
            within(1e-12));
  }

  /** 5 * 3 / 4 = 3.75, 6 * 3 / 4 = 4.5 to even, 10 * 3 / 4 = 7.5 to even, -2 * 3 / 4 = -1.5. */
  @Test
  void requantisedToTheNearestTiesToEven() {
    Tensor x =
        Tensor.of(new TensorType(ElementType.INT32, Shape.of(5)), new long[] {5, 6, 10, -2, 999});
    Tensor factor = Tensor.scalar(ElementType.INT32, 3);
    Tensor y = new Requantize(ElementType.INT8, 2).evaluate(List.of(x, factor));
    assertThat(y.longs()).containsExactly(4, 4, 8, -2, 127);
    Tensor unsigned = new Requantize(ElementType.UINT8, 2).evaluate(List.of(x, factor));
    assertThat(unsigned.longs()).containsExactly(4, 4, 8, 0, 255);
  }

  /** Products beyond 64 bits saturate by their sign. */
  @Test
  void whatNoIntegerHoldsSaturates() {
    Requantize r = new Requantize(ElementType.INT16, 31);
    assertThat(r.of(1L << 50, 1 << 20)).isEqualTo(32767);
    assertThat(r.of(-(1L << 50), 1 << 20)).isEqualTo(-32768);
    assertThat(r.of(1L << 40, 1 << 4)).isEqualTo(8192);
  }

  /** Two places of stride 2: each code times the weight (1, -2, 3), one place shared. */
  @Test
  void integersTransposed() {
    Tensor x = Tensor.ofBytes(ElementType.INT8, Shape.of(1, 1, 1, 2), (byte) 5, (byte) 7);
    Tensor w =
        Tensor.ofBytes(ElementType.INT8, Shape.of(1, 1, 1, 3), (byte) 1, (byte) -2, (byte) 3);
    Window window = Window.of(1, 3, 1).withStrides(1, 2);
    Tensor y = new IntegerConvTranspose(window, 1, 0, 0, Product.exact()).evaluate(List.of(x, w));
    assertThat(y.longs()).containsExactly(5, -10, 15 + 7, -14, 21);
  }

  @Test
  void tablesWantBytes() {
    Product table = Product.table("cut", (a, b) -> a * b & ~1);
    TensorType wide = TensorType.of(ElementType.INT16, 3, 4);
    TensorType bytes = TensorType.of(ElementType.INT8, 4, 2);
    assertThatThrownBy(() -> new IntegerMatMul(table).infer(List.of(wide, bytes)))
        .hasMessageContaining("each of int8 or uint8");
    assertThat(new IntegerMatMul(Product.exact()).infer(List.of(wide, bytes)).element())
        .isEqualTo(ElementType.INT64);
  }
}
