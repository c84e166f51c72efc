package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The same numbers in another element type; fractions are cut off towards zero.
 *
 * <p>The cotangent passes unchanged, also through a cast from integers: what stands behind such a
 * cast is a quantised value, whose derivative {@link QuantizeLinear} answers for.
 */
public record Cast(ElementType element) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(operands.size() == 1, this, "one operand", operands);
    return operands.getFirst().with(element);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    return operands.getFirst().cast(element);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return element.isFloating();
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    ElementType from = g.type(at.operand(0)).element();
    return from.isFloating() ? g.cast(at.cotangent(), from) : at.cotangent();
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary(operands.getFirst().shape().size());
  }
}
