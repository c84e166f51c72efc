package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Lets values through where a condition was positive: the derivative of a ReLU, which needs one bit
 * of its result and no more.
 *
 * <pre>{@code
 * z = x where y > 0, else 0        y, z: one shape; x broadcasts to it
 * dx = dz where y > 0, else 0      y is a condition and has no derivative
 * }</pre>
 *
 * The condition may be the decision itself, {@code bool}: true is positive.
 */
public record Gate() implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && (operands.get(0).element() == operands.get(1).element()
                || operands.get(0).element() == ElementType.BOOL)
            && operands.get(1).shape().broadcastsTo(operands.get(0).shape()),
        this,
        "a condition, bool or of the values' element type, and values that broadcast to it",
        operands);
    return operands.get(0).with(operands.get(1).element());
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor condition = operands.get(0);
    double[] y = condition.doubles();
    double[] x = operands.get(1).doubles();
    double[] z = new double[y.length];
    Walk walk = new Walk(condition.shape(), operands.get(1).shape());
    for (int i = 0; i < z.length; i++, walk.next()) {
      z[i] = y[i] > 0 ? x[walk.at(0)] : 0;
    }
    return Tensor.of(condition.type().with(operands.get(1).element()), z);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return operand == 1;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.sumTo(g.gate(at.operand(0), at.cotangent()), at.operand(1));
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary(operands.getFirst().shape().size());
  }
}
