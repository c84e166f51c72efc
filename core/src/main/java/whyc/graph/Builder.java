package whyc.graph;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import whyc.op.Composite;
import whyc.op.Constant;
import whyc.op.Cost;
import whyc.op.Emit;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A graph in the making. A line that stands already is not written again: equal computations are
 * one computation. A line of known operands is computed at once where its result is small, so that
 * shape arithmetic never reaches a graph; weights are left to those who want them folded.
 */
public final class Builder implements Emit {

  /** Results up to this size are computed when the graph is built. */
  private static final int FOLDED_ELEMENTS = 4096;

  /** Work, in elements and operations, that folding may cost in all: some seconds at most. */
  private static final long FOLDED_WORK = 1L << 31;

  private final List<Node> nodes = new ArrayList<>();

  /** Lines that depend on an input. */
  private final BitSet varying = new BitSet();

  private long foldingLeft = FOLDED_WORK;
  private final Map<Line, Value> known = new HashMap<>();

  private record Line(Op op, List<Value> operands) {}

  @Override
  public Value emit(Op op, List<Value> operands) {
    return emit(op, operands, "");
  }

  /** Appends a line that computes the model's tensor {@code label}. */
  public Value emit(Op op, List<Value> operands, String label) {
    Line line = new Line(op, List.copyOf(operands));
    Value value = known.get(line);
    if (value == null) {
      value = append(line, label);
      known.put(line, value);
    } else {
      name(value, label);
    }
    return value;
  }

  private Value append(Line line, String label) {
    TensorType type = line.op.infer(line.operands.stream().map(this::type).toList());
    if (line.op instanceof Primitive p
        && !line.operands.isEmpty()
        && line.operands.stream().allMatch(this::isConstant)
        && isSmall(line.operands, type.shape())
        && affords(p, line.operands, type)) {
      List<Tensor> tensors = line.operands.stream().map(v -> constant(v).orElseThrow()).toList();
      return emit(new Constant(p.evaluate(tensors)), List.of(), label);
    }
    add(new Node(line.op, line.operands, type, label));
    return new Value(nodes.size() - 1);
  }

  private void add(Node n) {
    varying.set(
        nodes.size(),
        n.op() instanceof Input || n.operands().stream().anyMatch(v -> varying.get(v.index())));
    nodes.add(n);
  }

  /** Takes the work of one folding from what is left; what is too much stays a line. */
  private boolean affords(Primitive op, List<Value> operands, TensorType result) {
    Cost cost = op.cost(operands.stream().map(this::type).toList());
    long elements = operands.stream().mapToLong(v -> shape(v).size()).sum() + result.shape().size();
    foldingLeft -= elements + cost.multiplyAdds() + cost.elementary();
    return foldingLeft >= 0;
  }

  /** A small result of small operands, or one that is smaller than what it came from. */
  private boolean isSmall(List<Value> operands, Shape result) {
    return result.size() <= FOLDED_ELEMENTS
        && operands.stream().allMatch(v -> shape(v).size() <= FOLDED_ELEMENTS);
  }

  private boolean isConstant(Value value) {
    return nodes.get(value.index()).op() instanceof Constant;
  }

  /** Whether a value is made of constants alone. */
  public boolean isKnown(Value value) {
    return !varying.get(value.index());
  }

  /** Says which of the model's tensors a value is, unless that is known already. */
  public void name(Value value, String label) {
    Node n = nodes.get(value.index());
    if (n.label().isEmpty() && !label.isEmpty()) {
      nodes.set(value.index(), new Node(n.op(), n.operands(), n.type(), label));
    }
  }

  public Node node(Value value) {
    return nodes.get(value.index());
  }

  /** Number of lines so far. */
  public int size() {
    return nodes.size();
  }

  @Override
  public TensorType type(Value value) {
    return nodes.get(value.index()).type();
  }

  @Override
  public Optional<Tensor> constant(Value value) {
    return nodes.get(value.index()).op() instanceof Constant c
        ? Optional.of(c.value())
        : Optional.empty();
  }

  /**
   * Appends a whole graph, with values in place of its inputs; types follow from those. Labels stay
   * only where the inputs are the graph's own, since only there the lines compute the model's
   * tensors.
   *
   * @return the graph's outputs
   */
  public SequencedMap<String, Value> inline(Graph graph, Function<Input, Value> inputs) {
    return copy(graph, inputs, true);
  }

  /**
   * Appends a whole graph for other inputs than the model's: nothing of it is the model's tensor.
   */
  public SequencedMap<String, Value> inlineCopy(Graph graph, Function<Input, Value> inputs) {
    return copy(graph, inputs, false);
  }

  private SequencedMap<String, Value> copy(
      Graph graph, Function<Input, Value> inputs, boolean labels) {
    List<Value> values = new ArrayList<>(graph.nodes().size());
    for (Node n : graph.nodes()) {
      boolean labelled = labels || n.op() instanceof Constant;
      values.add(
          n.op() instanceof Input input
              ? inputs.apply(input)
              : emit(
                  n.op(),
                  n.operands().stream().map(v -> values.get(v.index())).toList(),
                  labelled ? n.label() : ""));
      if (labels && n.op() instanceof Input) {
        name(values.getLast(), n.label());
      }
    }
    return mapped(graph.outputs(), v -> values.get(v.index()));
  }

  /** The same names for other values. */
  public static SequencedMap<String, Value> mapped(
      SequencedMap<String, Value> outputs, Function<Value, Value> map) {
    SequencedMap<String, Value> result = new java.util.LinkedHashMap<>();
    outputs.forEach((name, value) -> result.put(name, map.apply(value)));
    return result;
  }

  /** A builder that continues a graph: every value of the graph keeps its place. */
  public static Builder continuing(Graph graph) {
    Builder b = new Builder();
    for (Node n : graph.nodes()) {
      b.known.putIfAbsent(new Line(n.op(), n.operands()), new Value(b.nodes.size()));
      b.add(n);
    }
    return b;
  }

  /** Appends what a composite stands for; a primitive is appended as it is. */
  public Value expand(Op op, List<Value> operands, String label) {
    return switch (op) {
      case Composite c -> {
        Value value = c.expand(new Expanding(this), operands);
        name(value, label);
        yield value;
      }
      case Primitive p -> emit(p, operands, label);
    };
  }

  /** Expands composites within composites. */
  private record Expanding(Builder builder) implements Emit {
    @Override
    public Value emit(Op op, List<Value> operands) {
      return builder.expand(op, operands, "");
    }

    @Override
    public TensorType type(Value value) {
      return builder.type(value);
    }

    @Override
    public Optional<Tensor> constant(Value value) {
      return builder.constant(value);
    }
  }

  public Graph finish(SequencedMap<String, Value> outputs) {
    return new Graph(nodes, outputs);
  }
}
