package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

/** The other truth value. */
public record Not() implements Unary {
  @Override
  public double apply(double x) {
    return x == 0 ? 1 : 0;
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    return Unary.super.infer(operands).with(ElementType.BOOL);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return false;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException(name() + " has no derivative");
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
