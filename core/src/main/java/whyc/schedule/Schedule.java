package whyc.schedule;

import java.util.List;
import java.util.SequencedMap;
import whyc.graph.Graph;
import whyc.op.Value;

/**
 * A graph in the order in which it runs, and where each of its values lies at what time.
 *
 * @param slots by value, and working memory by step
 * @param extents of each memory, the most that is taken of it at one time, holes included
 */
public record Schedule(
    Graph graph, List<Step> steps, List<Slot> slots, SequencedMap<String, Long> extents) {
  public Schedule {
    steps = List.copyOf(steps);
    slots = List.copyOf(slots);
  }

  /** Orders a graph whose lines all depend on an input or are constants. */
  public static Schedule of(Graph graph, Storage storage) {
    throw new UnsupportedOperationException();
  }

  /** The slot in which a value lies; a view lies in that of its operand. */
  public Slot slot(Value value) {
    throw new UnsupportedOperationException();
  }
}
