package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import whyc.op.ArgMax;
import whyc.op.LogSumExp;
import whyc.op.Op;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceProduct;
import whyc.op.ReduceSum;
import whyc.op.Value;
import whyc.tensor.ElementType;

/** Sums, norms and extremes over axes. */
final class ReductionBindings {
  private ReductionBindings() {}

  /** A reduction that keeps its axes, as lines. */
  private interface Reduce {
    Value over(OnnxNode n, Value x, List<Integer> axes);
  }

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("ArgMax", single(n -> argMax(n, n.operand(0)))),
          Map.entry("ArgMin", single(n -> argMax(n, n.g.neg(signed(n, n.operand(0)))))),
          Map.entry("ReduceL1", reduce((n, x, axes) -> sum(n, n.g.abs(x), axes))),
          Map.entry("ReduceL2", reduce((n, x, axes) -> n.g.sqrt(sum(n, n.g.square(x), axes)))),
          Map.entry("ReduceLogSum", reduce((n, x, axes) -> n.g.log(sum(n, x, axes)))),
          Map.entry(
              "ReduceLogSumExp", reduce((n, x, axes) -> over(n, new LogSumExp(axes), x, axes))),
          Map.entry("ReduceMax", reduce(ReductionBindings::largest)),
          Map.entry("ReduceMean", reduce((n, x, axes) -> over(n, new ReduceMean(axes), x, axes))),
          Map.entry("ReduceMin", reduce(ReductionBindings::smallest)),
          Map.entry(
              "ReduceProd", reduce((n, x, axes) -> over(n, new ReduceProduct(axes), x, axes))),
          Map.entry("ReduceSum", reduce(ReductionBindings::sum)),
          Map.entry("ReduceSumSquare", reduce((n, x, axes) -> sum(n, n.g.square(x), axes))));

  private static Value sum(OnnxNode n, Value x, List<Integer> axes) {
    return over(n, new ReduceSum(axes), x, axes);
  }

  /** Over no axes a fold is the value itself. */
  private static Value over(OnnxNode n, Op op, Value x, List<Integer> axes) {
    return axes.isEmpty() ? x : n.emit(op, x);
  }

  private static Value largest(OnnxNode n, Value x, List<Integer> axes) {
    ElementType element = n.g.type(x).element();
    return n.g.cast(over(n, new ReduceMax(axes), signed(n, x), axes), element);
  }

  private static Value smallest(OnnxNode n, Value x, List<Integer> axes) {
    ElementType element = n.g.type(x).element();
    return n.g.cast(n.g.neg(over(n, new ReduceMax(axes), n.g.neg(signed(n, x)), axes)), element);
  }

  /** Numbers that have a negative. */
  private static Value signed(OnnxNode n, Value x) {
    return switch (n.g.type(x).element()) {
      case UINT8, UINT16, UINT32, UINT64, BOOL -> n.g.cast(x, ElementType.INT64);
      case FLOAT16, FLOAT32, FLOAT64, INT8, INT16, INT32, INT64 -> x;
    };
  }

  private static Binding reduce(Reduce reduce) {
    return single(n -> {
      Value x = n.operand(0);
      List<Integer> axes = axes(n);
      if (axes.isEmpty()) {
        return reduce.over(n, x, axes);
      }
      Value y = reduce.over(n, x, axes);
      return n.integer("keepdims", 1) != 0
          ? y
          : n.g.squeeze(y, axes.stream().mapToInt(Integer::intValue).toArray());
    });
  }

  /** No axes stand for all of them, unless {@code noop_with_empty_axes} says otherwise. */
  private static List<Integer> axes(OnnxNode n) {
    List<Integer> axes = n.integers("axes", 1).orElse(List.of());
    if (axes.isEmpty() && n.integer("noop_with_empty_axes", 0) != 0) {
      return axes;
    }
    return (axes.isEmpty()
            ? IntStream.range(0, n.rank(0))
            : axes.stream().mapToInt(n.shape(0)::axis).distinct().sorted())
        .boxed()
        .toList();
  }

  private static Value argMax(OnnxNode n, Value x) {
    int axis = n.axis("axis", 0, n.shape(0));
    int last = n.shape(0).dim(axis) - 1;
    Value y;
    if (n.integer("select_last_index", 0) != 0) {
      Value reversed = n.emit(new ArgMax(axis), n.g.slice(x, axis, last, -1, -1));
      y = n.g.sub(n.g.scalar(last, reversed), reversed);
    } else {
      y = n.emit(new ArgMax(axis), x);
    }
    return n.integer("keepdims", 1) != 0 ? y : n.g.squeeze(y, axis);
  }
}
