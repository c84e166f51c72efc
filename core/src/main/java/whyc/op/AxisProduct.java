package whyc.op;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.tensor.Tensor;

/**
 * A matrix applied along one axis.
 *
 * <pre>{@code
 * y[a..,i,b..] = sum_k m[i,k] * x[a..,k,b..]     x: [A..,K,B..]   m: [I,K]   y: [A..,I,B..]
 * }</pre>
 */
public record AxisProduct(int axis) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Refuse.unless(
        operands.size() == 2
            && axis >= 0
            && axis < g.shape(operands.get(0)).rank()
            && g.shape(operands.get(1)).rank() == 2
            && g.type(operands.get(0)).element() == g.type(operands.get(1)).element(),
        this,
        "x with the axis " + axis + " and a matrix [i,k] of one element type",
        operands.stream().map(g::type).toList());
    Value x = operands.get(0);
    Value matrix = operands.get(1);
    int rank = g.shape(x).rank();
    if (rank == 1) {
      return g.squeeze(g.matMul(matrix, g.unsqueeze(x, 1)), 1);
    }
    if (axis == rank - 2) {
      return g.matMul(matrix, x);
    }
    Value transposed = transposed(g, matrix);
    if (axis == rank - 1) {
      return g.matMul(x, transposed);
    }
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
    order.subList(axis, axis + 1).clear();
    order.add(axis);
    Transpose last = new Transpose(order);
    return g.emit(new Transpose(last.inverse()), g.matMul(g.emit(last, x), transposed));
  }

  /** A known matrix is transposed here and now. */
  private static Value transposed(Emit g, Value matrix) {
    Optional<Tensor> known = g.constant(matrix);
    return known.isPresent()
        ? g.constant(new Transpose(List.of(1, 0)).evaluate(List.of(known.get())))
        : g.transposeMatrix(matrix);
  }
}
