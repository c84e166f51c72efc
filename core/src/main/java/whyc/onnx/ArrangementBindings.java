package whyc.onnx;

import static whyc.onnx.Binding.partial;
import static whyc.onnx.Binding.single;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.Expand;
import whyc.op.Pad;
import whyc.op.Reshape;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Operators that cut, join, repeat and reorder. */
final class ArrangementBindings {
  private ArrangementBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Concat", partial(ArrangementBindings::concat)),
          Map.entry("DepthToSpace", single(ArrangementBindings::depthToSpace)),
          Map.entry("Pad", single(ArrangementBindings::pad)),
          Map.entry("Slice", partial(ArrangementBindings::slice)),
          Map.entry("SpaceToDepth", single(ArrangementBindings::spaceToDepth)),
          Map.entry("Split", ArrangementBindings::split),
          Map.entry("Tile", single(ArrangementBindings::tile)),
          Map.entry("Trilu", single(ArrangementBindings::triangle)));

  private static Optional<Value> concat(OnnxNode n) {
    List<Value> parts = n.all();
    return parts.isEmpty()
        ? Optional.empty()
        : Optional.of(n.g.concat(Math.toIntExact(n.integer("axis", 1)), parts));
  }

  /** Positions stand in attributes before operator set 10. */
  private static Optional<Value> slice(OnnxNode n) {
    if (!n.has(0)) {
      return Optional.empty();
    }
    List<Integer> starts = n.integers("starts", 1).orElse(List.of());
    List<Integer> ends = n.integers("ends", 2).orElse(List.of());
    List<Integer> axes =
        n.integers("axes", 3).orElseGet(() -> IntStream.range(0, starts.size()).boxed().toList());
    List<Integer> steps =
        n.integers("steps", 4).orElseGet(() -> Collections.nCopies(starts.size(), 1));
    if (starts.size() != ends.size()
        || starts.size() != axes.size()
        || starts.size() != steps.size()
        || steps.contains(0)) {
      throw new IllegalArgumentException(
          "wants as many starts, ends, axes and steps, and no step of 0, got "
              + starts
              + ends
              + axes
              + steps);
    }
    Optional<Value> y = n.optional(0);
    for (int i = 0; i < starts.size(); i++) {
      int axis = n.shape(0).axis(axes.get(i));
      int start = starts.get(i);
      int end = ends.get(i);
      // A longer step than the axis picks the first position alone, as one as long as the axis
      // does.
      int step = Math.clamp(steps.get(i), -n.shape(0).dim(axis), n.shape(0).dim(axis));
      y = y.flatMap(x -> slice(n, x, axis, start, end, step));
    }
    return y;
  }

  /** Positions as ONNX gives them: negative from the end, and clamped to the axis. */
  private static Optional<Value> slice(
      OnnxNode n, Value x, int axis, long start, long end, int step) {
    int extent = n.g.shape(x).dim(axis);
    boolean up = step > 0;
    long from = Math.clamp(start < 0 ? start + extent : start, 0, up ? extent : extent - 1L);
    long to = Math.clamp(end < 0 ? end + extent : end, up ? 0 : -1L, extent);
    if (up ? from >= to : from <= to) {
      return Optional.empty();
    }
    boolean whole = from == 0 && to == extent && step == 1;
    return Optional.of(whole ? x : n.g.slice(x, axis, (int) from, (int) to, step));
  }

  /** Extents of the parts: given, or equal but for a smaller last one. */
  private static List<Optional<Value>> split(OnnxNode n) {
    Value x = n.operand(0);
    int axis = n.axis("axis", 0, n.shape(0));
    int extent = n.shape(0).dim(axis);
    int count = Math.toIntExact(n.integer("num_outputs", n.outputs()));
    if (count != n.outputs()) {
      throw new IllegalArgumentException(
          "wants num_outputs to be the number of its outputs, " + n.outputs() + ", got " + count);
    }
    int part = Math.ceilDiv(extent, count);
    List<Integer> extents =
        n.integers("split", 1)
            .orElseGet(() ->
                IntStream.range(0, count)
                    .mapToObj(i -> Math.min(part, extent - i * part))
                    .toList());
    if (extents.stream().mapToInt(Integer::intValue).sum() != extent
        || extents.stream().anyMatch(e -> e < 0)) {
      throw new IllegalArgumentException("wants parts that make up " + extent + ", got " + extents);
    }
    List<Optional<Value>> parts = new ArrayList<>();
    int start = 0;
    for (int e : extents) {
      parts.add(slice(n, x, axis, start, start + e, 1));
      start += e;
    }
    return parts;
  }

  private static Value pad(OnnxNode n) {
    List<Integer> pads =
        n.integers(n.hasAttribute("paddings") ? "paddings" : "pads", 1)
            .orElseThrow(() -> new IllegalArgumentException("wants pads"));
    double value = n.has(2) ? n.known(2).at(0) : n.real("value", 0);
    List<Integer> axes =
        n.integers("axes", 3).orElseGet(() -> IntStream.range(0, n.rank(0)).boxed().toList());
    if (pads.size() != 2 * axes.size()) {
      throw new IllegalArgumentException("wants two pads an axis, got " + pads);
    }
    WindowReader.refuseUnbounded(pads.stream().map(Math::abs).toList());
    int[] before = new int[n.rank(0)];
    int[] after = new int[n.rank(0)];
    for (int i = 0; i < axes.size(); i++) {
      int axis = n.shape(0).axis(axes.get(i));
      before[axis] = pads.get(i);
      after[axis] = pads.get(i + axes.size());
    }
    Value x = n.operand(0);
    for (int axis = 0; axis < before.length; axis++) {
      x = cropped(n, x, axis, Math.max(0, -before[axis]), Math.max(0, -after[axis]));
      before[axis] = Math.max(0, before[axis]);
      after[axis] = Math.max(0, after[axis]);
    }
    String mode = n.text("mode", "constant");
    if (mode.equals("constant")) {
      boolean none = IntStream.concat(IntStream.of(before), IntStream.of(after)).sum() == 0;
      return none ? x : n.emit(new Pad(list(before), list(after), value), x);
    }
    for (int axis = 0; axis < before.length; axis++) {
      if (before[axis] + after[axis] > 0) {
        long[] places = places(mode, n.g.shape(x).dim(axis), before[axis], after[axis]);
        x = n.g.gather(x, n.g.constant(Tensor.of(Shape.of(places.length), places)), axis);
      }
    }
    return x;
  }

  /** A negative pad cuts off. */
  private static Value cropped(OnnxNode n, Value x, int axis, int before, int after) {
    return before + after == 0 ? x : n.g.slice(x, axis, before, n.g.shape(x).dim(axis) - after, 1);
  }

  private static List<Integer> list(int[] values) {
    return IntStream.of(values).boxed().toList();
  }

  /** Where each element of a padded axis comes from. */
  private static long[] places(String mode, int extent, int before, int after) {
    int period = Math.max(1, 2 * (extent - 1));
    Limits.made((long) before + extent + after);
    return IntStream.range(-before, extent + after)
        .mapToLong(i ->
            switch (mode) {
              case "edge" -> Math.clamp(i, 0, extent - 1);
              case "wrap" -> Math.floorMod(i, extent);
              case "reflect" -> {
                int folded = Math.floorMod(i, period);
                yield folded < extent ? folded : period - folded;
              }
              default ->
                  throw new IllegalArgumentException(
                      "wants a mode constant, reflect, edge or wrap, got " + mode);
            })
        .toArray();
  }

  /** Each axis is repeated as a whole: a new axis before it is, and then joined with it. */
  private static Value tile(OnnxNode n) {
    Value x = n.operand(0);
    int[] repeats = n.known(1).ints();
    if (repeats.length != n.rank(0) || IntStream.of(repeats).anyMatch(r -> r < 1)) {
      throw new IllegalArgumentException(
          "wants a count of at least 1 for each axis of "
              + n.shape(0)
              + ", got "
              + Arrays.toString(repeats));
    }
    for (int axis = 0; axis < repeats.length; axis++) {
      if (repeats[axis] > 1) {
        Shape shape = n.g.shape(x);
        List<Integer> along = new ArrayList<>(Collections.nCopies(shape.rank() + 1, 1));
        along.set(axis, repeats[axis]);
        List<Integer> joined = new ArrayList<>(Collections.nCopies(axis, 0));
        joined.add(-1);
        joined.addAll(shape.dims().subList(axis + 1, shape.rank()));
        Value repeated = n.emit(new Expand(along), n.g.unsqueeze(x, axis));
        x = n.emit(new Reshape(joined), repeated);
      }
    }
    return x;
  }

  /** The part of a matrix on one side of a diagonal; the rest is 0. */
  private static Value triangle(OnnxNode n) {
    Value x = n.operand(0);
    int rows = n.shape(0).dim(-2);
    int columns = n.shape(0).dim(-1);
    long diagonal = n.has(1) ? n.known(1).longs()[0] : 0;
    boolean upper = n.integer("upper", 1) != 0;
    double[] keep =
        IntStream.range(0, Limits.made((long) rows * columns))
            .mapToDouble(i -> {
              long above = (long) (i % columns) - i / columns - diagonal;
              return (upper ? above >= 0 : above <= 0) ? 1 : 0;
            })
            .toArray();
    Tensor mask = Tensor.of(TensorType.of(ElementType.BOOL, rows, columns), keep);
    return n.g.where(n.g.constant(mask), x, n.g.scalar(0, x));
  }

  /** Its square is still an int. */
  private static final int MAX_BLOCK = 1 << 15;

  private static int block(OnnxNode n) {
    int block = Math.toIntExact(n.integer("blocksize", 0));
    if (block < 1 || block > MAX_BLOCK || n.rank(0) != 4) {
      throw new IllegalArgumentException(
          "wants [n,c,h,w] and a blocksize of 1 to "
              + MAX_BLOCK
              + ", got "
              + n.shape(0)
              + " and "
              + block);
    }
    return block;
  }

  /** {@code [n,b*b*c,h,w]} to {@code [n,c,h*b,w*b]}; in mode CRD the channels come first. */
  private static Value depthToSpace(OnnxNode n) {
    int b = block(n);
    Shape x = n.shape(0);
    int c = x.dim(1) / (b * b);
    Value y =
        n.text("mode", "DCR").equals("CRD")
            ? n.g.transpose(
                n.g.reshape(n.operand(0), 0, c, b, b, x.dim(2), x.dim(3)), 0, 1, 4, 2, 5, 3)
            : n.g.transpose(
                n.g.reshape(n.operand(0), 0, b, b, c, x.dim(2), x.dim(3)), 0, 3, 4, 1, 5, 2);
    return n.g.reshape(y, 0, c, x.dim(2) * b, x.dim(3) * b);
  }

  private static Value spaceToDepth(OnnxNode n) {
    int b = block(n);
    Shape x = n.shape(0);
    int h = x.dim(2) / b;
    int w = x.dim(3) / b;
    Value y = n.g.reshape(n.operand(0), 0, x.dim(1), h, b, w, b);
    Integer[] order =
        n.text("mode", "DCR").equals("CRD")
            ? new Integer[] {0, 1, 3, 5, 2, 4}
            : new Integer[] {0, 3, 5, 1, 2, 4};
    return n.g.reshape(n.g.transpose(y, order), 0, x.dim(1) * b * b, h, w);
  }
}
