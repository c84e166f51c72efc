package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * {@code y = e^x / sum of e^x along the axis}, {@code dx = y * (dy - sum of y * dy along the
 * axis)}.
 */
public record Softmax(int axis) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1 && axis >= 0 && axis < operands.getFirst().shape().rank(),
        this,
        "one operand with the axis " + axis,
        operands);
    return operands.getFirst();
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Shape shape = operands.getFirst().shape();
    double[] x = operands.getFirst().doubles();
    double[] y = new double[x.length];
    int extent = shape.dim(axis);
    int step = shape.product(axis + 1, shape.rank());
    for (int outer = 0; outer < shape.product(0, axis); outer++) {
      for (int inner = 0; inner < step; inner++) {
        int from = outer * extent * step + inner;
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < extent; i++) {
          largest = Math.max(largest, x[from + i * step]);
        }
        double sum = 0;
        for (int i = 0; i < extent; i++) {
          double term = Math.exp(x[from + i * step] - largest);
          y[from + i * step] = term;
          sum += term;
        }
        for (int i = 0; i < extent; i++) {
          y[from + i * step] /= sum;
        }
      }
    }
    return Tensor.of(operands.getFirst().type(), y);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value y = at.result();
    Value dy = at.cotangent();
    return g.mul(y, g.sub(dy, g.sum(g.mul(y, dy), axis)));
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary(operands.getFirst().shape().size() * (Cost.TRANSCENDENTAL + 3L));
  }
}
