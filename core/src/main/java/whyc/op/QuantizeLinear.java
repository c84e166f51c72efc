package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Real numbers to small integers.
 *
 * <pre>{@code
 * y = saturate(round half to even(x / scale) + zeroPoint)     scale, zeroPoint: broadcast to x
 * dx = dy / scale where y was not saturated, else 0
 * }</pre>
 *
 * Rounding is flat, so its true derivative is 0 almost everywhere; the rule above is the
 * straight-through estimator (Bengio, Leonard, Courville 2013, arXiv 1308.3432, section 4), which
 * takes rounding for the identity inside the range. The cotangent of the integers is a real number.
 */
public record QuantizeLinear() implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 3
            && operands.get(0).element().isFloating()
            && operands.get(1).element() == operands.get(0).element()
            && !operands.get(2).element().isFloating()
            && operands.get(1).shape().broadcastsTo(operands.get(0).shape())
            && operands.get(2).shape().broadcastsTo(operands.get(0).shape()),
        this,
        "values and scales of one floating type and integer zero points, both broadcasting to the values",
        operands);
    return operands.get(0).with(operands.get(2).element());
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(operands.stream().map(Tensor::type).toList());
    double[] x = operands.get(0).doubles();
    double[] scale = operands.get(1).doubles();
    double[] zero = operands.get(2).doubles();
    double[] y = new double[x.length];
    boolean single = operands.get(0).element() == ElementType.FLOAT32;
    Walk walk = new Walk(type.shape(), operands.get(1).shape(), operands.get(2).shape());
    for (int i = 0; i < y.length; i++, walk.next()) {
      // The quotient is rounded to the operand's own precision first, as every runtime does: a tie
      // in single precision must be a tie here.
      double quotient = x[i] / scale[walk.at(0)];
      double rounded = Math.rint(single ? (float) quotient : quotient);
      y[i] = Math.clamp(rounded + zero[walk.at(1)], type.element().min(), type.element().max());
    }
    return Tensor.of(type, y);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return operand == 0;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value x = at.operand(0);
    ElementType real = g.type(x).element();
    ElementType integer = g.type(at.result()).element();
    Value y = g.cast(at.result(), real);
    Value inside =
        g.emit(
            new And(),
            g.greater(y, g.scalar(integer.min(), y)),
            g.greater(g.scalar(integer.max(), y), y));
    Value dx = g.div(g.cast(at.cotangent(), real), at.operand(1));
    return g.where(inside, dx, g.scalar(0, dx));
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    Shape shape = operands.getFirst().shape();
    return Cost.elementary(4L * shape.size());
  }
}
