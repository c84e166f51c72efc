package whyc.op;

import java.util.ArrayList;
import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** The operand without these axes, whose extent is 1. Axes are ascending and not negative. */
public record Squeeze(List<Integer> axes) implements Primitive {
  public Squeeze {
    axes = List.copyOf(axes);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1
            && axes.stream()
                .allMatch(a ->
                    a >= 0
                        && a < operands.getFirst().shape().rank()
                        && operands.getFirst().shape().dim(a) == 1),
        this,
        "extents of 1 at the axes " + axes,
        operands);
    List<Integer> dims = new ArrayList<>(operands.getFirst().shape().dims());
    axes.reversed().forEach(a -> dims.subList(a, a + 1).clear());
    return operands.getFirst().with(new Shape(dims));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    return x.reshape(infer(List.of(x.type())).shape());
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.emit(new Unsqueeze(axes), at.cotangent());
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
