package whyc.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import whyc.refusal.RefusedArgument;

/**
 * The extents of a tensor, outermost first; every extent is known and at least 1. The empty list is
 * the shape of a scalar.
 */
public record Shape(List<Integer> dims) {

  /** What a tensor may hold at most: an array of the JVM has to hold it. */
  public static final long MAX_SIZE = Integer.MAX_VALUE - 8;

  /** Extents that a shape may have, as in NumPy 2. */
  public static final int MAX_RANK = 64;

  public Shape {
    dims = List.copyOf(dims);
    if (dims.size() > MAX_RANK) {
      throw new RefusedArgument(
          "a shape wants at most " + MAX_RANK + " extents, got " + dims.size());
    }
    long size = 1;
    for (int d : dims) {
      if (d < 1) {
        throw new RefusedArgument("a shape wants extents of at least 1, got " + dims);
      }
      size *= d;
      if (size > MAX_SIZE) {
        throw new RefusedArgument("a shape wants at most " + MAX_SIZE + " elements, got " + dims);
      }
    }
  }

  public static Shape of(int... dims) {
    return new Shape(IntStream.of(dims).boxed().toList());
  }

  /** Number of extents. */
  public int rank() {
    return dims.size();
  }

  /** The extent of an axis; negative axes count from the end. */
  public int dim(int axis) {
    return dims.get(axis < 0 ? axis + dims.size() : axis);
  }

  /** Number of elements. */
  public int size() {
    return product(0, rank());
  }

  /** Product of the extents of the axes from {@code from} up to, but not including, {@code to}. */
  public int product(int from, int to) {
    int p = 1;
    for (int i = from; i < to; i++) {
      p *= dims.get(i);
    }
    return p;
  }

  /** Elements to step over for one step along each axis, in row-major order. */
  public int[] strides() {
    int[] strides = new int[rank()];
    int step = 1;
    for (int i = rank() - 1; i >= 0; i--) {
      strides[i] = step;
      step *= dims.get(i);
    }
    return strides;
  }

  /** This shape with one extent replaced. */
  public Shape with(int axis, int extent) {
    List<Integer> copy = new ArrayList<>(dims);
    copy.set(axis, extent);
    return new Shape(copy);
  }

  /** A non-negative axis, or a refusal. */
  public int axis(int axis) {
    int a = axis < 0 ? axis + rank() : axis;
    if (a < 0 || a >= rank()) {
      throw new IllegalArgumentException("axis wants to be within " + this + ", got " + axis);
    }
    return a;
  }

  /** Whether a tensor of this shape broadcasts to {@code target}, by the rules of NumPy. */
  public boolean broadcastsTo(Shape target) {
    int offset = target.rank() - rank();
    return offset >= 0
        && IntStream.range(0, rank())
            .allMatch(i -> dims.get(i) == 1 || dims.get(i).equals(target.dims.get(i + offset)));
  }

  /** The common shape that both broadcast to, by the rules of NumPy. */
  public static Shape broadcast(Shape a, Shape b) {
    int rank = Math.max(a.rank(), b.rank());
    List<Integer> dims = new ArrayList<>(rank);
    for (int i = 0; i < rank; i++) {
      int da = i < rank - a.rank() ? 1 : a.dim(i - rank + a.rank());
      int db = i < rank - b.rank() ? 1 : b.dim(i - rank + b.rank());
      if (da != db && da != 1 && db != 1) {
        throw new IllegalArgumentException(
            "broadcasting wants equal extents or 1, got " + a + " and " + b);
      }
      dims.add(da == 1 ? db : da);
    }
    return new Shape(dims);
  }

  /**
   * Strides with which a tensor of this shape is read as if it had the shape {@code target}: 0
   * along the axes that are repeated.
   */
  public int[] stridesWithin(Shape target) {
    int[] own = strides();
    int[] strides = new int[target.rank()];
    int offset = target.rank() - rank();
    for (int i = 0; i < rank(); i++) {
      strides[i + offset] = dims.get(i) == 1 ? 0 : own[i];
    }
    return strides;
  }

  @Override
  public String toString() {
    return dims.stream().map(String::valueOf).collect(Collectors.joining(",", "[", "]"));
  }
}
