package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Operands one behind the other along an axis; each gets its part of the cotangent. */
public record Concat(int axis) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        !operands.isEmpty() && operands.stream().allMatch(t -> fits(operands.getFirst(), t)),
        this,
        "operands that differ in axis " + axis + " alone",
        operands);
    int extent = operands.stream().mapToInt(t -> t.shape().dim(axis)).reduce(0, Math::addExact);
    return operands.getFirst().with(operands.getFirst().shape().with(axis, extent));
  }

  private boolean fits(TensorType a, TensorType b) {
    return a.element() == b.element()
        && a.shape().rank() == b.shape().rank()
        && axis >= 0
        && axis < a.shape().rank()
        && a.shape().with(axis, 1).equals(b.shape().with(axis, 1));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(operands.stream().map(Tensor::type).toList());
    Shape out = type.shape();
    double[] y = new double[out.size()];
    int row = out.product(axis, out.rank());
    int at = 0;
    for (Tensor operand : operands) {
      int length = operand.shape().product(axis, out.rank());
      double[] x = operand.doubles();
      for (int i = 0; i < out.product(0, axis); i++) {
        System.arraycopy(x, i * length, y, i * row + at, length);
      }
      at += length;
    }
    return Tensor.of(type, y);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    int start = 0;
    for (int i = 0; i < operand; i++) {
      start += g.shape(at.operand(i)).dim(axis);
    }
    return g.slice(at.cotangent(), axis, start, start + g.shape(at.operand(operand)).dim(axis), 1);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
