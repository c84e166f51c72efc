package whyc.op;

import java.util.List;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A value that is given when the graph runs. */
public record Input(String input, TensorType type) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    return type;
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    throw new IllegalStateException("the input " + input + " is given, not evaluated");
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException("an input has no operands");
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
