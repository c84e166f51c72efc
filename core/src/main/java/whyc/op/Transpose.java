package whyc.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Axes in another order.
 *
 * <pre>{@code y's axis i is x's axis permutation[i];  dx = dy under the inverse permutation}</pre>
 */
public record Transpose(List<Integer> permutation) implements Primitive {
  public Transpose {
    permutation = List.copyOf(permutation);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1
            && permutation.stream()
                .sorted()
                .toList()
                .equals(IntStream.range(0, operands.getFirst().shape().rank()).boxed().toList()),
        this,
        "an operand whose axes " + permutation + " permutes",
        operands);
    Shape x = operands.getFirst().shape();
    return operands.getFirst().with(new Shape(permutation.stream().map(x::dim).toList()));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    TensorType type = infer(List.of(x.type()));
    int[] from = x.shape().strides();
    int[] strides = permutation.stream().mapToInt(p -> from[p]).toArray();
    int[] positions = new int[x.size()];
    Rows rows = new Rows(type.shape(), strides);
    for (int i = 0; i < positions.length; rows.next()) {
      int at = rows.at(0);
      for (int end = i + rows.length(); i < end; i++, at += rows.step(0)) {
        positions[i] = at;
      }
    }
    return x.pick(type.shape(), positions);
  }

  /** The permutation that undoes this one. */
  public List<Integer> inverse() {
    List<Integer> inverse = new ArrayList<>(Collections.nCopies(permutation.size(), 0));
    for (int i = 0; i < permutation.size(); i++) {
      inverse.set(permutation.get(i), i);
    }
    return inverse;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.emit(new Transpose(inverse()), at.cotangent());
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
