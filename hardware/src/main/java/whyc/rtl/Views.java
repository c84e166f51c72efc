package whyc.rtl;

import java.util.Optional;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cast;
import whyc.op.Constant;
import whyc.op.Gather;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Reshape;
import whyc.op.Squeeze;
import whyc.op.Unsqueeze;
import whyc.op.Value;

/**
 * Lines of a graph that only read another value's memory in another way: other shapes and types,
 * powers of two, rows of known tables.
 */
record Views(Graph g) {
  /** The operand whose memory a line reads. */
  Optional<Value> of(Value line) {
    Node n = g.node(line);
    boolean isView =
        switch (n.op()) {
          case Cast _, Reshape _, Squeeze _, Unsqueeze _, Neg _ -> true;
          case Mul _ -> n.operands().stream().anyMatch(this::isPowerOfTwo);
          case Gather _ -> g.node(n.operands().getFirst()).op() instanceof Constant;
          default -> false;
        };
    if (!isView) {
      return Optional.empty();
    }
    int known = n.op() instanceof Gather || isKnownFactor(n) ? 1 : 0;
    return Optional.of(n.operands().get(known));
  }

  private boolean isKnownFactor(Node n) {
    return n.op() instanceof Mul && isPowerOfTwo(n.operands().getFirst());
  }

  private boolean isPowerOfTwo(Value v) {
    return g.node(v).op() instanceof Constant c
        && c.value().size() == 1
        && c.value().at(0) != 0
        && isPowerOfTwo(Math.abs(c.value().longs()[0]));
  }

  static boolean isPowerOfTwo(long x) {
    return x > 0 && Long.bitCount(x) == 1;
  }

  /** The value in whose memory another lies. */
  Value owner(Value v) {
    Value owner = v;
    for (Optional<Value> next = of(owner); next.isPresent(); next = of(owner)) {
      owner = next.orElseThrow();
    }
    return owner;
  }

  /** What a value's codes are multiplied by on the way from its owner. */
  long factor(Value v) {
    return factor(v, owner(v));
  }

  /** The same from a value on the way. */
  long factor(Value v, Value upto) {
    long factor = 1;
    for (Value x = v; !x.equals(upto); x = of(x).orElseThrow()) {
      factor *= ofLine(g.node(x));
    }
    return factor;
  }

  private long ofLine(Node n) {
    return switch (n.op()) {
      case Mul _ ->
          n.operands().stream()
              .filter(v -> g.node(v).op() instanceof Constant)
              .mapToLong(v -> ((Constant) g.node(v).op()).value().longs()[0])
              .reduce(1, (a, b) -> a * b);
      case Neg _ -> -1;
      default -> 1;
    };
  }
}
