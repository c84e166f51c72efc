package whyc.app.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.MaxPoolSwitches;
import whyc.op.Op;
import whyc.op.Value;
import whyc.schedule.Schedule;
import whyc.schedule.Slot;
import whyc.schedule.Step;
import whyc.tensor.ElementType;

/**
 * The memories of a schedule over time, as rectangles: what lies where, from which step to which.
 *
 * @param steps their number; time goes from -1, before the first, to this, after the last
 * @param extents of the memories, in bytes
 */
public record Arena(int steps, Map<String, Long> extents, List<Block> blocks) {

  /** What a value is good for. */
  public enum Kind {
    /** The model needs it for its own outputs. */
    FORWARD("value of the model", "#0072b2", '#'),
    /** Only the explanation needs it. */
    BACKWARD("value of the explanation", "#e69f00", '+'),
    /** It was there before, was given up, and is computed a second time. */
    AGAIN("computed again", "#56b4e9", 'o'),
    /** One bit of an activation, one byte of a window. */
    DECISION("decision of a ReLU or pooling", "#009e73", '='),
    /** Working memory of one step. */
    WORKSPACE("workspace", "#cc79a7", '%');

    private final String words;
    private final String color;
    private final char sign;

    Kind(String words, String color, char sign) {
      this.words = words;
      this.color = color;
      this.sign = sign;
    }

    String words() {
      return words;
    }

    /** Of the palette of Okabe and Ito 2008, which all kinds of eyes can tell apart. */
    String color() {
      return color;
    }

    char sign() {
      return sign;
    }
  }

  /**
   * A value in memory.
   *
   * @param from the first step
   * @param to the last step
   * @param name what it is, for a reader
   */
  public record Block(
      String memory, Kind kind, long offset, long size, int from, int to, String name) {}

  /**
   * The memories of a schedule that counts in bytes.
   *
   * @param ofModel the graph's values that the model has as outputs
   */
  public static Arena of(Schedule schedule, Collection<Value> ofModel) {
    return new Reader(schedule, ofModel).read();
  }

  /** Kinds that occur, in their order. */
  List<Kind> kinds() {
    return Arrays.stream(Kind.values())
        .filter(kind -> blocks.stream().anyMatch(b -> b.kind == kind))
        .toList();
  }

  private static final class Reader {
    private final Schedule schedule;
    private final Graph graph;
    private final boolean[] forward;
    private final boolean[] again;
    private final Map<Value, Integer> stepOf = new HashMap<>();

    Reader(Schedule schedule, Collection<Value> ofModel) {
      this.schedule = schedule;
      this.graph = schedule.graph();
      this.forward = graph.neededFor(ofModel);
      this.again = repeated(graph);
      for (int s = 0; s < schedule.steps().size(); s++) {
        for (Value line : schedule.steps().get(s).lines()) {
          stepOf.put(line, s);
        }
      }
    }

    /** For each line whether an earlier one computes the same of the same. */
    private static boolean[] repeated(Graph graph) {
      record Line(Op op, List<Value> operands) {}
      Map<Line, Value> first = new HashMap<>();
      List<Value> meaning = new ArrayList<>();
      boolean[] again = new boolean[graph.nodes().size()];
      for (int i = 0; i < again.length; i++) {
        Node n = graph.nodes().get(i);
        Line line =
            new Line(n.op(), n.operands().stream().map(v -> meaning.get(v.index())).toList());
        Value same = first.computeIfAbsent(line, any -> new Value(meaning.size()));
        again[i] = same.index() != i;
        meaning.add(same);
      }
      return again;
    }

    Arena read() {
      List<Block> blocks = new ArrayList<>();
      for (Slot slot : schedule.slots()) {
        if (slot.values().isEmpty()) {
          blocks.add(block(slot, Kind.WORKSPACE, slot.from(), slot.to(), "workspace"));
        }
        blocks.addAll(blocks(slot));
      }
      return new Arena(schedule.steps().size(), schedule.extents(), blocks);
    }

    /** A block for each value that was written over the one before; views are none. */
    private List<Block> blocks(Slot slot) {
      Set<Value> results = new HashSet<>();
      schedule.steps().stream().map(Step::results).forEach(results::addAll);
      List<Value> written =
          slot.values().stream()
              .filter(v -> results.contains(v) || v.equals(slot.values().getFirst()))
              .toList();
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < written.size(); i++) {
        Value value = written.get(i);
        int to = i + 1 < written.size() ? step(written.get(i + 1)) - 1 : slot.to();
        blocks.add(block(slot, kind(value), step(value), to, name(value)));
      }
      return blocks;
    }

    private int step(Value value) {
      return stepOf.getOrDefault(value, -1);
    }

    private static Block block(Slot slot, Kind kind, int from, int to, String name) {
      return new Block(slot.memory(), kind, slot.offset(), slot.size(), from, to, name);
    }

    private Kind kind(Value value) {
      if (graph.type(value).element() == ElementType.BOOL
          || graph.node(value).op() instanceof MaxPoolSwitches) {
        return Kind.DECISION;
      }
      if (again[value.index()]) {
        return Kind.AGAIN;
      }
      return forward[value.index()] || step(value) < 0 ? Kind.FORWARD : Kind.BACKWARD;
    }

    private String name(Value value) {
      Node n = graph.node(value);
      String label = n.label().isEmpty() ? n.op().name() : n.label();
      return value + " " + label + " " + n.type();
    }
  }
}
