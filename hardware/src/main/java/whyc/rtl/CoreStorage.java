package whyc.rtl;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import whyc.graph.Graph;
import whyc.op.ArgMax;
import whyc.op.Input;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.schedule.Storage;
import whyc.tensor.ElementType;

/** What the core's memories say to a schedule: sizes are in words of so many lanes. */
final class CoreStorage implements Storage {
  /** Codes that operations read. */
  static final String FEATURES = "features";

  /** One bit for each code. */
  static final String MASKS = "masks";

  /** The tap that won, for each result of a pooling. */
  static final String SWITCHES = "switches";

  /** Codes that leave the core, or that the class is found among. */
  static final String RESULTS = "results";

  /** Lines of the weight memory that are written on the way. */
  static final String LINES = "lines";

  /** The register that holds the class. */
  static final String CLASS = "class";

  private final Graph g;
  private final int lanes;
  private final Map<List<Value>, Operation> operations = new HashMap<>();

  /** Values that operations read as features. */
  private final Set<Value> read = new HashSet<>();

  private final Set<Value> switches = new HashSet<>();

  /** Values that the array multiplies by. */
  private final Set<Value> weights = new HashSet<>();

  CoreStorage(Graph g, int lanes, List<Operation> all) {
    this.g = g;
    this.lanes = lanes;
    for (Operation o : all) {
      operations.put(o.lines(), o);
      o.switches().ifPresent(switches::add);
      if (!(o.source() instanceof Source.Winner) && !(o.source() instanceof Source.Row)) {
        read.add(o.source().operand());
      }
      if (o.source() instanceof Source.Joined j) {
        read.addAll(j.parts());
      }
      if (o.source() instanceof Source.Weighted w) {
        weights.add(w.weights());
      }
      o.epilogue().residual().ifPresent(r -> read.add(r.value()));
    }
  }

  Operation operation(Step step) {
    return Objects.requireNonNull(operations.get(step.lines()));
  }

  Plane plane(Value v) {
    return Plane.of(g.type(v).shape(), lanes);
  }

  String memory(Value v) {
    if (g.node(v).op() instanceof ArgMax) {
      return CLASS;
    }
    if (switches.contains(v)) {
      return SWITCHES;
    }
    if (g.type(v).element() == ElementType.BOOL) {
      return MASKS;
    }
    if (weights.contains(v)) {
      if (read.contains(v)) {
        throw new RtlException(
            "RTL: numbers that the array multiplies by want to be nothing else, got those of line %"
                + v.index());
      }
      return LINES;
    }
    return read.contains(v) || g.node(v).op() instanceof Input ? FEATURES : RESULTS;
  }

  @Override
  public Room room(Value value) {
    String memory = memory(value);
    return new Room(memory, memory.equals(CLASS) ? 1 : plane(value).words());
  }

  @Override
  public Optional<Room> scratch(Step step) {
    return Optional.empty();
  }

  /** Steps are given. */
  @Override
  public boolean joins(Step step, Value line) {
    return false;
  }

  @Override
  public Optional<Value> views(Value line) {
    return new Views(g).of(line);
  }

  /**
   * A residual is read at a position before the result is written there; what is summed over is
   * read all over the value.
   */
  @Override
  public boolean overwrites(Step step, Value operand, Value result) {
    Operation o = operation(step);
    Value owner = new Views(g).owner(operand);
    boolean isWhere = o.source() instanceof Source.Codes || !o.source().operands().contains(owner);
    return isWhere
        && memory(owner).equals(FEATURES)
        && memory(result).equals(FEATURES)
        && plane(owner).equals(plane(result));
  }
}
