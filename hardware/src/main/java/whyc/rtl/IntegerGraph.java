package whyc.rtl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cast;
import whyc.op.Constant;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.Mul;
import whyc.op.QuantizeLinear;
import whyc.op.Value;
import whyc.pass.FoldConstants;
import whyc.pass.RemoveDead;
import whyc.pass.SettleShapes;
import whyc.tensor.TensorType;

/**
 * A quantised graph without its real numbers: codes come in, codes go out, and who wants numbers
 * multiplies by the scales.
 *
 * @param entry makes the codes that come in, {@link #CODES}, of the real input
 * @param graph whose outputs are codes or indices
 * @param outputs in the quantised graph's order
 * @param methods what can be asked for
 */
record IntegerGraph(Graph entry, Graph graph, End input, List<End> outputs, List<String> methods) {
  /** The entry's output. */
  static final String CODES = "codes";

  IntegerGraph {
    outputs = List.copyOf(outputs);
    methods = List.copyOf(methods);
  }

  /**
   * An input or output.
   *
   * @param scale of a code
   * @param method that it belongs to; of an input 0
   */
  record End(String name, Value value, double scale, int method) {}

  /**
   * Takes real numbers away.
   *
   * @param methodOf the method that an output belongs to; outputs of none are left out
   */
  static IntegerGraph of(Graph quantised, SequencedMap<String, String> methodOf) {
    Graph g = new FoldConstants().then(new RemoveDead()).apply(quantised);
    Cut cut = new Cut(g);
    List<String> methods = List.copyOf(new LinkedHashSet<>(methodOf.values()));
    SequencedMap<String, Value> kept = new LinkedHashMap<>();
    Map<String, Double> scales = new HashMap<>();
    methodOf
        .sequencedKeySet()
        .forEach(name ->
            cut.codes(g.output(name))
                .ifPresent(c -> {
                  kept.put(name, c.value);
                  scales.put(name, c.scale);
                }));
    Graph integers =
        new SettleShapes().then(new ClassTables()).then(new RemoveDead()).apply(cut.without(kept));
    List<End> outputs = new ArrayList<>();
    integers
        .outputs()
        .forEach((name, v) ->
            outputs.add(
                new End(
                    name,
                    new Views(integers).owner(v),
                    scales.getOrDefault(name, 1.0),
                    methods.indexOf(methodOf.get(name)))));
    Value input = integers.labelled(Cut.INPUT).orElseThrow();
    return new IntegerGraph(
        cut.entry(), integers, new End(cut.name(), input, cut.scale(), 0), outputs, methods);
  }

  /** Where real numbers begin and end. */
  private static final class Cut {
    static final String INPUT = "rtl_input";

    private final Graph g;
    private final Value quantised;

    Cut(Graph g) {
      this.g = g;
      List<Value> all = new ArrayList<>();
      for (int i = 0; i < g.nodes().size(); i++) {
        if (g.nodes().get(i).op() instanceof QuantizeLinear) {
          all.add(new Value(i));
        }
      }
      if (all.size() != 1 || g.inputs().size() != 1) {
        throw new RtlException(
            "RTL: a graph wants one input that becomes codes, got %d inputs and %d lines that make codes of numbers"
                .formatted(g.inputs().size(), all.size()));
      }
      quantised = all.getFirst();
    }

    String name() {
      return g.inputs().getFirst().input();
    }

    double scale() {
      return known(g.node(quantised).operands().get(1)).orElseThrow();
    }

    Graph entry() {
      SequencedMap<String, Value> codes = new LinkedHashMap<>(Map.of(CODES, quantised));
      return new RemoveDead().apply(g.withOutputs(codes));
    }

    private Optional<Double> known(Value v) {
      return g.node(v).op() instanceof Constant c && c.value().size() == 1
          ? Optional.of(c.value().at(0))
          : Optional.empty();
    }

    private record Scaled(Value value, double scale) {}

    /** The codes of which an output is made; absent for the score, which is one of the logits. */
    private Optional<Scaled> codes(Value output) {
      double scale = 1;
      Value v = output;
      for (Node n = g.node(v); n.type().element().isFloating(); n = g.node(v)) {
        switch (n.op()) {
          case Mul _ -> {
            int k = known(n.operands().get(1)).isPresent() ? 1 : 0;
            scale *= known(n.operands().get(k)).orElseThrow(() -> real(output));
            v = n.operands().get(1 - k);
          }
          case Cast _ -> v = n.operands().getFirst();
          default -> throw real(output);
        }
      }
      Value stored = new Views(g).owner(v);
      boolean isPicked = g.node(stored).op() instanceof GatherElements;
      return isPicked ? Optional.empty() : Optional.of(new Scaled(v, scale));
    }

    private RtlException real(Value output) {
      Node n = g.node(output);
      return new RtlException(
          "RTL: outputs want to be codes times a scale, and real numbers stay before %s \"%s\""
              .formatted(n.op().name(), n.label()));
    }

    /** The graph with an input of codes, and outputs of codes. */
    Graph without(SequencedMap<String, Value> outputs) {
      boolean[] needed = g.neededFor(outputs.values());
      Builder b = new Builder();
      Map<Value, Value> mapped = new HashMap<>();
      for (int i = 0; i < needed.length; i++) {
        Value v = new Value(i);
        Node n = g.node(v);
        if (v.equals(quantised)) {
          TensorType type = n.type();
          mapped.put(v, b.emit(new Input(name() + "_codes", type), List.of(), INPUT));
        } else if (needed[i] && !isBefore(v)) {
          List<Value> operands = n.operands().stream().map(x -> at(mapped, x)).toList();
          mapped.put(v, b.emit(n.op(), operands, n.label()));
        }
      }
      return b.finish(Builder.mapped(outputs, x -> at(mapped, x)));
    }

    private static Value at(Map<Value, Value> mapped, Value v) {
      return Objects.requireNonNull(mapped.get(v));
    }

    /** Whether a line is there for the input's codes alone. */
    private boolean isBefore(Value v) {
      return v.index() < quantised.index() && !(g.node(v).op() instanceof Constant);
    }
  }
}
