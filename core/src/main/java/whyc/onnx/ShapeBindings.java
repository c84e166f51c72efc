package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import whyc.op.Pad;
import whyc.op.Reshape;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Operators that move values or ask for shapes. */
final class ShapeBindings {
  private ShapeBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Concat", single(n -> n.g.concat(n.axis("axis", 1, n.shape(0)), n.all()))),
          Map.entry("Constant", single(ShapeBindings::constant)),
          Map.entry("Dropout", single(n -> n.operand(0))),
          Map.entry("Flatten", single(n -> n.emit(flatten(n.shape(0), flattenAxis(n)), n.operand(0)))),
          Map.entry("Identity", single(n -> n.operand(0))),
          Map.entry("Pad", single(ShapeBindings::pad)),
          Map.entry("Reshape", single(ShapeBindings::reshape)),
          Map.entry("Slice", single(ShapeBindings::slice)),
          Map.entry("Transpose", single(ShapeBindings::transpose)));

  private static Value constant(OnnxNode n) {
    if (n.hasAttribute("value_float")) {
      return n.g.constant(Tensor.of(Shape.of(), (float) n.real("value_float", 0)));
    }
    if (n.hasAttribute("value_int")) {
      return n.g.constant(Tensor.of(Shape.of(), n.integer("value_int", 0)));
    }
    if (n.hasAttribute("value_ints")) {
      long[] values = n.integers("value_ints").stream().mapToLong(Integer::longValue).toArray();
      return n.g.constant(Tensor.of(Shape.of(values.length), values));
    }
    if (n.hasAttribute("value_floats")) {
      double[] values = n.reals("value_floats").stream().mapToDouble(Double::doubleValue).toArray();
      return n.g.constant(Tensor.of(Shape.of(values.length), values).cast(whyc.tensor.ElementType.FLOAT32));
    }
    return n.g.constant(n.tensor("value"));
  }

  private static int flattenAxis(OnnxNode n) {
    int axis = Math.toIntExact(n.integer("axis", 1));
    return axis < 0 ? axis + n.rank(0) : axis;
  }

  /** Two axes: those before {@code axis}, and the rest. The batch stays unsaid where it can. */
  static Reshape flatten(Shape x, int axis) {
    return switch (axis) {
      case 0 -> new Reshape(List.of(1, -1));
      case 1 -> new Reshape(List.of(0, -1));
      default -> new Reshape(List.of(-1, x.product(axis, x.rank())));
    };
  }

  private static Value reshape(OnnxNode n) {
    List<Integer> dims = n.integers("shape", 1).orElseThrow(() -> new IllegalArgumentException("wants a shape"));
    if (n.integer("allowzero", 0) != 0 && dims.contains(0)) {
      throw new IllegalArgumentException("wants extents of at least 1, got " + dims);
    }
    return n.emit(new Reshape(dims), n.operand(0));
  }

  private static Value transpose(OnnxNode n) {
    List<Integer> permutation = n.integers("perm");
    return n.emit(
        new Transpose(
            permutation.isEmpty()
                ? IntStream.range(0, n.rank(0)).map(i -> n.rank(0) - 1 - i).boxed().toList()
                : permutation),
        n.operand(0));
  }

  private static Value slice(OnnxNode n) {
    List<Integer> starts = n.integers("starts", 1).orElseThrow();
    List<Integer> ends = n.integers("ends", 2).orElseThrow();
    List<Integer> axes =
        n.integers("axes", 3).orElseGet(() -> IntStream.range(0, starts.size()).boxed().toList());
    List<Integer> steps = n.has(4) ? IntStream.of(n.known(4).ints()).boxed().toList() : java.util.Collections.nCopies(starts.size(), 1);
    if (starts.size() != ends.size() || starts.size() != axes.size() || starts.size() != steps.size()) {
      throw new IllegalArgumentException("wants as many starts, ends, axes and steps, got " + starts + ends + axes + steps);
    }
    Value y = n.operand(0);
    for (int i = 0; i < starts.size(); i++) {
      int axis = n.shape(0).axis(axes.get(i));
      y = slice(n, y, axis, starts.get(i), ends.get(i), steps.get(i));
    }
    return y;
  }

  /** Positions as ONNX gives them: negative from the end, and clamped to the axis. */
  private static Value slice(OnnxNode n, Value x, int axis, long start, long end, int step) {
    int extent = n.g.shape(x).dim(axis);
    boolean up = step > 0;
    long from = Math.clamp(start < 0 ? start + extent : start, 0, up ? extent : extent - 1L);
    long to = Math.clamp(end < 0 ? end + extent : end, up ? 0 : -1L, extent);
    boolean whole = from == 0 && to == extent && step == 1;
    return whole ? x : n.g.slice(x, axis, (int) from, (int) to, step);
  }

  private static Value pad(OnnxNode n) {
    List<Integer> pads = n.integers("pads", 1).orElseThrow(() -> new IllegalArgumentException("wants pads"));
    double value = n.has(2) ? n.known(2).at(0) : n.real("value", 0);
    int rank = n.rank(0);
    List<Integer> axes = new ArrayList<>();
    if (n.has(3)) {
      IntStream.of(n.known(3).ints()).map(n.shape(0)::axis).forEach(axes::add);
    } else {
      IntStream.range(0, rank).forEach(axes::add);
    }
    if (pads.size() != 2 * axes.size()) {
      throw new IllegalArgumentException("wants two pads an axis, got " + pads);
    }
    List<Integer> before = new ArrayList<>(java.util.Collections.nCopies(rank, 0));
    List<Integer> after = new ArrayList<>(java.util.Collections.nCopies(rank, 0));
    for (int i = 0; i < axes.size(); i++) {
      before.set(axes.get(i), pads.get(i));
      after.set(axes.get(i), pads.get(i + axes.size()));
    }
    Value x = n.operand(0);
    for (int axis = 0; axis < rank; axis++) {
      int cutBefore = Math.max(0, -before.get(axis));
      int cutAfter = Math.max(0, -after.get(axis));
      if (cutBefore + cutAfter > 0) {
        x = n.g.slice(x, axis, cutBefore, n.g.shape(x).dim(axis) - cutAfter, 1);
      }
    }
    before.replaceAll(v -> Math.max(0, v));
    after.replaceAll(v -> Math.max(0, v));
    String mode = n.text("mode", "constant");
    if (!mode.equals("constant")) {
      throw new IllegalArgumentException("in mode " + mode + " is not supported; nearest: constant");
    }
    boolean none = before.stream().allMatch(v -> v == 0) && after.stream().allMatch(v -> v == 0);
    return none ? x : n.emit(new Pad(before, after, value), x);
  }
}
