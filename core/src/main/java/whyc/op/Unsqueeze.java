package whyc.op;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The operand with axes of extent 1 inserted.
 *
 * @param axes their places in the result, ascending and not negative
 */
public record Unsqueeze(List<Integer> axes) implements Primitive {
  public Unsqueeze {
    axes = List.copyOf(axes);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1
            && IntStream.range(0, axes.size())
                .allMatch(i ->
                    axes.get(i) > (i == 0 ? -1 : axes.get(i - 1))
                        && axes.get(i) < operands.getFirst().shape().rank() + axes.size()),
        this,
        "one operand that takes the axes " + axes,
        operands);
    List<Integer> dims = new ArrayList<>(operands.getFirst().shape().dims());
    axes.forEach(a -> dims.add(a, 1));
    return operands.getFirst().with(new Shape(dims));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    return x.reshape(infer(List.of(x.type())).shape());
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.emit(new Squeeze(axes), at.cotangent());
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
