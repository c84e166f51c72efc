package whyc.op;

import static whyc.op.Sample.axes;
import static whyc.op.Sample.integer;
import static whyc.op.Sample.of;
import static whyc.op.Sample.real;
import static whyc.op.Sample.reals;
import static whyc.op.Sample.truth;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** For every operator, operands of sizes that hurt, over a range where it is smooth. */
final class Samples {
  /** The two lowest bits of each operand do not count. */
  private static final Product TRUNCATED =
      Product.table("truncated", (a, b) -> (a & ~3) * (b & ~3));

  private Samples() {}

  static List<Sample> all() {
    List<Sample> all = new ArrayList<>();
    Stream.of(elementwise(), activations(), windows(), shapes(), picks(), sums(), others())
        .forEach(all::addAll);
    return all;
  }

  private static List<Sample> elementwise() {
    return List.of(
        Sample.of(new Abs(), real(3, 7)),
        Sample.of(new Acos(), reals(-0.9, 0.9, 3, 4)),
        Sample.of(new Acosh(), reals(1.2, 4, 3, 4)),
        Sample.of(new Add(), real(3, 1, 7), real(3, 4, 1)),
        Sample.of(new Add(), real(3, 6), real(6).shared()),
        Sample.of(new And(), truth(3, 7), truth(3, 7)),
        Sample.of(new Asin(), reals(-0.9, 0.9, 3, 4)),
        Sample.of(new Asinh(), real(3, 13)),
        Sample.of(new Atan(), real(3, 13)),
        Sample.of(new Atanh(), reals(-0.9, 0.9, 3, 4)),
        Sample.of(new Cast(ElementType.FLOAT64), real(3, 4)),
        Sample.of(new Cast(ElementType.INT64), real(3, 4)),
        Sample.of(new Ceil(), real(3, 4)),
        Sample.of(new Clip(-1, 1), real(3, 25)),
        Sample.of(new Clip(0, 6), reals(-4, 9, 3, 25)),
        Sample.of(new Cos(), real(3, 4)),
        Sample.of(new Cosh(), real(3, 4)),
        Sample.of(new Div(), real(3, 7), reals(0.5, 3, 3, 7)),
        Sample.of(new Div(), real(3, 4, 6), reals(0.5, 3, 4, 1).shared()),
        Sample.of(new Equal(), integer(0, 2, 3, 7), integer(0, 2, 3, 1)),
        Sample.of(new Erf(), reals(-4, 4, 3, 16)),
        Sample.of(new Exp(), real(3, 4)),
        Sample.of(new Floor(), real(3, 4)),
        Sample.of(new Gate(), real(3, 7), real(3, 7)),
        Sample.of(new Gate(), real(3, 7), real(7).shared()),
        Sample.of(new Gate(), truth(3, 7), real(3, 7)),
        Sample.of(new Greater(), real(3, 7), real(3, 1)),
        Sample.of(new IsInf(true, true), real(3, 7)),
        Sample.of(new IsNaN(), real(3, 7)),
        Sample.of(new Log(), reals(0.3, 4, 3, 4)),
        Sample.of(new Max(), real(3, 7), real(3, 7)),
        Sample.of(new Min(), real(3, 7), real(3, 1)),
        Sample.of(new Mod(false), integer(-9, 9, 3, 7), integer(1, 4, 3, 7)),
        Sample.of(new Mod(true), real(3, 7), reals(0.5, 2, 3, 7)),
        Sample.of(new Mul(), real(3, 4, 1), real(3, 1, 6)),
        Sample.of(new Mul(), real(3, 13), real().shared()),
        Sample.of(new Neg(), real(3, 4)),
        Sample.of(new Not(), truth(3, 4)),
        Sample.of(new Or(), truth(3, 7), truth(3, 7)),
        Sample.of(new Pow(), reals(0.3, 2, 3, 7), real(3, 7)),
        Sample.of(new Round(), real(3, 4)),
        Sample.of(new Sigmoid(), real(3, 4)),
        Sample.of(new Sign(), real(3, 4)),
        Sample.of(new Sin(), real(3, 4)),
        Sample.of(new Sinh(), real(3, 4)),
        Sample.of(new Sqrt(), reals(0.3, 4, 3, 4)),
        Sample.of(new Sub(), real(3, 1), real(3, 6)),
        Sample.of(new Tan(), reals(-1.2, 1.2, 3, 4)),
        Sample.of(new Tanh(), real(3, 4)),
        Sample.of(new Where(), truth(3, 7), real(3, 7), real(3, 1)),
        Sample.of(new Xor(), truth(3, 7), truth(3, 7)));
  }

