package whyc.simulate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * Computes a graph as zero-free cores do: layers from their inputs that are not zero, everything
 * else line by line.
 */
public final class Values {
  private final Graph graph;
  private final UnaryOperator<Tensor> stored;
  private final Map<Value, Layer> layers = new HashMap<>();
  private final Map<Value, double[]> weights = new HashMap<>();
  private final boolean[] depends;

  public Values(Graph graph) {
    this(graph, t -> t);
  }

  /**
   * Of a graph whose real numbers are rounded whenever they are stored.
   *
   * @param stored rounds a tensor
   */
  Values(Graph graph, UnaryOperator<Tensor> stored) {
    this.graph = graph;
    this.stored = stored;
    this.depends = graph.dependingOnInputs();
    Layer.of(graph, graph.outputs().keySet()).forEach(l -> layers.put(l.line(), l));
  }

  /** The outputs for given inputs. */
  public SequencedMap<String, Tensor> run(Map<String, Tensor> inputs) {
    return run(inputs, (line, result) -> {});
  }

  /** The same; {@code sees} is told of every line's result. */
  SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, BiConsumer<Value, Tensor> sees) {
    return Interpreter.run(
        graph,
        inputs,
        (line, op, operands) -> {
          Tensor result = stored.apply(evaluate(line, op, operands));
          sees.accept(line, result);
          return result;
        });
  }

  private Tensor evaluate(Value line, Primitive op, List<Tensor> operands) {
    Layer l = layers.get(line);
    if (l == null || !l.isPlain(op)) {
      return op.evaluate(operands);
    }
    int input = l.form() == Layer.Form.RIGHT ? 1 : 0;
    double[] w = weights(l, operands.get(1 - input));
    double[] sums = ZeroFreeProducts.of(l.loops(), l.inputs(operands.get(input)), w);
    return l.tensor(graph.type(line), sums);
  }

  private double[] weights(Layer l, Tensor w) {
    return depends[l.weight().index()]
        ? l.weights(w)
        : weights.computeIfAbsent(l.line(), any -> l.weights(w));
  }

  /** Rounds to the numbers of bfloat16, half to even: the upper 16 bits of a float. */
  static Tensor bfloat16(Tensor t) {
    if (t.element() != ElementType.FLOAT32) {
      return t;
    }
    float[] values = t.floats().clone();
    for (int i = 0; i < values.length; i++) {
      int bits = Float.floatToRawIntBits(values[i]);
      int rounded = bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000;
      values[i] = Float.isFinite(values[i]) ? Float.intBitsToFloat(rounded) : values[i];
    }
    return Tensor.of(t.shape(), values);
  }
}
