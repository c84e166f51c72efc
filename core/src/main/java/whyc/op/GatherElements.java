package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Elements of the first operand, picked along an axis by an index of equal rank.
 *
 * <pre>{@code
 * y[a..,i,b..] = x[a.., index[a..,i,b..], b..]
 * dx[a..,k,b..] = sum_i [index[a..,i,b..] = k] * dy[a..,i,b..]
 * }</pre>
 */
public record GatherElements(int axis) implements Primitive {
  /** The derivative compares each index with each place. */
  private static final int MAX_EXTENT = 1 << 24;

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && operands.get(1).element() == ElementType.INT64
            && axis >= 0
            && axis < operands.get(0).shape().rank()
            && operands.get(0).shape().rank() == operands.get(1).shape().rank()
            && operands.get(0).shape().with(axis, 1).equals(operands.get(1).shape().with(axis, 1)),
        this,
        "x and int64 indices that differ in axis " + axis + " alone",
        operands);
    return operands.get(0).with(operands.get(1).shape());
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.get(0);
    Shape out = operands.get(1).shape();
    long[] index = operands.get(1).longs();
    double[] values = x.doubles();
    double[] y = new double[out.size()];
    int extent = x.shape().dim(axis);
    int picked = out.dim(axis);
    int step = out.product(axis + 1, out.rank());
    for (int i = 0; i < y.length; i++) {
      int outer = i / (picked * step);
      y[i] = values[(outer * extent + Gather.position(index[i], extent)) * step + i % step];
    }
    return Tensor.of(x.type().with(out), y);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return operand == 0;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value index = at.operand(1);
    Value dy = at.cotangent();
    Shape x = g.shape(at.operand(0));
    int extent = x.dim(axis);
    if (extent > MAX_EXTENT) {
      throw new IllegalArgumentException(
          "the derivative of GatherElements wants an axis of at most "
              + MAX_EXTENT
              + ", got "
              + extent);
    }
    long[] positions = new long[extent];
    for (int k = 0; k < extent; k++) {
      positions[k] = k;
    }
    Shape along = new Shape(java.util.Collections.nCopies(x.rank() + 1, 1)).with(axis + 1, extent);
    Value wrapped = g.where(g.greater(g.scalar(0, index), index), g.shift(index, extent), index);
    Value hits = g.equal(g.unsqueeze(wrapped, axis + 1), g.constant(Tensor.of(along, positions)));
    Value spread = g.where(hits, g.unsqueeze(dy, axis + 1), g.scalar(0, dy));
    return g.squeeze(g.sum(spread, axis), axis);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
