package whyc.schedule;

import java.util.Optional;
import whyc.graph.Graph;
import whyc.op.Binary;
import whyc.op.Cast;
import whyc.op.Gate;
import whyc.op.Op;
import whyc.op.Requantize;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Squeeze;
import whyc.op.Unary;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Where;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;

/**
 * Elements one after the other in row-major order, as they stand in a tensor: the memory {@code
 * values} holds them in the bytes of their type, the memory {@code bits} holds truth values, eight
 * in a byte. Both are counted in bytes.
 *
 * @param alignment of offsets, in bytes
 */
public record RowMajorStorage(Graph graph, int alignment) implements Storage {
  /** The memory of numbers. */
  public static final String VALUES = "values";

  /** The memory of truth values. */
  public static final String BITS = "bits";

  public RowMajorStorage {
    if (alignment < 1) {
      throw new IllegalArgumentException("an alignment wants to be at least 1, got " + alignment);
    }
  }

  @Override
  public Room room(Value value) {
    return graph.type(value).element() == ElementType.BOOL
        ? new Room(BITS, aligned(Math.ceilDiv(graph.type(value).bytes(), Byte.SIZE)))
        : new Room(VALUES, aligned(graph.type(value).bytes()));
  }

  private long aligned(long bytes) {
    return Math.ceilDiv(bytes, alignment) * alignment;
  }

  @Override
  public Optional<Room> scratch(Step step) {
    return Optional.empty();
  }

  /** Lines that go element by element over what the heart computes. */
  @Override
  public boolean joins(Step step, Value line) {
    return isElementwise(graph.node(line).op()) && shape(line).equals(shape(step.heart()));
  }

  @Override
  public Optional<Value> views(Value line) {
    return isView(graph.node(line).op())
        ? Optional.of(graph.node(line).operands().getFirst())
        : Optional.empty();
  }

  /** Whether a line leaves elements where they are. */
  public static boolean isView(Op op) {
    return op instanceof Reshape
        || op instanceof ReshapeAs
        || op instanceof Squeeze
        || op instanceof Unsqueeze;
  }

  /** Where an element of the result is written, only that of the operand was read for it. */
  @Override
  public boolean overwrites(Step step, Value operand, Value result) {
    return shape(operand).equals(shape(result))
        && width(operand) == width(result)
        && step.lines().stream()
            .filter(line -> reads(line, operand))
            .map(line -> graph.node(line).op())
            .allMatch(RowMajorStorage::isElementwise);
  }

  private boolean reads(Value line, Value operand) {
    return graph.node(line).operands().contains(operand);
  }

  /** Whether each element of the result depends on one element of each operand. */
  public static boolean isElementwise(Op op) {
    return switch (op) {
      case Unary u -> true;
      case Binary b -> true;
      case Where w -> true;
      case Gate g -> true;
      case Cast c -> true;
      case Requantize r -> true;
      case Op other -> false;
    };
  }

  private int width(Value value) {
    return graph.type(value).element().bytes();
  }

  private Shape shape(Value value) {
    return graph.type(value).shape();
  }
}
