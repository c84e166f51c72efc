package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** The index of the largest value along an axis, the first of equal ones; the axis stays, as 1. */
public record ArgMax(int axis) implements Flat {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1 && axis >= 0 && axis < operands.getFirst().shape().rank(),
        this,
        "one operand with the axis " + axis,
        operands);
    return new TensorType(ElementType.INT64, operands.getFirst().shape().with(axis, 1));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Shape shape = operands.getFirst().shape();
    double[] x = operands.getFirst().doubles();
    int extent = shape.dim(axis);
    int step = shape.product(axis + 1, shape.rank());
    TensorType type = infer(List.of(operands.getFirst().type()));
    long[] y = new long[type.shape().size()];
    for (int i = 0; i < y.length; i++) {
      int from = i / step * extent * step + i % step;
      int best = 0;
      for (int k = 1; k < extent; k++) {
        best = x[from + k * step] > x[from + best * step] ? k : best;
      }
      y[i] = best;
    }
    return Tensor.of(type, y);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary(operands.getFirst().shape().size());
  }
}
