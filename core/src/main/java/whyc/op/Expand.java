package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The operand repeated to the common shape of itself and {@code dims}, by the rules of NumPy; 1 in
 * {@code dims} leaves an extent as it is. {@code dx} is {@code dy} summed over the repeated axes.
 */
public record Expand(List<Integer> dims) implements Primitive {
  public Expand {
    dims = List.copyOf(dims);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(operands.size() == 1, this, "one operand", operands);
    return operands.getFirst().with(Shape.broadcast(operands.getFirst().shape(), new Shape(dims)));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    return repeat(x, infer(List.of(x.type())).shape());
  }

  static Tensor repeat(Tensor x, Shape to) {
    double[] values = x.doubles();
    double[] y = new double[to.size()];
    Walk walk = new Walk(to, x.shape());
    for (int i = 0; i < y.length; i++, walk.next()) {
      y[i] = values[walk.at(0)];
    }
    return Tensor.of(x.type().with(to), y);
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
