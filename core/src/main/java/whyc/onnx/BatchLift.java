package whyc.onnx;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Expand;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Reshape;
import whyc.op.Slice;
import whyc.op.Value;
import whyc.pass.RemoveDead;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Makes a graph say nothing of the batch size, by comparing the readings of one model at two batch
 * sizes: what differs between them depends on the batch, and is written so that it follows it.
 * Files fix shapes through chains of shape arithmetic, so that a symbol cannot be traced through
 * them; two readings can always be compared.
 */
final class BatchLift {
  private final Graph small;
  private final Graph large;
  private final Builder b = new Builder();
  private final List<Value> values = new ArrayList<>();

  private BatchLift(Graph small, Graph large) {
    this.small = small;
    this.large = large;
  }

  /**
   * One graph for every batch, typed for that of {@code large}; absent where a line depends on the
   * batch in a way that cannot be said without it.
   */
  static Optional<Graph> of(Graph small, Graph large) {
    try {
      return new BatchLift(new RemoveDead().apply(small), new RemoveDead().apply(large)).lift();
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a line that does not fit once the batch is unsaid
    }
  }

  private Optional<Graph> lift() {
    if (small.nodes().size() != large.nodes().size()) {
      return Optional.empty();
    }
    for (int i = 0; i < large.nodes().size(); i++) {
      Optional<Value> value = lift(small.nodes().get(i), large.nodes().get(i));
      if (value.isEmpty() || !b.type(value.get()).equals(large.nodes().get(i).type())) {
        return Optional.empty();
      }
      b.name(value.get(), large.nodes().get(i).label());
      values.add(value.get());
    }
    return Optional.of(b.finish(Builder.mapped(large.outputs(), v -> values.get(v.index()))));
  }

  private Optional<Value> lift(Node s, Node l) {
    if (!s.operands().equals(l.operands())) {
      return Optional.empty();
    }
    List<Value> operands = l.operands().stream().map(v -> values.get(v.index())).toList();
    if (s.op().equals(l.op()) || s.op() instanceof Input) {
      return Optional.of(b.emit(l.op(), operands, l.label()));
    }
    return switch (l.op()) {
      case Reshape r -> reshape(s, l).map(op -> b.emit(op, operands));
      case Expand e -> Optional.of(repeat(operands.getFirst(), s.type().shape(), l.type().shape()));
      case Constant c ->
          repeated(s.op(), c).map(x -> repeat(x, s.type().shape(), l.type().shape()));
      default -> Optional.empty();
    };
  }

  /**
   * An extent that follows the operand's at the same place is copied; one other may be the rest.
   */
  private Optional<Op> reshape(Node s, Node l) {
    Shape from = large.type(l.operands().getFirst()).shape();
    Shape fromSmall = small.type(s.operands().getFirst()).shape();
    List<Integer> dims = new ArrayList<>();
    for (int i = 0; i < l.type().shape().rank(); i++) {
      int extent = l.type().shape().dim(i);
      int smaller = s.type().shape().dim(i);
      boolean copies = i < from.rank() && from.dim(i) == extent && fromSmall.dim(i) == smaller;
      dims.add(extent == smaller ? Integer.valueOf(extent) : copies ? 0 : -1);
    }
    return dims.stream().filter(d -> d == -1).count() > 1
        ? Optional.empty()
        : Optional.of(new Reshape(dims));
  }

  /**
   * What two constants repeat along the axes that follow the batch: a class token, once for each
   * image, or one value throughout.
   */
  private Optional<Value> repeated(Op s, Constant l) {
    if (!(s instanceof Constant c)
        || c.value().shape().rank() != l.value().shape().rank()
        || c.value().element() != l.value().element()) {
      return Optional.empty();
    }
    Optional<Tensor> smaller = once(c.value(), l.value().shape());
    Optional<Tensor> larger = once(l.value(), c.value().shape());
    return smaller.isPresent() && smaller.equals(larger)
        ? larger.map(b::constant)
        : Optional.empty();
  }

  /** The first slab along the axes whose extents differ, if all slabs are that one. */
  private static Optional<Tensor> once(Tensor tensor, Shape other) {
    Tensor first = tensor;
    for (int axis = 0; axis < other.rank(); axis++) {
      if (tensor.shape().dim(axis) != other.dim(axis)) {
        first = new Slice(axis, 0, 1, 1).evaluate(List.of(first));
      }
    }
    Tensor again = new Expand(tensor.shape().dims()).evaluate(List.of(first));
    return again.equals(tensor) ? Optional.of(first) : Optional.empty();
  }

  /** Repeats to a shape: extents that are the same in both readings are said, the others follow. */
  private Value repeat(Value x, Shape smaller, Shape target) {
    List<Integer> dims =
        IntStream.range(0, target.rank())
            .mapToObj(i -> smaller.dim(i) == target.dim(i) ? target.dim(i) : 1)
            .toList();
    Value y = b.emit(new Expand(dims), x);
    for (int axis = 0; axis < target.rank(); axis++) {
      if (b.shape(y).dim(axis) != target.dim(axis)) {
        int[] others = IntStream.range(0, target.rank()).filter(notThe(axis)).toArray();
        y = b.expandAs(y, b.unsqueeze(batch(), others));
      }
    }
    return y;
  }

  private static java.util.function.IntPredicate notThe(int axis) {
    return i -> i != axis;
  }

  /** A value [n] with one element a sample, for its shape. */
  private Value batch() {
    Value x =
        IntStream.range(0, values.size())
            .filter(i -> large.nodes().get(i).op() instanceof Input)
            .mapToObj(values::get)
            .findFirst()
            .orElseThrow();
    int rank = b.shape(x).rank();
    for (int axis = 1; axis < rank; axis++) {
      x = b.slice(x, axis, 0, 1, 1);
    }
    return b.squeeze(x, IntStream.range(1, rank).toArray());
  }
}
