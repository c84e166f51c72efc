package whyc.op;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Positions {@code start, start + step, ...} of one axis, up to but not including {@code end}.
 *
 * <p>{@code dx} is {@code dy} spread out by the step, with zeros before, between and after.
 *
 * @param end with a negative step, -1 stands for the place before the first
 */
public record Slice(int axis, int start, int end, int step) implements Primitive {
  private int count() {
    return step == 0 ? 0 : Math.ceilDiv(end - start, step);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1 && axis >= 0 && axis < operands.getFirst().shape().rank(),
        this,
        "one operand with the axis " + axis,
        operands);
    Shape x = operands.getFirst().shape();
    int count = count();
    int last = start + (count - 1) * step;
    Refuse.unless(
        count > 0 && Math.min(start, last) >= 0 && Math.max(start, last) < x.dim(axis),
        this,
        "positions from %d to %d by %d within axis %d".formatted(start, end, step, axis),
        operands);
    return operands.getFirst().with(x.with(axis, count));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    TensorType type = infer(List.of(x.type()));
    int[] strides = x.shape().strides();
    int first = start * strides[axis];
    strides[axis] *= step;
    double[] values = x.doubles();
    double[] y = new double[type.shape().size()];
    Walk walk = new Walk(type.shape(), first, strides);
    for (int i = 0; i < y.length; i++, walk.next()) {
      y[i] = values[walk.at(0)];
    }
    return Tensor.of(type, y);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    int extent = g.shape(at.operand(0)).dim(axis);
    int count = count();
    Value spread = at.cotangent();
    int first = start;
    if (step < 0) {
      spread = g.slice(spread, axis, count - 1, -1, -1);
      first = start + (count - 1) * step;
    }
    int gap = Math.abs(step);
    if (gap > 1) {
      spread =
          g.emit(
              Pad.after(g.shape(spread).rank() + 1, axis + 1, gap - 1),
              g.unsqueeze(spread, axis + 1));
      spread = merge(g, spread);
    }
    int length = Math.min(count * gap, extent - first);
    if (length < count * gap) {
      spread = g.slice(spread, axis, 0, length, 1);
    }
    int rank = g.shape(spread).rank();
    return first == 0 && length == extent
        ? spread
        : g.emit(
            new Pad(at(rank, axis, first), at(rank, axis, extent - first - length), 0), spread);
  }

  /** Joins {@code axis} with the one after it. */
  private Value merge(Emit g, Value x) {
    Shape shape = g.shape(x);
    List<Integer> dims = new ArrayList<>();
    IntStream.range(0, axis).forEach(i -> dims.add(0));
    dims.add(shape.dim(axis) * shape.dim(axis + 1));
    dims.addAll(shape.dims().subList(axis + 2, shape.rank()));
    return g.emit(new Reshape(dims), x);
  }

  /** Zeros but for one place. */
  static List<Integer> at(int rank, int axis, int value) {
    List<Integer> list = new ArrayList<>(Collections.nCopies(rank, 0));
    list.set(axis, value);
    return list;
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.NONE;
  }
}
