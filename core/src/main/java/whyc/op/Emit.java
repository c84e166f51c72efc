package whyc.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * All that a rule may do to a graph: append a line, ask a type, ask for a value that is known. The
 * default methods are the vocabulary in which derivatives and composites are written.
 */
public interface Emit {

  /** Appends a line; refuses operands that do not fit. */
  Value emit(Op op, List<Value> operands);

  TensorType type(Value value);

  /** The value, where it is known at compile time. */
  Optional<Tensor> constant(Value value);

  default Value emit(Op op, Value... operands) {
    return emit(op, List.of(operands));
  }

  default Shape shape(Value value) {
    return type(value).shape();
  }

  default Value constant(Tensor tensor) {
    return emit(new Constant(tensor));
  }

  /** A scalar of the element type of {@code like}. */
  default Value scalar(double value, Value like) {
    return constant(Tensor.scalar(type(like).element(), value));
  }

  /** Values of the element type of {@code like}. */
  default Value values(Shape shape, double[] values, Value like) {
    return constant(Tensor.of(new TensorType(type(like).element(), shape), values));
  }

  /** Zeros of the type of {@code like}, whatever its batch: a scalar, repeated. */
  default Value zerosLike(Value like) {
    return expandAs(scalar(0, like), like);
  }

  // Elementwise.

  default Value add(Value a, Value b) {
    return emit(new Add(), a, b);
  }

  default Value sub(Value a, Value b) {
    return emit(new Sub(), a, b);
  }

  default Value mul(Value a, Value b) {
    return emit(new Mul(), a, b);
  }

  default Value div(Value a, Value b) {
    return emit(new Div(), a, b);
  }

  default Value max(Value a, Value b) {
    return emit(new Max(), a, b);
  }

  default Value min(Value a, Value b) {
    return emit(new Min(), a, b);
  }

  default Value greater(Value a, Value b) {
    return emit(new Greater(), a, b);
  }

  default Value equal(Value a, Value b) {
    return emit(new Equal(), a, b);
  }

  default Value neg(Value x) {
    return emit(new Neg(), x);
  }

  default Value abs(Value x) {
    return emit(new Abs(), x);
  }

  default Value exp(Value x) {
    return emit(new Exp(), x);
  }

  default Value log(Value x) {
    return emit(new Log(), x);
  }

  default Value sqrt(Value x) {
    return emit(new Sqrt(), x);
  }

  default Value sign(Value x) {
    return emit(new Sign(), x);
  }

  default Value sigmoid(Value x) {
    return emit(new Sigmoid(), x);
  }

  default Value tanh(Value x) {
    return emit(new Tanh(), x);
  }

  default Value relu(Value x) {
    return emit(new Relu(), x);
  }

  /** {@code x * factor}. */
  default Value scale(Value x, double factor) {
    return mul(x, scalar(factor, x));
  }

  /** {@code x + term}. */
  default Value shift(Value x, double term) {
    return add(x, scalar(term, x));
  }

  default Value square(Value x) {
    return mul(x, x);
  }

  /** {@code condition ? a : b}, element by element. */
  default Value where(Value condition, Value a, Value b) {
    return emit(new Where(), condition, a, b);
  }

  /** {@code x} where {@code y > 0}, else 0. */
  default Value gate(Value y, Value x) {
    return emit(new Gate(), y, x);
  }

  default Value cast(Value x, ElementType element) {
    return type(x).element() == element ? x : emit(new Cast(element), x);
  }

  // Products.

  default Value matMul(Value a, Value b) {
    return emit(new MatMul(), a, b);
  }

  // Sums over axes; the axes stay, with extent 1.

  default Value sum(Value x, int... axes) {
    return emit(new ReduceSum(axes(x, axes)), x);
  }

  default Value mean(Value x, int... axes) {
    return emit(new ReduceMean(axes(x, axes)), x);
  }

  default Value maximum(Value x, int... axes) {
    return emit(new ReduceMax(axes(x, axes)), x);
  }

  default Value minimum(Value x, int... axes) {
    return neg(maximum(neg(x), axes));
  }

  private List<Integer> axes(Value x, int... axes) {
    return IntStream.of(axes).map(shape(x)::axis).distinct().sorted().boxed().toList();
  }

  /** All axes but the first, over which a sum is a sum within each sample. */
  default int[] sampleAxes(Value x) {
    return IntStream.range(1, shape(x).rank()).toArray();
  }

  // Shapes.

  /** See {@link Reshape} for 0 and -1. */
  default Value reshape(Value x, Integer... dims) {
    return emit(new Reshape(List.of(dims)), x);
  }

  default Value reshapeAs(Value x, Value like) {
    return shape(x).equals(shape(like)) ? x : emit(new ReshapeAs(), x, like);
  }

  default Value expandAs(Value x, Value like) {
    return shape(x).equals(shape(like)) ? x : emit(new ExpandAs(), x, like);
  }

  default Value squeeze(Value x, int... axes) {
    return axes.length == 0 ? x : emit(new Squeeze(axes(x, axes)), x);
  }

  /** Inserts axes of extent 1 at these positions of the result. */
  default Value unsqueeze(Value x, int... axes) {
    return axes.length == 0
        ? x
        : emit(new Unsqueeze(IntStream.of(axes).sorted().boxed().toList()), x);
  }

  default Value transpose(Value x, Integer... permutation) {
    return emit(new Transpose(List.of(permutation)), x);
  }

  /** Exchanges the last two axes. */
  default Value transposeMatrix(Value x) {
    int rank = shape(x).rank();
    List<Integer> permutation = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    permutation.set(rank - 1, rank - 2);
    permutation.set(rank - 2, rank - 1);
    return emit(new Transpose(permutation), x);
  }

  /** Positions {@code start}, {@code start + step} ... below {@code end} of one axis. */
  default Value slice(Value x, int axis, int start, int end, int step) {
    return emit(new Slice(shape(x).axis(axis), start, end, step), x);
  }

  default Value concat(int axis, List<Value> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : emit(new Concat(shape(parts.getFirst()).axis(axis)), parts);
  }

  /** Rows of {@code x} along an axis, picked by an index tensor. */
  default Value gather(Value x, Value indices, int axis) {
    return emit(new Gather(shape(x).axis(axis)), x, indices);
  }

  /**
   * Sums {@code x} over the axes along which {@code like} was repeated to make it: the transpose of
   * broadcasting.
   */
  default Value sumTo(Value x, Value like) {
    Shape from = shape(x);
    Shape to = shape(like);
    if (from.equals(to)) {
      return x;
    }
    int added = from.rank() - to.rank();
    int[] axes =
        IntStream.range(0, from.rank())
            .filter(i -> i < added || (to.dim(i - added) == 1 && from.dim(i) != 1))
            .toArray();
    Value summed = axes.length == 0 ? x : sum(x, axes);
    return squeeze(summed, IntStream.range(0, added).toArray());
  }
}
