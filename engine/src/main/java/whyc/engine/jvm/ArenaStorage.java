package whyc.engine.jvm;

import java.util.Optional;
import java.util.function.Function;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.schedule.Storage;

/** What the arena of this engine says to a schedule. */
record ArenaStorage(Arrangement a, Function<Step, Recipe> recipes) implements Storage {
  static final String VALUES = "values";
  static final String BITS = "bits";
  static final String INTEGERS = "integers";

  @Override
  public Room room(Value value) {
    return switch (a.bank(value)) {
      case VALUES -> new Room(VALUES, aligned(a.layout(value).size()));
      case BITS -> new Room(BITS, (long) a.image(value).vectors(a.lanes()) * a.planes(value));
      case INTEGERS -> new Room(INTEGERS, a.layout(value).size());
    };
  }

  private static long aligned(long size) {
    return Math.ceilDiv(size, Weights.ALIGNMENT) * Weights.ALIGNMENT;
  }

  @Override
  public Optional<Room> scratch(Step step) {
    int scratch = recipes.apply(step).scratch();
    return scratch == 0 ? Optional.empty() : Optional.of(new Room(VALUES, aligned(scratch)));
  }

  @Override
  public boolean joins(Step step, Value line) {
    return Families.follows(a, step, line);
  }

  @Override
  public Optional<Value> views(Value line) {
    return a.isView(line)
        ? Optional.of(a.graph().node(line).operands().getFirst())
        : Optional.empty();
  }

  /**
   * What a tail reads it reads where it writes; what a heart reads it reads all over the value. So
   * an operand may be overwritten that only tails read, in the same layout.
   */
  @Override
  public boolean overwrites(Step step, Value operand, Value result) {
    boolean heartReads =
        !(a.family(step.heart()) instanceof ElementwiseFamily)
            && a.graph().node(step.heart()).operands().contains(operand);
    return !heartReads
        && a.layout(operand).equals(a.layout(result))
        && a.bank(operand) == a.bank(result)
        && a.planes(operand) == a.planes(result);
  }
}
