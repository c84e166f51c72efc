package whyc.graph;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.TensorType;

/**
 * A program: lines in order, each of which uses results of earlier ones, and the names of the
 * results that are asked for.
 */
public record Graph(List<Node> nodes, SequencedMap<String, Value> outputs) {
  public Graph {
    nodes = List.copyOf(nodes);
    outputs = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(outputs));
  }

  public Node node(Value value) {
    return nodes.get(value.index());
  }

  public TensorType type(Value value) {
    return node(value).type();
  }

  /** The value that an output names. */
  public Value output(String name) {
    return Optional.ofNullable(outputs.get(name))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "an output wants to be one of " + outputs.keySet() + ", got " + name));
  }

  /** The inputs, in the order of their lines. */
  public List<Input> inputs() {
    return nodes.stream().filter(n -> n.op() instanceof Input).map(n -> (Input) n.op()).toList();
  }

  /** The line that computes the model's tensor of this name. */
  public Optional<Value> labelled(String label) {
    return IntStream.range(0, nodes.size())
        .filter(i -> nodes.get(i).label().equals(label))
        .mapToObj(Value::new)
        .findFirst();
  }

  /** For each line whether some results need it, themselves included. */
  public boolean[] neededFor(Collection<Value> results) {
    boolean[] needed = new boolean[nodes.size()];
    results.forEach(v -> needed[v.index()] = true);
    for (int i = needed.length - 1; i >= 0; i--) {
      if (needed[i]) {
        nodes.get(i).operands().forEach(v -> needed[v.index()] = true);
      }
    }
    return needed;
  }

  /** For each line whether it depends on an input; the others are known before the program runs. */
  public boolean[] dependingOnInputs() {
    boolean[] depends = new boolean[nodes.size()];
    for (int i = 0; i < depends.length; i++) {
      Node n = nodes.get(i);
      depends[i] =
          n.op() instanceof Input || n.operands().stream().anyMatch(v -> depends[v.index()]);
    }
    return depends;
  }

  /** The same program, typed for another batch: the first extent of every input. */
  public Graph withBatch(int batch) {
    Builder b = new Builder();
    return b.finish(
        b.inline(
            this,
            input ->
                b.emit(
                    new Input(
                        input.input(), input.type().with(input.type().shape().with(0, batch))))));
  }

  /** The same lines with other names for the results. */
  public Graph withOutputs(SequencedMap<String, Value> other) {
    return new Graph(nodes, other);
  }

  /** One line of text for each line of the program; see {@code docs/graph-text.md}. */
  @Override
  public String toString() {
    StringBuilder s = new StringBuilder();
    for (int i = 0; i < nodes.size(); i++) {
      Node n = nodes.get(i);
      s.append('%').append(i).append(" = ");
      s.append(n.op() instanceof Constant ? "Constant" : n.op().toString());
      n.operands().forEach(o -> s.append(' ').append(o));
      s.append(" : ").append(n.type());
      if (!n.label().isEmpty()) {
        s.append("  # ").append(n.label());
      }
      s.append('\n');
    }
    outputs.forEach((name, value) -> s.append(name).append(" = ").append(value).append('\n'));
    return s.toString();
  }
}