  private static List<Sample> activations() {
    return List.of(
        Sample.of(new Celu(0.7), real(3, 25)),
        Sample.of(new Elu(1.3), real(3, 25)),
        Sample.of(new Gelu(false), real(3, 16)),
        Sample.of(new Gelu(true), real(3, 16)),
        Sample.of(new HardSigmoid(0.2, 0.5), reals(-4, 4, 3, 25)),
        Sample.of(new HardSwish(), reals(-5, 5, 3, 25)),
        Sample.of(new Hardmax(1), real(3, 4, 6)),
        Sample.of(new LeakyRelu(0.1), real(3, 25)),
        Sample.of(new Mish(), real(3, 16)),
        Sample.of(new PRelu(), real(3, 4, 7), real(4, 1).shared()),
        Sample.of(new Relu(), real(3, 25)),
        Sample.of(new Selu(1.67, 1.05), real(3, 25)),
        Sample.of(new Shrink(0.6, 0.2), real(3, 25)),
        Sample.of(new Softplus(), reals(-30, 30, 3, 7)),
        Sample.of(new Softsign(), real(3, 16)),
        Sample.of(new Swish(1), real(3, 16)),
        Sample.of(new Swish(1.7), real(3, 16)),
        Sample.of(new ThresholdedRelu(0.4), real(3, 25)));
  }

  private static List<Sample> windows() {
    Window even = new Window(3, 3, 2, 2, 1, 1, 1, 1, 1, 1);
    Window odd = new Window(3, 2, 2, 1, 2, 0, 1, 1, 2, 3);
    return List.of(
        Sample.of(new Conv(even, 1), real(2, 4, 7, 6), real(6, 4, 3, 3).shared()),
        Sample.of(new Conv(even, 1), real(2, 1, 16, 16), real(1, 1, 3, 3).shared()),
        Sample.of(new Conv(odd, 2), real(2, 4, 7, 6), real(6, 2, 3, 2).shared()),
        Sample.of(new Conv(even, 4), real(2, 4, 6, 7), real(4, 1, 3, 3).shared()),
        Sample.of(new ConvTranspose(even, 1, 0, 1), real(2, 6, 4, 3), real(6, 4, 3, 3).shared()),
        Sample.of(new ConvTranspose(odd, 2, 1, 0), real(2, 6, 4, 3), real(6, 2, 3, 2).shared()),
        Sample.of(
            new IntegerConv(even, 1, 7, Product.exact()),
            of(ElementType.UINT8, 0, 255, 2, 4, 7, 6),
            of(ElementType.INT8, -128, 127, 6, 4, 3, 3).shared()),
        Sample.of(
            new IntegerConv(odd, 2, -3, TRUNCATED),
            of(ElementType.INT8, -128, 127, 2, 4, 7, 6),
            of(ElementType.INT8, -128, 127, 6, 2, 3, 2).shared()),
        Sample.of(
            new IntegerConv(even, 1, 0, Product.exact()),
            of(ElementType.INT16, -32768, 32767, 2, 4, 7, 6),
            of(ElementType.INT8, -128, 127, 6, 4, 3, 3).shared()),
        Sample.of(
            new IntegerConvTranspose(even, 1, 0, 1, Product.exact()),
            of(ElementType.INT8, -128, 127, 2, 6, 4, 3),
            of(ElementType.INT8, -128, 127, 6, 4, 3, 3).shared()),
        Sample.of(
            new IntegerConvTranspose(odd, 2, 1, 0, TRUNCATED),
            of(ElementType.UINT8, 0, 255, 2, 6, 4, 3),
            of(ElementType.INT8, -128, 127, 6, 2, 3, 2).shared()),
        Sample.of(
            new IntegerConvTranspose(odd, 2, 1, 0, Product.exact()),
            of(ElementType.INT16, -32768, 32767, 2, 6, 4, 3),
            of(ElementType.INT16, -32768, 32767, 6, 2, 3, 2).shared()),
        Sample.of(new MaxPool(even), real(2, 4, 7, 6)),
        Sample.of(new MaxPool(odd), real(2, 1, 7, 6)),
        Sample.of(new MaxPool(Window.of(2, 2, 2)), real(2, 4, 6, 7)),
        Sample.of(new MaxPoolGradient(even), real(2, 4, 7, 6), real(2, 4, 4, 3), real(2, 4, 4, 3)),
        Sample.of(
            new MaxPoolRoute(even, 7, 6),
            of(ElementType.UINT8, 0, 9, 2, 4, 4, 3),
            real(2, 4, 4, 3)),
        Sample.of(
            new MaxPoolRoute(odd, 7, 6),
            of(ElementType.UINT8, 0, 255, 2, 1, 3, 4),
            real(2, 1, 3, 4)),
        Sample.of(new MaxPoolSwitches(even), real(2, 4, 7, 6)),
        Sample.of(new MaxPoolSwitches(odd), real(2, 1, 7, 6)),
        Sample.of(new SumPool(even), real(2, 4, 7, 6)),
        Sample.of(new SumPool(odd), real(2, 1, 7, 6)),
        Sample.of(new SumPool(Window.of(2, 2, 2)), real(2, 4, 6, 4)),
        Sample.of(new SumPool(Window.of(2, 2, 2)), real(2, 4, 7, 6)));
  }

