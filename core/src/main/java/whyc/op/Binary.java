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
    Rows rows = new Rows(type.shape(), a.shape(), b.shape());
    return a.element() == ElementType.FLOAT32 && !isPredicate()
        ? Tensor.of(type.shape(), inFloats(rows, a.floats(), b.floats(), type.shape().size()))
        : Tensor.of(type, inDoubles(rows, a.doubles(), b.doubles(), type.shape().size()));
  }

  private double[] inDoubles(Rows rows, double[] x, double[] y, int size) {
    double[] z = new double[size];
    for (int i = 0; i < size; rows.next()) {
      int from = rows.at(0);
      int other = rows.at(1);
      for (int end = i + rows.length(); i < end; i++, from += rows.step(0), other += rows.step(1)) {
        z[i] = apply(x[from], y[other]);
      }
    }
    return z;
  }

  /** The same, rounded once as ever; weights by the million are not held in doubles for that. */
  private float[] inFloats(Rows rows, float[] x, float[] y, int size) {
    float[] z = new float[size];
    for (int i = 0; i < size; rows.next()) {
      int from = rows.at(0);
      int other = rows.at(1);
      for (int end = i + rows.length(); i < end; i++, from += rows.step(0), other += rows.step(1)) {
        z[i] = (float) apply(x[from], y[other]);
      }
    }
    return z;
  }

  @Override
  default Cost cost(List<TensorType> operands) {
    return Cost.elementary(infer(operands).shape().size());
  }
}
