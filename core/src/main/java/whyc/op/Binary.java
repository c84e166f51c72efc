package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A function of two numbers, applied element by element; shapes broadcast as in NumPy. */
public sealed interface Binary extends Primitive
    permits Add, And, Div, Equal, Greater, Max, Min, Mod, Mul, Or, Pow, Sub, Xor {

  double apply(double a, double b);

  /** Whether the result is a truth value. */
  default boolean isPredicate() {
    return false;
  }

  @Override
  default TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2 && operands.get(0).element() == operands.get(1).element(),
        this,
        "two operands of one element type",
        operands);
    Shape shape;
    try {
      shape = Shape.broadcast(operands.get(0).shape(), operands.get(1).shape());
    } catch (IllegalArgumentException e) {
      throw Refuse.operands(this, "shapes that broadcast", operands);
    }
    return new TensorType(isPredicate() ? ElementType.BOOL : operands.get(0).element(), shape);
  }

  @Override
  default Tensor evaluate(List<Tensor> operands) {
    Tensor a = operands.get(0);
    Tensor b = operands.get(1);
    TensorType type = infer(List.of(a.type(), b.type()));
    double[] x = a.doubles();
    double[] y = b.doubles();
    double[] z = new double[type.shape().size()];
    Walk walk = new Walk(type.shape(), a.shape(), b.shape());
    for (int i = 0; i < z.length; i++, walk.next()) {
      z[i] = apply(x[walk.at(0)], y[walk.at(1)]);
    }
    return Tensor.of(type, z);
  }

  @Override
  default Cost cost(List<TensorType> operands) {
    return Cost.elementary(infer(operands).shape().size());
  }
}
