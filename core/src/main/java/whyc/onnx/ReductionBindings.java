package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import whyc.op.Op;
import whyc.op.ReduceMax;
import whyc.op.ReduceMean;
import whyc.op.ReduceProduct;
import whyc.op.ReduceSum;
import whyc.op.Value;

/** Sums, means, extremes over axes. */
final class ReductionBindings {
  private ReductionBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("ReduceMax", single(n -> reduce(n, ReduceMax::new))),
          Map.entry("ReduceMean", single(n -> reduce(n, ReduceMean::new))),
          Map.entry("ReduceProd", single(n -> reduce(n, ReduceProduct::new))),
          Map.entry("ReduceSum", single(n -> reduce(n, ReduceSum::new))));

  private static Value reduce(OnnxNode n, Function<List<Integer>, Op> op) {
    List<Integer> axes = axes(n);
    Value y = n.emit(op.apply(axes), n.operand(0));
    return n.integer("keepdims", 1) != 0
        ? y
        : n.g.squeeze(y, axes.stream().mapToInt(Integer::intValue).toArray());
  }

  /** No axes stand for all of them. */
  static List<Integer> axes(OnnxNode n) {
    List<Integer> axes = n.integers("axes", 1).orElse(List.of());
    return (axes.isEmpty()
            ? IntStream.range(0, n.rank(0))
            : axes.stream().mapToInt(n.shape(0)::axis).distinct().sorted())
        .boxed()
        .toList();
  }
}
