package whyc.engine.jvm;

import whyc.op.ArgMax;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.OneHot;
import whyc.tensor.Shape;

/** Operators that pick elements by an index, or say which index to pick. */
final class PlainPick {
  private PlainPick() {}

  private static int position(long index, int extent) {
    long k = index < 0 ? index + extent : index;
    if (k < 0 || k >= extent) {
      throw new IllegalArgumentException(
          "an index wants to be within [-%d,%d), got %d".formatted(extent, extent, index));
    }
    return (int) k;
  }

  static Kernel gather(Gather op, Cells x, Cells index, Cells y) {
    Shape s = x.shape();
    return new Slabs(
        x, index, y, s.product(0, op.axis()), s.dim(op.axis()), s.product(op.axis() + 1, s.rank()));
  }

  /** A unit is a slab of the result. */
  private record Slabs(Cells x, Cells index, Cells y, int outer, int extent, int slab)
      implements Kernel {
    @Override
    public int units() {
      return outer * index.shape().size();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int picked = index.shape().size();
      for (int i = from; i < to; i++) {
        int k = position(index.integer(banks, i % picked), extent);
        x.copy(banks, (i / picked * extent + k) * slab, 1, y, i * slab, 1, slab);
      }
    }
  }

  static Kernel gatherElements(GatherElements op, Cells x, Cells index, Cells y) {
    Shape out = y.shape();
    return new Elements(
        x,
        index,
        y,
        x.shape().dim(op.axis()),
        out.dim(op.axis()),
        out.product(op.axis() + 1, out.rank()));
  }

  /** A unit is an element. */
  private record Elements(Cells x, Cells index, Cells y, int extent, int picked, int step)
      implements Kernel {
    @Override
    public int units() {
      return y.shape().size();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        int outer = i / (picked * step);
        int k = position(index.integer(banks, i), extent);
        y.set(banks, i, x.get(banks, (outer * extent + k) * step + i % step));
      }
    }
  }

  /** A unit is an index. */
  record Hot(OneHot op, Cells index, Cells y) implements Kernel {
    @Override
    public int units() {
      return index.shape().size();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        long hot = index.integer(banks, i);
        for (int k = 0; k < op.depth(); k++) {
          y.set(banks, i * op.depth() + k, k == hot ? 1 : 0);
        }
      }
    }
  }

  static Kernel argMax(ArgMax op, Cells x, Cells y) {
    Shape s = x.shape();
    return new Largest(x, y, s.dim(op.axis()), s.product(op.axis() + 1, s.rank()));
  }

  /** The first of the largest. A unit is an element of the result. */
  private record Largest(Cells x, Cells y, int extent, int step) implements Kernel {
    @Override
    public int units() {
      return y.shape().size();
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int i = from; i < to; i++) {
        int start = i / step * extent * step + i % step;
        int best = 0;
        double largest = x.get(banks, start);
        for (int k = 1; k < extent; k++) {
          double number = x.get(banks, start + k * step);
          if (number > largest) {
            largest = number;
            best = k;
          }
        }
        y.set(banks, i, best);
      }
    }
  }
}
