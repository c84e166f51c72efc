package whyc.op;

import java.util.List;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** The values of the first operand, row by row, under the shape of the second. */
public record ReshapeAs() implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2 && operands.get(0).shape().size() == operands.get(1).shape().size(),
        this,
        "two operands of one size",
        operands);
    return operands.get(0).with(operands.get(1).shape());
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    return operands.get(0).reshape(operands.get(1).shape());
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return operand == 0;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.reshapeAs(at.cotangent(), at.operand(0));
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
