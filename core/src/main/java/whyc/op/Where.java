package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A choice, element by element.
 *
 * <pre>{@code
 * y = c ? a : b                    shapes broadcast
 * da = c ? dy : 0     db = c ? 0 : dy
 * }</pre>
 */
public record Where() implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 3
            && operands.get(0).element() == ElementType.BOOL
            && operands.get(1).element() == operands.get(2).element(),
        this,
        "a truth value and two operands of one element type",
        operands);
    Shape values = Shape.broadcast(operands.get(1).shape(), operands.get(2).shape());
    return operands.get(1).with(Shape.broadcast(operands.get(0).shape(), values));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(operands.stream().map(Tensor::type).toList());
    double[] c = operands.get(0).doubles();
    double[] a = operands.get(1).doubles();
    double[] b = operands.get(2).doubles();
    double[] y = new double[type.shape().size()];
    Walk walk =
        new Walk(
            type.shape(),
            operands.get(0).shape(),
            operands.get(1).shape(),
            operands.get(2).shape());
    for (int i = 0; i < y.length; i++, walk.next()) {
      y[i] = c[walk.at(0)] != 0 ? a[walk.at(1)] : b[walk.at(2)];
    }
    return Tensor.of(type, y);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return operand > 0;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value dy = at.cotangent();
    Value zero = g.scalar(0, dy);
    Value chosen =
        operand == 1 ? g.where(at.operand(0), dy, zero) : g.where(at.operand(0), zero, dy);
    return g.sumTo(chosen, at.operand(operand));
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary(infer(operands).shape().size());
  }
}
