package whyc.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cost;
import whyc.op.Input;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

/**
 * A program in which values are dropped at some lines and computed again where they are read after
 * that, with an estimate of what lives when. Time is counted in lines of the original program; all
 * that is computed again for a line happens at its time.
 */
final class Replay {
  /** What is known of the original program, the same for all that is made of it. */
  private static final class Original {
    final Graph graph;
    final boolean[] varies;
    final long[] bytes;
    final long[] operations;
    final boolean[] view;
    final boolean[] input;
    final boolean[] elementwise;
    final int[][] operands;

    Original(Graph graph) {
      this.graph = graph;
      this.varies = graph.dependingOnInputs();
      this.bytes = new long[varies.length];
      this.operations = new long[varies.length];
      this.view = new boolean[varies.length];
      this.input = new boolean[varies.length];
      this.elementwise = new boolean[varies.length];
      this.operands = new int[varies.length][];
      for (int i = 0; i < varies.length; i++) {
        Node n = graph.nodes().get(i);
        bytes[i] = varies[i] ? bytes(n.type()) : 0;
        view[i] = varies[i] && RowMajorStorage.isView(n.op());
        input[i] = n.op() instanceof Input;
        elementwise[i] = RowMajorStorage.isElementwise(n.op());
        operands[i] = n.operands().stream().mapToInt(Value::index).toArray();
        if (varies[i] && n.op() instanceof Primitive p) {
          Cost cost = p.cost(n.operands().stream().map(graph::type).toList());
          operations[i] = cost.multiplyAdds() + cost.elementary();
        }
      }
    }

    private static long bytes(TensorType type) {
      return type.element() == ElementType.BOOL
          ? Math.ceilDiv(type.bytes(), Byte.SIZE)
          : type.bytes();
    }

    Node node(int line) {
      return graph.nodes().get(line);
    }

    /** Whether a line can be computed again: an input is given once, and a weight stays. */
    boolean computes(int line) {
      return varies[line] && !input[line];
    }
  }

  /**
   * Values that are dropped together after some time: one, and what is needed to compute it again.
   *
   * @param time the last at which the former values are read
   * @param costPerByte arithmetic operations to compute all of them, for each byte of the first
   */
  record Drop(int time, List<Integer> lines, double costPerByte) {}

  /** A line of this program. */
  private static final class Line {
    /** The line of the original that it is. */
    final int origin;

    /** When it runs. */
    final int time;

    /** Lines of this program. */
    final int[] operands;

    Line(int origin, int time, int[] operands) {
      this.origin = origin;
      this.time = time;
      this.operands = operands;
    }
  }

  /** Writes the lines of a program. */
  private static final class Writer {
    private final Original original;
    private final Map<Integer, NavigableSet<Integer>> drops;
    private final List<Line> lines = new ArrayList<>();

    /** For each line of the original its latest version. */
    private final int[] current;

    Writer(Original original, Map<Integer, NavigableSet<Integer>> drops) {
      this.original = original;
      this.drops = drops;
      this.current = new int[original.graph.nodes().size()];
    }

    List<Line> lines() {
      for (int line = 0; line < current.length; line++) {
        run(line, line);
      }
      return needed();
    }

    private int run(int line, int time) {
      int[] read = original.operands[line].clone();
      for (int i = 0; i < read.length; i++) {
        read[i] = version(read[i], time);
      }
      lines.add(new Line(line, time, read));
      current[line] = lines.size() - 1;
      return current[line];
    }

    /** The version of a line that one reads at some time, computed there where it was dropped. */
    private int version(int line, int time) {
      return isDropped(line, time) ? run(line, time) : current[line];
    }

    private boolean isDropped(int line, int time) {
      NavigableSet<Integer> after = drops.get(line);
      Integer last = after == null ? null : after.lower(time);
      return last != null && lines.get(current[line]).time <= last;
    }

