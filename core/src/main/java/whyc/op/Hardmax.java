package whyc.op;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** {@code y = 1 at the first of the largest along the axis, else 0}. */
public record Hardmax(int axis) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    int rank = g.shape(x).rank();
    Value winners = g.squeeze(g.emit(new ArgMax(axis), x), axis);
    Value rows = g.emit(new OneHot(g.shape(x).dim(axis), g.type(x).element()), winners);
    List<Integer> order = new ArrayList<>(IntStream.range(0, rank - 1).boxed().toList());
    order.add(axis, rank - 1);
    return axis == rank - 1 ? rows : g.emit(new Transpose(order), rows);
  }
}
