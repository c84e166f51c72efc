package whyc.target.c;

import java.util.Optional;
import java.util.function.ToLongFunction;
import whyc.graph.Graph;
import whyc.op.Cast;
import whyc.op.Value;
import whyc.schedule.RowMajorStorage;
import whyc.schedule.Step;
import whyc.schedule.Storage;

/**
 * One arena of bytes: numbers as they are, row-major, and truth values and switches packed. Rows
 * that kernels fill lie there, too, for as long as their step runs.
 */
record ArenaStorage(Graph graph, Packing packing, ToLongFunction<Step> scratchBytes)
    implements Storage {
  static final String ARENA = "arena";

  private static final int ALIGNMENT = 16;

  /** Lines of one loop, at most: more of them would not fit the registers of any machine. */
  private static final int MOST_LINES = 24;

  static long aligned(long bytes) {
    return Math.ceilDiv(bytes, ALIGNMENT) * ALIGNMENT;
  }

  @Override
  public Room room(Value value) {
    return new Room(ARENA, aligned(packing.bytes(value, graph)));
  }

  @Override
  public Optional<Room> scratch(Step step) {
    long bytes = scratchBytes.applyAsLong(step);
    return bytes == 0 ? Optional.empty() : Optional.of(new Room(ARENA, bytes));
  }

  /** Codes stay codes in the arena: what widens them runs where they are read. */
  @Override
  public boolean joins(Step step, Value line) {
    return RowMajorStorage.isElementwise(graph.node(line).op())
        && !widens(step, line)
        && graph.type(line).shape().equals(graph.type(step.heart()).shape())
        && step.lines().size() < MOST_LINES;
  }

  private boolean widens(Step step, Value line) {
    return graph.node(line).op() instanceof Cast
        && !Hearts.isPointwise(graph.node(step.heart()).op())
        && packing.bytes(line, graph)
            > packing.bytes(graph.node(line).operands().getFirst(), graph);
  }

  @Override
  public Optional<Value> views(Value line) {
    return RowMajorStorage.isView(graph.node(line).op())
        ? Optional.of(graph.node(line).operands().getFirst())
        : Optional.empty();
  }

  /** Elements are written where they were read, and rows of bits after they were. */
  @Override
  public boolean overwrites(Step step, Value operand, Value result) {
    return graph.type(operand).shape().equals(graph.type(result).shape())
        && packing.bits(operand).equals(packing.bits(result))
        && graph.type(operand).element().bytes() == graph.type(result).element().bytes()
        && step.lines().stream()
            .map(graph::node)
            .filter(n -> n.operands().contains(operand))
            .allMatch(n -> RowMajorStorage.isElementwise(n.op()));
  }
}
