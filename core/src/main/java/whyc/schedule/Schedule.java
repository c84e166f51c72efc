package whyc.schedule;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.ToLongFunction;
import whyc.graph.Graph;
import whyc.op.Value;

/**
 * A graph in the order in which it runs, and where each of its values lies at what time. What
 * depends on no input is known before the run and has neither step nor slot; neither has what no
 * output needs, but for inputs, which always have a slot.
 *
 * @param slots by value, and working memory by step
 * @param extents of each memory, the most that is taken of it at one time, holes included
 */
public record Schedule(
    Graph graph, List<Step> steps, List<Slot> slots, SequencedMap<String, Long> extents) {
  public Schedule {
    steps = List.copyOf(steps);
    slots = List.copyOf(slots);
    extents = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(extents));
  }

  /** Orders a graph: as it is written, or better where that takes less of a memory. */
  public static Schedule of(Graph graph, Storage storage) {
    Lines lines = new Lines(graph, storage);
    return best(lines, storage, Fusion.of(lines, storage));
  }

  /**
   * Orders a graph whose lines were put together by somebody else.
   *
   * @param steps the lines of each, in the graph's order; all that runs is in one of them
   */
  public static Schedule of(Graph graph, Storage storage, List<List<Value>> steps) {
    Lines lines = new Lines(graph, storage);
    return best(lines, storage, steps.stream().map(lines::step).toList());
  }

  private static Schedule best(Lines lines, Storage storage, List<Step> steps) {
    Graph graph = lines.graph;
    Schedule best = packed(graph, steps, Lifetimes.of(lines, storage, steps));
    for (List<Step> order : Order.candidates(lines, storage, steps)) {
      List<Slot> slots = Lifetimes.of(lines, storage, order);
      if (isLess(live(slots), best.extents)) {
        Schedule candidate = packed(graph, order, slots);
        best = isLess(candidate.extents, best.extents) ? candidate : best;
      }
    }
    return best;
  }

  private static Schedule packed(Graph graph, List<Step> order, List<Slot> slots) {
    List<Slot> packed = Packing.ofAll(slots);
    return new Schedule(graph, order, packed, by(packed, Packing::extent));
  }

  /** Less of one memory and no more of any: sizes of different memories do not compare. */
  private static boolean isLess(Map<String, Long> taken, Map<String, Long> than) {
    return !taken.equals(than)
        && taken.entrySet().stream()
            .allMatch(e -> e.getValue() <= than.getOrDefault(e.getKey(), 0L));
  }

  /** Of each memory the most that is taken at one time, without holes: extents are no less. */
  public SequencedMap<String, Long> live() {
    return live(slots);
  }

  private static SequencedMap<String, Long> live(List<Slot> slots) {
    return by(slots, Packing::live);
  }

  private static SequencedMap<String, Long> by(
      List<Slot> slots, ToLongFunction<List<Slot>> measure) {
    SequencedMap<String, List<Slot>> memories = new LinkedHashMap<>();
    slots.forEach(
        slot -> memories.computeIfAbsent(slot.memory(), any -> new ArrayList<>()).add(slot));
    SequencedMap<String, Long> measured = new LinkedHashMap<>();
    memories.forEach((memory, own) -> measured.put(memory, measure.applyAsLong(own)));
    return measured;
  }

  /** The slot in which a value lies; a view lies in that of its operand. */
  public Slot slot(Value value) {
    return slots.stream()
        .filter(slot -> slot.values().contains(value))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "a slot wants a value that outlives its step, got "
                    + value
                    + " = "
                    + graph.node(value).op().name()));
  }

  /** The working memory of a step. */
  public Optional<Slot> workspace(Step step) {
    int index = steps.indexOf(step);
    return slots.stream()
        .filter(slot -> slot.values().isEmpty() && slot.from() == index)
        .findFirst();
  }

  /** The step that computes a line; absent for inputs, views, and what is known. */
  public Optional<Step> stepOf(Value line) {
    return steps.stream().filter(step -> step.lines().contains(line)).findFirst();
  }

  /** A paragraph for the inputs, one line or more for each step, one for each memory. */
  @Override
  public String toString() {
    return new ScheduleText(this).text();
  }
}
