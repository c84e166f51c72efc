package whyc.rtl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.ArgMax;
import whyc.op.Cast;
import whyc.op.Constant;
import whyc.op.Expand;
import whyc.op.Gather;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MaxPoolRoute;
import whyc.op.Mul;
import whyc.op.Op;
import whyc.op.Reshape;
import whyc.op.Squeeze;
import whyc.op.Sub;
import whyc.op.Value;
import whyc.pass.Pass;
import whyc.pass.RemoveDead;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Numbers that depend on the image through the class alone are looked up in a table, a row for each
 * class: what a closed form or the start of a backward pass is made of. All rows are computed here,
 * by the graph's own lines.
 */
record ClassTables() implements Pass {
  private static final String CLASS = "class";

  /** What a line depends on. */
  private enum On {
    NOTHING,
    CLASS,
    IMAGE
  }

  @Override
  public Graph apply(Graph g) {
    List<Value> winners = new ArrayList<>();
    for (int i = 0; i < g.nodes().size(); i++) {
      if (g.nodes().get(i).op() instanceof ArgMax) {
        winners.add(new Value(i));
      }
    }
    return winners.size() == 1 ? tabulated(g, winners.getFirst()) : g;
  }

  private static Graph tabulated(Graph g, Value winner) {
    On[] on = dependences(g, winner);
    List<Value> edge = edge(g, on);
    if (edge.isEmpty()) {
      return g;
    }
    Map<Value, Tensor> tables = tables(g, winner, on, edge);
    Builder b = new Builder();
    List<Value> mapped = new ArrayList<>();
    Map<Value, Value> rows = new HashMap<>();
    Optional<Value> index = Optional.empty();
    for (int i = 0; i < on.length; i++) {
      Node n = g.nodes().get(i);
      Tensor table = tables.get(new Value(i));
      Value v;
      if (table == null) {
        List<Value> operands =
            n.operands().stream()
                .map(x -> mapped.get(x.index()))
                .map(x -> readsAllOver(n.op()) ? rows.getOrDefault(x, x) : x)
                .toList();
        v = b.emit(n.op(), operands, n.label());
        if (widens(n.op()) && operands.stream().anyMatch(rows::containsKey)) {
          rows.put(v, b.emit(n.op(), operands.stream().map(x -> rows.getOrDefault(x, x)).toList()));
        }
      } else {
        Value row = b.emit(new Gather(0), b.constant(table), index.orElseThrow());
        v = b.emit(new Reshape(n.type().shape().dims()), row);
        rows.put(v, b.emit(new Expand(n.type().shape().dims()), v));
      }
      mapped.add(v);
      if (i == winner.index()) {
        index = Optional.of(b.emit(new Squeeze(List.of(1)), v));
      }
    }
    return new RemoveDead()
        .apply(b.finish(Builder.mapped(g.outputs(), v -> mapped.get(v.index()))));
  }

  /** Whether a line wants its operands stored: a row then is a value of its own. */
  private static boolean readsAllOver(Op op) {
    return switch (op) {
      case IntegerConv _, IntegerConvTranspose _, IntegerMatMul _, MaxPoolRoute _, Add _, Sub _ ->
          true;
      default -> false;
    };
  }

  private static On[] dependences(Graph g, Value winner) {
    On[] on = new On[g.nodes().size()];
    for (int i = 0; i < on.length; i++) {
      Node n = g.nodes().get(i);
      On most = n.op() instanceof Input ? On.IMAGE : On.NOTHING;
      for (Value x : n.operands()) {
        most = on[x.index()].compareTo(most) > 0 ? on[x.index()] : most;
      }
      on[i] = i == winner.index() ? On.CLASS : most;
    }
    return on;
  }

  /** Codes of the class that lines of the image read; the index itself is none. */
  private static List<Value> edge(Graph g, On[] on) {
    boolean[] isRead = new boolean[on.length];
    for (int i = 0; i < on.length; i++) {
      if (on[i] == On.IMAGE) {
        g.nodes().get(i).operands().forEach(x -> isRead[codes(g, on, x).index()] = true);
      }
    }
    List<Value> edge = new ArrayList<>();
    for (int i = 0; i < on.length; i++) {
      TensorType type = g.nodes().get(i).type();
      boolean isRow = type.shape().size() > 1 && type.element() != ElementType.BOOL;
      if (on[i] == On.CLASS && isRead[i] && isRow) {
        edge.add(new Value(i));
      }
    }
    return edge;
  }

  /** A row is stored as codes; where it is read it is widened, and moved up by powers of two. */
  private static Value codes(Graph g, On[] on, Value v) {
    Views views = new Views(g);
    Value x = v;
    for (Optional<Value> next = Optional.of(v); next.isPresent(); ) {
      x = next.orElseThrow();
      boolean isMoved = on[x.index()] == On.CLASS && widens(g.node(x).op());
      next = isMoved ? views.of(x) : Optional.empty();
    }
    return x;
  }

  private static boolean widens(Op op) {
    return op instanceof Cast || op instanceof Mul;
  }

  private static Value at(Map<Value, Value> mapped, Value v) {
    return Objects.requireNonNull(mapped.get(v));
  }

  private static Map<Value, Tensor> tables(Graph g, Value winner, On[] on, List<Value> edge) {
    Builder b = new Builder();
    Map<Value, Value> mapped = new HashMap<>();
    for (int i = 0; i < on.length; i++) {
      Node n = g.nodes().get(i);
      if (i == winner.index()) {
        mapped.put(new Value(i), b.emit(new Input(CLASS, n.type()), List.of()));
      } else if (on[i] == On.CLASS || n.op() instanceof Constant) {
        mapped.put(
            new Value(i), b.emit(n.op(), n.operands().stream().map(x -> at(mapped, x)).toList()));
      }
    }
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    edge.forEach(v -> outputs.put(v.toString(), v));
    Graph ofClass = b.finish(Builder.mapped(outputs, x -> at(mapped, x)));
    int classes = g.type(g.node(winner).operands().getFirst()).shape().dim(1);
    Map<Value, double[]> rows = new HashMap<>();
    for (int c = 0; c < classes; c++) {
      Tensor index = Tensor.of(g.type(winner), new long[] {c});
      SequencedMap<String, Tensor> row = Interpreter.run(ofClass, Map.of(CLASS, index));
      for (Value v : edge) {
        double[] of = Objects.requireNonNull(row.get(v.toString())).doubles();
        System.arraycopy(
            of,
            0,
            rows.computeIfAbsent(v, k -> new double[classes * of.length]),
            c * of.length,
            of.length);
      }
    }
    Map<Value, Tensor> tables = new HashMap<>();
    rows.forEach((v, all) ->
        tables.put(v, Tensor.of(g.type(v).with(Shape.of(classes, all.length / classes)), all)));
    return tables;
  }
}
