package whyc.op;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A border of one value; {@code dx} is {@code dy} without the border.
 *
 * @param before how much to add before the first element of each axis
 * @param after how much to add behind the last
 */
public record Pad(List<Integer> before, List<Integer> after, double value) implements Primitive {
  public Pad {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Zeros behind one axis. */
  public static Pad after(int rank, int axis, int count) {
    return new Pad(Collections.nCopies(rank, 0), Slice.at(rank, axis, count), 0);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1
            && operands.getFirst().shape().rank() == before.size()
            && before.size() == after.size()
            && IntStream.range(0, before.size())
                .allMatch(i -> before.get(i) >= 0 && after.get(i) >= 0),
        this,
        "one operand of rank " + before.size() + " and borders that are not negative",
        operands);
    Shape x = operands.getFirst().shape();
    return operands
        .getFirst()
        .with(
            new Shape(
                IntStream.range(0, x.rank())
                    .mapToObj(
                        i -> Math.addExact(x.dim(i), Math.addExact(before.get(i), after.get(i))))
                    .toList()));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    TensorType type = infer(List.of(x.type()));
    double[] y = new double[type.shape().size()];
    java.util.Arrays.fill(y, value);
    int[] strides = type.shape().strides();
    int first = IntStream.range(0, strides.length).map(i -> strides[i] * before.get(i)).sum();
    double[] values = x.doubles();
    Walk walk = new Walk(x.shape(), first, strides);
    for (int i = 0; i < values.length; i++, walk.next()) {
      y[walk.at(0)] = values[i];
    }
    return Tensor.of(type, y);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value dx = at.cotangent();
    for (int axis = 0; axis < before.size(); axis++) {
      if (before.get(axis) + after.get(axis) > 0) {
        dx = g.slice(dx, axis, before.get(axis), g.shape(dx).dim(axis) - after.get(axis), 1);
      }
    }
    return dx;
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
