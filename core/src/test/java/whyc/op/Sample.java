package whyc.op;

import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * An operator with operands of a kind that it takes.
 *
 * @param tolerance relative bound of the derivative against finite differences
 */
record Sample(Op op, List<Operand> operands, double tolerance) {
  /**
   * Central differences with a step of 1e-5 are good to about 1e-9; sums of some tens stay below.
   */
  private static final double TOLERANCE = 1e-6;

  /**
   * Random values of one type, evenly spread over a range.
   *
   * @param batched whether the first axis counts images; what is not batched is the same for all
   */
  record Operand(TensorType type, double low, double high, boolean batched) {
    Tensor draw(RandomGenerator random, int batch) {
      TensorType drawn = batched ? type.with(type.shape().with(0, batch)) : type;
      double[] values = new double[drawn.shape().size()];
      for (int i = 0; i < values.length; i++) {
        double value = low + (high - low) * random.nextDouble();
        values[i] = type.element().isFloating() ? value : Math.rint(value);
      }
      return Tensor.of(drawn, values);
    }

    /** The same for every image: a weight, an index. */
    Operand shared() {
      return new Operand(type, low, high, false);
    }
  }

  static Sample of(Op op, Operand... operands) {
    return new Sample(op, List.of(operands), TOLERANCE);
  }

  /** Real numbers, the first axis of which counts images. */
  static Operand reals(double low, double high, int... dims) {
    return new Operand(TensorType.of(ElementType.FLOAT64, dims), low, high, true);
  }

  static Operand real(int... dims) {
    return reals(-2, 2, dims);
  }

  static Operand integer(int low, int high, int... dims) {
    return new Operand(TensorType.of(ElementType.INT64, dims), low, high, true);
  }

  static Operand of(ElementType element, double low, double high, int... dims) {
    return new Operand(TensorType.of(element, dims), low, high, true);
  }

  static Operand truth(int... dims) {
    return of(ElementType.BOOL, 0, 1, dims);
  }

  List<Tensor> draw(RandomGenerator random, int batch) {
    return operands.stream().map(o -> o.draw(random, batch)).toList();
  }

  boolean isBatched() {
    return operands.stream().anyMatch(Operand::batched);
  }

  /** The extent of the batch in the operands as they are declared. */
  int batch() {
    return operands.stream()
        .filter(Operand::batched)
        .mapToInt(o -> o.type().shape().dim(0))
        .findFirst()
        .orElse(1);
  }

  /** Types that the operator cannot take: one operand too many, too few, or of another kind. */
  List<TensorType> wrong() {
    List<TensorType> types = operands.stream().map(Operand::type).toList();
    return switch (types.size()) {
      case 1 -> List.of(types.getFirst(), types.getFirst());
      case 2 -> List.of(types.getFirst());
      default ->
          op instanceof Concat
              ? List.of(types.getFirst(), types.getFirst().with(Shape.of()))
              : types.subList(0, types.size() - 1);
    };
  }

  /** The first images of a tensor. */
  static Tensor first(Tensor tensor, int batch) {
    Shape shape = tensor.shape().with(0, batch);
    double[] values = Arrays.copyOf(tensor.doubles(), shape.size());
    return Tensor.of(tensor.type().with(shape), values);
  }

  static List<Integer> axes(int... axes) {
    return IntStream.of(axes).boxed().toList();
  }

  @Override
  public String toString() {
    return op + " of " + operands.stream().map(o -> o.type().toString()).toList();
  }
}
