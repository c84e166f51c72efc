package whyc.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;

/** Which lines of a graph run on a machine, and who reads whose memory there. */
final class Lines {
  final Graph graph;

  /** For each line whether a run computes or is given it: the others are known, or not needed. */
  private final boolean[] varies;

  /** For each line the one whose memory it lies in: its own, but for views. */
  private final Value[] owners;

  private final boolean[] outputs;

  /** For each owner the lines that run and read it, or a view of it, in the graph's order. */
  private final List<List<Value>> readers;

  /** For each owner itself and its views. */
  private final List<List<Value>> sharers;

  Lines(Graph graph, Storage storage) {
    this.graph = graph;
    int count = graph.nodes().size();
    this.varies = varying(graph);
    this.owners = new Value[count];
    this.outputs = new boolean[count];
    this.readers =
        Stream.generate(() -> (List<Value>) new ArrayList<Value>()).limit(count).toList();
    this.sharers =
        Stream.generate(() -> (List<Value>) new ArrayList<Value>()).limit(count).toList();
    for (int i = 0; i < count; i++) {
      Value line = new Value(i);
      owners[i] =
          varies[i] && !isInput(line) ? storage.views(line).map(this::owner).orElse(line) : line;
      sharers.get(owners[i].index()).add(line);
      if (runs(line)) {
        graph.node(line).operands().stream()
            .map(this::owner)
            .distinct()
            .forEach(owner -> readers.get(owner.index()).add(line));
      }
    }
    graph.outputs().values().forEach(v -> outputs[owner(v).index()] = true);
  }

  /** Inputs vary even where no output needs them, since they are given all the same. */
  private static boolean[] varying(Graph graph) {
    boolean[] depends = graph.dependingOnInputs();
    boolean[] needed = graph.neededFor(graph.outputs().values());
    for (int i = 0; i < depends.length; i++) {
      depends[i] &= needed[i] || graph.nodes().get(i).op() instanceof Input;
    }
    return depends;
  }

  boolean isInput(Value line) {
    return graph.node(line).op() instanceof Input;
  }

  /** Whether a value is there before any run, as weights are. */
  boolean isKnown(Value value) {
    return !varies[value.index()];
  }

  /** Whether a line wants a step. */
  boolean runs(Value line) {
    return varies[line.index()] && !isInput(line) && owner(line).equals(line);
  }

  Value owner(Value value) {
    return owners[value.index()];
  }

  /** Whether an owner, or a view of it, is an output of the graph. */
  boolean isOutput(Value owner) {
    return outputs[owner.index()];
  }

  List<Value> readers(Value owner) {
    return readers.get(owner.index());
  }

  /** An owner and its views. */
  List<Value> sharers(Value owner) {
    return sharers.get(owner.index());
  }

  Step step(List<Value> lines) {
    List<Value> operands =
        lines.stream()
            .map(graph::node)
            .map(Node::operands)
            .flatMap(List::stream)
            .filter(v -> !lines.contains(v))
            .distinct()
            .toList();
    return new Step(lines, operands, lines.stream().filter(v -> isRead(v, lines)).toList());
  }

  private boolean isRead(Value line, List<Value> own) {
    return isOutput(line) || !own.containsAll(readers(line));
  }
}
