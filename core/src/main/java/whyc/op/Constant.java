package whyc.op;

import java.util.List;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A value that is known when the graph is compiled. */
public record Constant(Tensor value) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    return value.type();
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    return value;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException("a constant has no operands");
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