  private static List<Sample> shapes() {
    return List.of(
        Sample.of(new Concat(1), real(3, 4, 6), real(3, 1, 6), real(3, 7, 6)),
        Sample.of(new Expand(axes(4, 1, 6)), real(3, 1, 7, 1)),
        Sample.of(new ExpandAs(), real(1, 6).shared(), real(3, 6)),
        Sample.of(new ExpandAs(), real(3, 1), real(3, 7)),
        Sample.of(new Pad(axes(0, 2, 0), axes(0, 1, 3), 0.5), real(3, 4, 6)),
        Sample.of(new Reshape(axes(0, -1, 2)), real(3, 4, 7)),
        Sample.of(new ReshapeAs(), real(3, 4, 6), real(3, 24)),
        Sample.of(new Slice(1, 1, 6, 2), real(3, 7, 4)),
        Sample.of(new Slice(1, 0, 7, 3), real(3, 7, 4)),
        Sample.of(new Slice(1, 6, -1, -1), real(3, 7)),
        Sample.of(new Slice(2, 5, 0, -2), real(3, 4, 7)),
        Sample.of(new Squeeze(axes(1, 3)), real(3, 1, 6, 1)),
        Sample.of(new Transpose(axes(0, 2, 3, 1)), real(3, 4, 6, 7)),
        Sample.of(new Unsqueeze(axes(1, 3)), real(3, 6)));
  }

  private static List<Sample> picks() {
    return List.of(
        Sample.of(new ArgMax(1), real(3, 7, 4)),
        Sample.of(new Gather(1), real(3, 7, 4), integer(-7, 6, 13).shared()),
        Sample.of(new Gather(1), real(3, 7, 4), integer(0, 6, 2, 3).shared()),
        Sample.of(new Gather(1), real(3, 7, 4), integer(-7, 6).shared()),
        Sample.of(new Gather(2), real(3, 4, 6), integer(-6, 5, 4).shared()),
        Sample.of(new Gather(0), real(7, 4).shared(), integer(-7, 6, 3)),
        Sample.of(new Gather(0), real(7, 4).shared(), integer(-7, 6, 3, 2)),
        Sample.of(new GatherElements(1), real(3, 7, 4), integer(-7, 6, 3, 13, 4)),
        Sample.of(new GatherElements(1), real(3, 10), integer(0, 9, 3, 1)),
        Sample.of(new OneHot(7, ElementType.FLOAT64), integer(0, 6, 3, 4)));
  }