    /** Without those that nothing reads any more; inputs stay. */
    private List<Line> needed() {
      boolean[] needed = new boolean[lines.size()];
      original.graph.outputs().values().forEach(v -> needed[first(lines, v.index())] = true);
      int[] place = new int[lines.size()];
      for (int i = lines.size() - 1; i >= 0; i--) {
        needed[i] |= original.input[lines.get(i).origin];
        for (int operand : lines.get(i).operands) {
          needed[operand] |= needed[i];
        }
      }
      List<Line> kept = new ArrayList<>();
      for (int i = 0; i < place.length; i++) {
        if (needed[i]) {
          place[i] = kept.size();
          Line line = lines.get(i);
          int[] read = line.operands.clone();
          for (int k = 0; k < read.length; k++) {
            read[k] = place[read[k]];
          }
          kept.add(new Line(line.origin, line.time, read));
        }
      }
      return kept;
    }
  }

  /** The version that the original line became: outputs are taken from there. */
  private static int first(List<Line> lines, int origin) {
    return IntStream.range(0, lines.size())
        .filter(i -> lines.get(i).origin == origin)
        .findFirst()
        .orElseThrow();
  }

  private final Original original;

  /** By line of the original, the times after which it is dropped. */
  private final Map<Integer, NavigableSet<Integer>> drops;

  private final List<Line> lines;

  /** For each line the one whose memory it lies in, and the last to read that. */
  private final int[] owners;

  private final int[] lastReads;

  /** For each line what lives while it runs. */
  private final long[] live;

  private final long operations;

  private Replay(Original original, Map<Integer, NavigableSet<Integer>> drops) {
    this.original = original;
    this.drops = drops;
    this.lines = new Writer(original, drops).lines();
    this.owners = new int[lines.size()];
    this.lastReads = new int[lines.size()];
    this.live = new long[lines.size()];
    readers();
    lives();
    this.operations = lines.stream().mapToLong(line -> original.operations[line.origin]).sum();
  }

  /** The program itself, without the lines that no output needs. */
  static Replay of(Graph graph) {
    return new Replay(new Original(graph), Map.of());
  }

  Replay without(Drop drop) {
    Map<Integer, NavigableSet<Integer>> more = new HashMap<>(drops);
    for (int line : drop.lines) {
      NavigableSet<Integer> after = new TreeSet<>(more.getOrDefault(line, new TreeSet<>()));
      after.add(drop.time);
      more.put(line, after);
    }
    return new Replay(original, more);
  }

  private void readers() {
    Arrays.fill(lastReads, -1);
    for (int i = 0; i < owners.length; i++) {
      owners[i] = original.view[lines.get(i).origin] ? owners[lines.get(i).operands[0]] : i;
      for (int operand : lines.get(i).operands) {
        lastReads[owners[operand]] = i;
      }
    }
    original
        .graph
        .outputs()
        .values()
        .forEach(v -> lastReads[owners[first(lines, v.index())]] = owners.length);
  }

  /** Inputs are there from the start; an elementwise line is written over what it reads last. */
  private void lives() {
    long[] freed = new long[live.length];
    long taken = 0;
    for (int i = 0; i < live.length; i++) {
      if (owners[i] == i && lastReads[i] >= 0 && lastReads[i] < live.length) {
        freed[lastReads[i]] += bytes(i);
      }
      taken += isInput(i) ? bytes(i) : 0;
    }
    for (int i = 0; i < live.length; i++) {
      long own = owners[i] == i && !isInput(i) && lastReads[i] >= 0 ? bytes(i) : 0;
      live[i] = taken + (overwrites(i) ? 0 : own);
      taken += own - freed[i];
    }
  }

  private boolean isInput(int i) {
    return original.input[lines.get(i).origin];
  }

  private long bytes(int i) {
    return original.bytes[lines.get(i).origin];
  }

