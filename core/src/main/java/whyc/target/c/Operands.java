package whyc.target.c;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import whyc.graph.Graph;
import whyc.op.Constant;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** What one step reads and writes, by its names in C. */
final class Operands {
  private final Graph graph;
  private final Packing packing;
  private final Weights weights;
  private final Kernels kernels;

  /** Values of the arena that the step names. */
  private final SequencedSet<Value> named = new LinkedHashSet<>();

  Operands(Graph graph, Packing packing, Weights weights, Kernels kernels) {
    this.graph = graph;
    this.packing = packing;
    this.weights = weights;
    this.kernels = kernels;
  }

  SequencedSet<Value> named() {
    return named;
  }

  Shape shape(Value v) {
    return graph.type(v).shape();
  }

  CType type(Value v) {
    return CType.of(graph.type(v).element());
  }

  boolean isKnown(Value v) {
    return graph.node(v).op() instanceof Constant;
  }

  /** The number that all elements of a known value are. */
  Optional<String> literal(Value v) {
    return graph.node(v).op() instanceof Constant c && c.value().isUniform()
        ? Optional.of(literal(c.value()))
        : Optional.empty();
  }

  private static String literal(Tensor t) {
    CType type = CType.of(t.element());
    return type == CType.I64 ? CType.long64(t.longs()[0]) : type.literal(t.at(0));
  }

  /** The first element of a value that is stored in whole elements. */
  String pointer(Value v) {
    if (!isKnown(v) && packing.bits(v).isPresent()) {
      throw TargetException.at(
          graph.node(v), "truth values that are read one by one", "a kernel for rows of them");
    }
    return name(v);
  }

  /** The first byte of a value, packed or not. */
  String name(Value v) {
    if (isKnown(v)) {
      return weights.array(v);
    }
    named.add(v);
    return "v" + v.index();
  }

  /** Bits of an element where elements are packed. */
  Optional<Integer> bits(Value v) {
    return isKnown(v) ? Optional.empty() : packing.bits(v);
  }

  /** One element, wherever it lies. */
  String element(Value v, String position) {
    return literal(v)
        .orElseGet(() ->
            bits(v)
                .map(b -> "%s(%s, %s, %d)".formatted(kernels.code(), name(v), position, b))
                .orElseGet(() -> "%s[%s]".formatted(name(v), position)));
  }
}