  private static List<Sample> sums() {
    return List.of(
        Sample.of(new LogSoftmax(1), real(3, 13)),
        Sample.of(new LogSumExp(axes(1, 2)), real(3, 4, 6)),
        Sample.of(new ReduceMax(axes(2)), real(3, 4, 7)),
        Sample.of(new ReduceMean(axes(1, 2)), real(3, 4, 7)),
        Sample.of(new ReduceProduct(axes(1)), reals(0.5, 2, 3, 7)),
        Sample.of(new ReduceSum(axes(1)), real(3, 4, 7)),
        Sample.of(new Softmax(1), real(3, 10)),
        Sample.of(new Softmax(1), real(3, 4, 6)));
  }

  private static List<Sample> others() {
    Sampling up = Sampling.of(Sampling.Coordinates.HALF_PIXEL, 7, 16);
    Sampling down = Sampling.of(Sampling.Coordinates.HALF_PIXEL, 13, 4);
    Tensor number = Tensor.of(Shape.of(3), 1.0, 2.0, 3.0);
    return List.of(
        Sample.of(new AxisProduct(1), real(3, 7, 4), real(6, 7).shared()),
        Sample.of(new AxisProduct(2), real(3, 4, 7), real(6, 7).shared()),
        Sample.of(new AxisProduct(1), real(3, 7, 2, 2), real(6, 7).shared()),
        Sample.of(new Constant(number)),
        Sample.of(new Input("x", TensorType.of(ElementType.FLOAT64, 3))),
        Sample.of(
            new IntegerMatMul(Product.exact()),
            of(ElementType.INT8, -128, 127, 3, 7, 4),
            of(ElementType.UINT8, 0, 255, 4, 6).shared()),
        Sample.of(
            new IntegerMatMul(TRUNCATED),
            of(ElementType.UINT8, 0, 255, 3, 13),
            of(ElementType.UINT8, 0, 255, 13, 1).shared()),
        Sample.of(
            new IntegerMatMul(Product.exact()),
            of(ElementType.INT16, -32768, 32767, 3, 13),
            of(ElementType.INT8, -128, 127, 13, 4).shared()),
        Sample.of(new LocalResponseNorm(4, 0.1, 0.75, 1), real(3, 7, 2, 4)),
        Sample.of(new MatMul(), real(3, 7, 4), real(4, 6).shared()),
        Sample.of(new MatMul(), real(3, 2, 1, 7), real(3, 1, 7, 4)),
        Sample.of(
            new QuantizeLinear(),
            reals(-300, 300, 3, 7),
            reals(0.5, 2).shared(),
            of(ElementType.INT8, -9, 9).shared()),
        Sample.of(
            new Requantize(ElementType.INT8, 9),
            of(ElementType.INT32, -9e4, 9e4, 2, 4, 3, 3),
            of(ElementType.INT32, 0, 2, 4, 1, 1).shared()),
        Sample.of(
            new Requantize(ElementType.INT16, 20),
            of(ElementType.INT64, -9e11, 9e11, 3, 7),
            of(ElementType.INT32, 1, 9, 7).shared()),
        Sample.of(
            new Requantize(ElementType.UINT8, 0),
            of(ElementType.INT16, -900, 900, 3, 7),
            of(ElementType.INT32, -1, 1).shared()),
        Sample.of(
            new Resample(2, up, Resample.Kernel.CUBIC, -0.75, false, Resample.Edge.REPEAT),
            real(3, 2, 7)),
        Sample.of(
            new Resample(1, down, Resample.Kernel.LINEAR, 0, true, Resample.Edge.EXCLUDE),
            real(3, 13, 4)),
        Sample.of(new RootMeanSquareNorm(axes(1), 1e-3), real(3, 13)),
        Sample.of(new Standardize(axes(1, 2), 1e-3), real(3, 4, 6)));
  }
}