  private boolean overwrites(int i) {
    if (original.elementwise[lines.get(i).origin]) {
      for (int v : lines.get(i).operands) {
        if (lastReads[owners[v]] == i && bytes(v) == bytes(i)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Arithmetic of all lines. */
  long operations() {
    return operations;
  }

  /** The most that lives at one time, in bytes. */
  long peak() {
    return Arrays.stream(live).max().orElse(0);
  }

  /** How far what lives at each time is above a target, added up. */
  double excess(double target) {
    long[] most = new long[original.graph.nodes().size()];
    for (int i = 0; i < live.length; i++) {
      most[lines.get(i).time] = Math.max(most[lines.get(i).time], live[i]);
    }
    return Arrays.stream(most).mapToDouble(bytes -> Math.max(0, bytes - target)).sum();
  }

  /** What only waits where most lives. */
  List<Drop> droppable() {
    int at = IntStream.range(0, live.length).reduce((a, b) -> live[b] > live[a] ? b : a).orElse(0);
    int[] nextReads = nextReads(at);
    Index index = index();
    List<Drop> found = new ArrayList<>();
    for (int i = 0; i < at; i++) {
      boolean waits =
          owners[i] == i
              && original.computes(lines.get(i).origin)
              && nextReads[i] > at
              && nextReads[i] < live.length
              && lastReads[i] < live.length
              && lines.get(nextReads[i]).time > lines.get(at).time;
      if (waits) {
        found.add(drop(i, nextReads[i], index));
      }
    }
    return found;
  }

  /**
   * What is looked up for every candidate.
   *
   * @param sharers for each owner itself and the lines that lie in its memory
   * @param versions for each line of the original those that it became
   */
  private record Index(List<List<Integer>> sharers, List<List<Integer>> versions) {}

  private Index index() {
    Index index = new Index(lists(live.length), lists(original.operands.length));
    for (int i = 0; i < live.length; i++) {
      index.sharers.get(owners[i]).add(i);
      index.versions.get(lines.get(i).origin).add(i);
    }
    return index;
  }

  private static List<List<Integer>> lists(int count) {
    return Stream.generate(() -> (List<Integer>) new ArrayList<Integer>()).limit(count).toList();
  }

  /** For each owner who reads it first, from some line on; the number of lines for nobody. */
  private int[] nextReads(int from) {
    int[] next = new int[live.length];
    Arrays.fill(next, live.length);
    for (int i = live.length - 1; i >= from; i--) {
      for (int operand : lines.get(i).operands) {
        next[owners[operand]] = i;
      }
    }
    return next;
  }

  /**
   * A value, and all that it takes to compute it anew for a reader: what lives then anyway need not
   * be computed, inputs and weights cannot be.
   */
  private Drop drop(int value, int reader, Index index) {
    int time = lines.get(reader).time;
    TreeMap<Integer, Long> costs = new TreeMap<>();
    List<Integer> pending = new ArrayList<>(views(index.sharers.get(value)));
    while (!pending.isEmpty()) {
      int line = pending.removeLast();
      if (costs.putIfAbsent(line, original.operations[line]) == null) {
        for (int operand : original.operands[line]) {
          if (original.computes(operand) && !lives(operand, index.versions.get(operand), reader)) {
            pending.add(operand);
          }
        }
      }
    }
    long cost = costs.values().stream().mapToLong(Long::longValue).sum();
    return new Drop(
        time - 1, List.copyOf(costs.keySet()), (double) cost / Math.max(1, bytes(value)));
  }

  /** The original lines of a value and of the views that keep it. */
  private List<Integer> views(List<Integer> sharers) {
    return sharers.stream().map(i -> lines.get(i).origin).distinct().toList();
  }

  /** Whether a version of a line is kept beyond some reader. */
  private boolean lives(int line, List<Integer> versions, int reader) {
    int time = lines.get(reader).time;
    for (int i : versions.reversed()) {
      if (i < reader) {
        Integer dropped = drops.containsKey(line) ? drops.get(line).lower(time) : null;
        return (dropped == null || lines.get(i).time > dropped) && lastReads[owners[i]] >= reader;
      }
    }
    return false;
  }

  /** The program as a graph, with the original's labels on the lines that computed them first. */
  Graph graph() {
    boolean[] labelled = new boolean[original.graph.nodes().size()];
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      Node n = original.node(lines.get(i).origin);
      List<Value> read = IntStream.of(lines.get(i).operands).mapToObj(Value::new).toList();
      nodes.add(new Node(n.op(), read, n.type(), labelled[lines.get(i).origin] ? "" : n.label()));
      labelled[lines.get(i).origin] = true;
    }
    return new Graph(
        nodes, Builder.mapped(original.graph.outputs(), v -> new Value(first(lines, v.index()))));
  }
}
