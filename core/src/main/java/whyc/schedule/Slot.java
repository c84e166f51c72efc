package whyc.schedule;

import java.util.List;
import whyc.op.Value;

/**
 * A piece of memory and the time in which it is taken.
 *
 * @param memory its name
 * @param offset in units of that memory
 * @param from the first step at which it is taken; -1 where it is there before the first, as an
 *     input is
 * @param to the last step at which it is taken; the number of steps where it outlives the last
 * @param values that lie in it: one and its views, then one that was written over it, and so on;
 *     none for working memory
 */
public record Slot(String memory, long offset, long size, int from, int to, List<Value> values) {
  public Slot {
    values = List.copyOf(values);
  }

  Slot at(long other) {
    return new Slot(memory, other, size, from, to, values);
  }

  /** Whether both are taken at some step. */
  boolean meets(Slot other) {
    return from <= other.to && other.from <= to;
  }

  @Override
  public String toString() {
    return memory + "@" + offset + "+" + size + " [" + from + ".." + to + "]";
  }
}
