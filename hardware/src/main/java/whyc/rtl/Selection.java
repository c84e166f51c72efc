package whyc.rtl;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.IntegerConvTranspose;
import whyc.op.Op;
import whyc.op.Requantize;
import whyc.op.Value;
import whyc.tensor.Tensor;

/**
 * Finds the operations that a graph of integers consists of: each begins with a line that sums or
 * reads all over a value and goes on with those that only that line's result is for.
 */
final class Selection {
  private final Graph g;
  private final ArrayProduct array;
  private final Views views;
  private final Uses uses;
  private final boolean[] varies;

  /** Lines that an operation has taken. */
  private final Set<Value> taken = new HashSet<>();

  private final List<Operation> operations = new ArrayList<>();

  private Selection(Graph g, ArrayProduct array) {
    this.g = g;
    this.array = array;
    this.views = new Views(g);
    this.uses = new Uses(g);
    this.varies = g.dependingOnInputs();
  }

  /**
   * Finds them, in the graph's order.
   *
   * @param g integers alone; what is known are constants
   * @param array by which the core multiplies
   */
  static List<Operation> of(Graph g, ArrayProduct array) {
    Selection s = new Selection(g, array);
    IntStream.range(0, g.nodes().size()).mapToObj(Value::new).forEach(s::visit);
    return List.copyOf(s.operations);
  }

  private void visit(Value line) {
    boolean runs = varies(line) && !(op(line) instanceof Input);
    if (runs && !taken.contains(line) && views.of(line).isEmpty()) {
      sparseAddend(line).ifPresent(this::take);
      take(line);
    }
  }

  private void take(Value heart) {
    Operation o = new Chain(this, heart).operation();
    taken.addAll(o.lines());
    operations.add(o);
  }

  /**
   * The transpose of a convolution with gaps between its windows that the result of another's is
   * added to, where it could be computed before. It is zero at most positions, and the other one
   * then need not be drained once more at these for the sum alone.
   */
  private Optional<Value> sparseAddend(Value heart) {
    if (!(op(heart) instanceof IntegerConvTranspose) || isSparse(heart)) {
      return Optional.empty();
    }
    Value last = heart;
    for (Optional<Value> next = uses.sole(last); next.isPresent(); next = uses.sole(last)) {
      last = next.orElseThrow();
      if (op(last) instanceof Add) {
        return g.node(last).operands().stream()
            .flatMap(x -> heartOf(x).stream())
            .filter(x -> isSparse(x) && !taken.contains(x))
            .filter(x -> isThere(g.node(x).operands().getFirst()))
            .findFirst();
      }
      if (!(op(last) instanceof Requantize) && views.of(last).isEmpty()) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** The line with the sums that a value's codes are made of. */
  private Optional<Value> heartOf(Value codes) {
    Value owner = views.owner(codes);
    return op(owner) instanceof Requantize
        ? Optional.of(views.owner(g.node(owner).operands().getFirst()))
        : Optional.empty();
  }

  private boolean isSparse(Value line) {
    return op(line) instanceof IntegerConvTranspose c
        && (c.window().strideY() > c.window().height()
            || c.window().strideX() > c.window().width());
  }

  Graph graph() {
    return g;
  }

  ArrayProduct array() {
    return array;
  }

  Views views() {
    return views;
  }

  Uses uses() {
    return uses;
  }

  Op op(Value v) {
    return g.node(v).op();
  }

  /** Whether a value depends on the image. */
  boolean varies(Value v) {
    return varies[v.index()];
  }

  Optional<Tensor> known(Value v) {
    return op(v) instanceof Constant c ? Optional.of(c.value()) : Optional.empty();
  }

  /** Whether a value is stored before a line runs that no operation has taken yet. */
  boolean isThere(Value v) {
    Value owner = views.owner(v);
    return op(owner) instanceof Input
        || operations.stream()
            .filter(o -> !(o.source() instanceof Source.Winner))
            .anyMatch(o ->
                o.result().equals(owner)
                    || o.mask().filter(owner::equals).isPresent()
                    || o.switches().filter(owner::equals).isPresent());
  }

  private String name(Value line) {
    Node n = g.node(line);
    return n.label().isEmpty() ? n.op().name() : n.op().name() + " \"" + n.label() + "\"";
  }

  RtlException refused(Value line, String rule) {
    return new RtlException(
        "RTL: %s, got %s : %s at line %s"
            .formatted(rule, name(line), g.type(line), "%" + line.index()));
  }
}
