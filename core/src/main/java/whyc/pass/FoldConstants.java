package whyc.pass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Value;
import whyc.tensor.Tensor;

/**
 * Computes what depends on no input, once and in the interpreter: afterwards every line that is no
 * constant depends on an input. A weight that is stored in 8 bits becomes the real numbers that it
 * stands for, a weight that is turned or scaled becomes that weight. Lines that no output needs are
 * dropped on the way.
 *
 * <p>Applies to every graph and keeps every bit. Not for a target whose own runtime folds: the
 * weights would be written twice, in the model's form and in the folded one.
 */
public record FoldConstants() implements Pass {
  @Override
  public Graph apply(Graph g) {
    boolean[] needed = g.neededFor(g.outputs().values());
    boolean[] varies = g.dependingOnInputs();
    Map<String, Tensor> known = Interpreter.run(g.withOutputs(read(g, needed, varies)), Map.of());
    Builder b = new Builder();
    List<Optional<Value>> values = new ArrayList<>(g.nodes().size());
    for (int i = 0; i < needed.length; i++) {
      Node n = g.nodes().get(i);
      Optional<Tensor> tensor = Optional.ofNullable(known.get(new Value(i).toString()));
      boolean stays = (needed[i] && varies[i]) || n.op() instanceof Input;
      Op op = tensor.<Op>map(Constant::new).orElse(n.op());
      values.add(
          tensor.isPresent() || stays
              ? Optional.of(b.emit(op, operands(n, stays, values), n.label()))
              : Optional.empty());
    }
    return b.finish(Builder.mapped(g.outputs(), v -> values.get(v.index()).orElseThrow()));
  }

  private static List<Value> operands(Node n, boolean stays, List<Optional<Value>> values) {
    return stays
        ? n.operands().stream().map(v -> values.get(v.index()).orElseThrow()).toList()
        : List.of();
  }

  /** Known values that an output is, or that a line reads which depends on an input. */
  private static SequencedMap<String, Value> read(Graph g, boolean[] needed, boolean[] varies) {
    SequencedMap<String, Value> read = new LinkedHashMap<>();
    Stream<Value> ofLines =
        Stream.iterate(0, i -> i < needed.length, i -> i + 1)
            .filter(i -> needed[i] && varies[i])
            .flatMap(i -> g.nodes().get(i).operands().stream());
    Stream.concat(ofLines, g.outputs().values().stream())
        .filter(v -> !varies[v.index()])
        .forEach(v -> read.put(v.toString(), v));
    return read;
  }
}
