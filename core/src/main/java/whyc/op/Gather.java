package whyc.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Slabs of the first operand, picked along an axis by the second; a negative index counts from the
 * end.
 *
 * <pre>{@code
 * y[a.., i.., b..] = x[a.., index[i..], b..]      x: [A..,extent,B..]   index: [I..]   y: [A..,I..,B..]
 * dx = dy times the one-hot matrix of the index, along that axis
 * }</pre>
 */
public record Gather(int axis) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && axis >= 0
            && axis < operands.getFirst().shape().rank()
            && operands.get(1).element() == ElementType.INT64,
        this,
        "x with the axis " + axis + " and int64 indices",
        operands);
    List<Integer> dims = new ArrayList<>(operands.get(0).shape().dims());
    dims.subList(axis, axis + 1).clear();
    dims.addAll(axis, operands.get(1).shape().dims());
    return operands.get(0).with(new Shape(dims));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.get(0);
    long[] index = operands.get(1).longs();
    TensorType type = infer(List.of(x.type(), operands.get(1).type()));
    int extent = x.shape().dim(axis);
    int slab = x.shape().product(axis + 1, x.shape().rank());
    int[] positions = new int[type.shape().size()];
    int at = 0;
    for (int outer = 0; outer < x.shape().product(0, axis); outer++) {
      for (long i : index) {
        int from = (outer * extent + position(i, extent)) * slab;
        for (int end = at + slab; at < end; at++, from++) {
          positions[at] = from;
        }
      }
    }
    return x.pick(type.shape(), positions);
  }

  static int position(long index, int extent) {
    long k = index < 0 ? index + extent : index;
    if (k < 0 || k >= extent) {
      throw new IllegalArgumentException(
          "an index wants to be within [-" + extent + "," + extent + "), got " + index);
    }
    return (int) k;
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return operand == 0;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value x = at.operand(0);
    Value index = at.operand(1);
    int rank = g.shape(x).rank();
    int extent = g.shape(x).dim(axis);
    int picked = g.shape(index).rank();
    Value wrapped = g.where(g.greater(g.scalar(0, index), index), g.shift(index, extent), index);
    Value oneHot =
        g.emit(new OneHot(extent, g.type(at.cotangent()).element()), flatten(g, wrapped));
    // The picked axes go to the end and become one; the others keep their extents unsaid.
    List<Integer> order = new ArrayList<>();
    IntStream.range(0, axis).forEach(order::add);
    IntStream.range(axis + picked, rank - 1 + picked).forEach(order::add);
    IntStream.range(axis, axis + picked).forEach(order::add);
    Value dy = transposed(g, at.cotangent(), order);
    List<Integer> dims = new ArrayList<>(Collections.nCopies(rank - 1, 0));
    dims.add(-1);
    dy =
        switch (picked) {
          case 0 -> g.unsqueeze(dy, rank - 1);
          case 1 -> dy;
          default -> g.emit(new Reshape(dims), dy);
        };
    Value product =
        rank == 1 ? g.squeeze(g.matMul(g.unsqueeze(dy, 0), oneHot), 0) : g.matMul(dy, oneHot);
    List<Integer> back = new ArrayList<>(IntStream.range(0, rank - 1).boxed().toList());
    back.add(axis, rank - 1);
    return transposed(g, product, back);
  }

  private static Value transposed(Emit g, Value x, List<Integer> order) {
    boolean same = order.equals(IntStream.range(0, order.size()).boxed().toList());
    return same ? x : g.emit(new Transpose(order), x);
  }

  private static Value flatten(Emit g, Value index) {
    return g.shape(index).rank() == 1 ? index : g.reshape(index, -1);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
