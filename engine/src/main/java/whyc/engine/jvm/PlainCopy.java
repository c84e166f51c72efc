package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import whyc.op.Concat;
import whyc.op.Pad;
import whyc.op.Slice;
import whyc.op.Transpose;
import whyc.tensor.Shape;

/**
 * Operators that only put elements elsewhere: copies between two walks. A unit is a row of the
 * innermost axis.
 */
record PlainCopy(Cells from, Cells to, Rows rows) implements Kernel {
  private static final int FROM = 0;
  private static final int TO = 1;

  private static PlainCopy of(
      int[] extents, Cells from, int[] fromStrides, Cells to, int[] toStrides) {
    return new PlainCopy(from, to, new Rows(extents, List.of(fromStrides, toStrides)));
  }

  private static int[] extents(Shape s) {
    return s.dims().stream().mapToInt(i -> i).toArray();
  }

  /** The operand in the order of the result, repeated where it is smaller. */
  static Kernel repeated(Cells x, Cells y) {
    return of(extents(y.shape()), x, x.shape().stridesWithin(y.shape()), y, y.shape().strides());
  }

  /** The same elements in the same order. */
  static Kernel reshaped(Cells x, Cells y) {
    return of(new int[] {x.shape().size()}, x, new int[] {1}, y, new int[] {1});
  }

  static Kernel transposed(Transpose op, Cells x, Cells y) {
    int[] own = x.shape().strides();
    int[] strides = op.permutation().stream().mapToInt(p -> own[p]).toArray();
    return of(extents(y.shape()), x, strides, y, y.shape().strides());
  }

  static Kernel slice(Slice op, Cells x, Cells y) {
    int[] strides = x.shape().strides();
    int first = op.start() * strides[op.axis()];
    strides[op.axis()] *= op.step();
    return of(extents(y.shape()), x.from(first), strides, y, y.shape().strides());
  }

  static Kernel padded(Pad op, Cells x, Cells y) {
    int[] strides = y.shape().strides();
    int first = 0;
    for (int i = 0; i < strides.length; i++) {
      first += strides[i] * op.before().get(i);
    }
    return new Padded(
        of(extents(x.shape()), x, x.shape().strides(), y.from(first), strides), y, op.value());
  }

  private record Padded(PlainCopy inside, Cells y, double border) implements Kernel {
    @Override
    public void begin(Banks banks) {
      y.fill(banks, y.shape().size(), border);
    }

    @Override
    public int units() {
      return inside.units();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      inside.run(banks, from, to);
    }
  }

  static Kernel joined(Concat op, List<Cells> operands, Cells y) {
    List<PlainCopy> parts = new ArrayList<>();
    int[] strides = y.shape().strides();
    int at = 0;
    for (Cells x : operands) {
      parts.add(
          of(extents(x.shape()), x, x.shape().strides(), y.from(at * strides[op.axis()]), strides));
      at += x.shape().dim(op.axis());
    }
    return new Joined(parts);
  }

  /** A unit is a whole operand. */
  private record Joined(List<PlainCopy> parts) implements Kernel {
    @Override
    public int units() {
      return parts.size();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        parts.get(i).run(banks, 0, parts.get(i).units());
      }
    }
  }

  @Override
  public int units() {
    return rows.count();
  }

  @Override
  public void run(Banks banks, int first, int last) {
    for (int row = first; row < last; row++) {
      from.copy(
          banks,
          rows.start(FROM, row),
          rows.step(FROM),
          to,
          rows.start(TO, row),
          rows.step(TO),
          rows.length());
    }
  }
}
