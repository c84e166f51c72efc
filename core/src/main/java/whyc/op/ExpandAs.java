package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The first operand repeated to the common shape of both; of the second only the shape counts, so
 * that a repetition over the batch needs no batch size. {@code dx} is {@code dy} summed over the
 * repeated axes.
 */
public record ExpandAs() implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(operands.size() == 2, this, "two operands", operands);
    return operands.get(0).with(Shape.broadcast(operands.get(0).shape(), operands.get(1).shape()));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.get(0);
    return Expand.repeat(x, Shape.broadcast(x.shape(), operands.get(1).shape()));
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return operand == 0;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.sumTo(at.cotangent(), at.operand(0));
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
