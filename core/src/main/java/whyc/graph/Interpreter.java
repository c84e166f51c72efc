package whyc.graph;

import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import whyc.op.Composite;
import whyc.op.Input;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.Tensor;

/**
 * Runs a graph line by line with each operator's own evaluation: slow, and right by inspection. It
 * is the reference that engines are checked against.
 */
public final class Interpreter {
  private Interpreter() {}

  /** Computes primitives in their own stead, and so sees every value of a run. */
  public interface Evaluation {
    Tensor evaluate(Value line, Primitive op, List<Tensor> operands);
  }

  /**
   * The outputs for given inputs. Lines that no output needs are not run, and a value is dropped
   * after its last use.
   */
  public static SequencedMap<String, Tensor> run(Graph graph, Map<String, Tensor> inputs) {
    return run(graph, inputs, (line, op, operands) -> op.evaluate(operands));
  }

  /** The same, with primitives computed by another. */
  public static SequencedMap<String, Tensor> run(
      Graph graph, Map<String, Tensor> inputs, Evaluation evaluation) {
    int[] lastUse = lastUses(graph);
    Map<Value, Tensor> values = new HashMap<>();
    for (int i = 0; i < lastUse.length; i++) {
      if (lastUse[i] < 0) {
        continue;
      }
      int line = i;
      Node n = graph.nodes().get(i);
      List<Tensor> operands = all(n.operands(), values);
      values.put(
          new Value(i),
          switch (n.op()) {
            case Input input -> given(input, inputs);
            case Primitive p -> evaluation.evaluate(new Value(line), p, operands);
            case Composite c -> evaluate(c, operands);
          });
      n.operands().stream().filter(v -> lastUse[v.index()] == line).forEach(values::remove);
    }
    SequencedMap<String, Tensor> outputs = new LinkedHashMap<>();
    List<Tensor> results = all(graph.outputs().values(), values);
    Iterator<Tensor> result = results.iterator();
    graph.outputs().keySet().forEach(name -> outputs.put(name, result.next()));
    return outputs;
  }

  private static List<Tensor> all(Collection<Value> wanted, Map<Value, Tensor> values) {
    return wanted.stream().map(values::get).map(Objects::requireNonNull).toList();
  }

  private static Tensor given(Input input, Map<String, Tensor> inputs) {
    Tensor tensor = inputs.get(input.input());
    if (tensor == null || !tensor.type().equals(input.type())) {
      throw new IllegalArgumentException(
          "input "
              + input.input()
              + " wants "
              + input.type()
              + ", got "
              + (tensor == null ? "nothing" : tensor.type()));
    }
    return tensor;
  }

  private static Tensor evaluate(Composite c, List<Tensor> operands) {
    Builder b = new Builder();
    List<Value> values = operands.stream().map(b::constant).toList();
    Value result = b.expand(c, values, "");
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of("result", result));
    return run(b.finish(outputs), Map.of()).firstEntry().getValue();
  }

  /**
   * For each line the last line that uses it; the number of lines for an output, -1 for a line that
   * is not needed.
   */
  static int[] lastUses(Graph graph) {
    int[] last = new int[graph.nodes().size()];
    Arrays.fill(last, -1);
    graph.outputs().values().forEach(v -> last[v.index()] = last.length);
    for (int i = last.length - 1; i >= 0; i--) {
      if (last[i] >= 0) {
        for (Value operand : graph.nodes().get(i).operands()) {
          last[operand.index()] = Math.max(last[operand.index()], i);
        }
      }
    }
    return last;
  }
}
