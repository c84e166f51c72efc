package whyc.schedule;

import java.util.Optional;
import whyc.op.Value;

/**
 * What a schedule asks of the machine that it is made for: how much room a value takes and where,
 * and what may run together. A schedule knows no other fact of a machine. A storage speaks of the
 * values of one graph.
 */
public interface Storage {

  /** The room of a value that depends on an input and is no view. */
  Room room(Value value);

  /** Working memory of a step, which nothing outlives. */
  Optional<Room> scratch(Step step);

  /**
   * Whether a line may run in a step instead of its own. Asked only where every operand of the line
   * is a line of the step or there before the step begins.
   *
   * @param step as far as it is known, its results those that are read by other lines than its own
   */
  boolean joins(Step step, Value line);

  /** The operand whose memory a line only reads in another way, so that it needs no step. */
  Optional<Value> views(Value line);

  /**
   * Whether a step may write a result over an operand that nothing reads after it. Asked of results
   * and operands of equal room, and of every operand that lies there, views included.
   */
  boolean overwrites(Step step, Value operand, Value result);

  /**
   * A piece of one of the machine's memories.
   *
   * @param memory its name; a machine may have one for features and one for masks
   * @param size in units of that memory
   */
  record Room(String memory, long size) {}
}
