package whyc.pass;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Binary;
import whyc.op.Constant;
import whyc.op.Gate;
import whyc.op.Input;
import whyc.op.MaxPoolGradient;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Unary;
import whyc.op.Value;
import whyc.op.Where;
import whyc.tensor.ElementType;

/**
 * What the backward pass needs of the forward pass are decisions, not values: one bit of each ReLU
 * and one byte of each place of a max-pooling. They are written where the value is there, so that
 * the value can be given up.
 *
 * <pre>{@code
 * gate(y, x)                   =  gate(y > 0, x)
 * maxPoolGradient(x, y, dy)    =  maxPoolRoute(maxPoolSwitches(x), dy)
 * }</pre>
 *
 * Gates of equal conditions share the decision. Not applied to conditions that are inputs or
 * constants, which are there anyway, nor to windows of more taps than a byte can tell.
 *
 * <p>Every bit stays. For targets with kernels that make and read decisions; an ONNX file has
 * cheaper words for the gate and none for the switches.
 */
public record StoreDecisions() implements Pass {
  @Override
  public Graph apply(Graph g) {
    List<List<Node>> askers = askers(g);
    Builder b = new Builder();
    Value[] values = new Value[g.nodes().size()];
    for (int i : soonest(g)) {
      Node n = g.nodes().get(i);
      List<Value> operands = n.operands().stream().map(v -> values[v.index()]).toList();
      values[i] = asks(g, n) ? decided(b, n, operands) : b.emit(n.op(), operands);
      b.name(values[i], n.label());
      for (Node asker : askers.get(i)) {
        decision(b, asker, values[asker.operands().getFirst().index()]);
      }
    }
    return b.finish(Builder.mapped(g.outputs(), v -> values[v.index()]));
  }

  /**
   * The lines in an order in which those that make a condition, element by element, come as soon as
   * their operands are there: ReLU6 asks for {@code y * (6 - y) > 0}, which is written by the
   * backward pass and needs no more than the forward pass has.
   */
  private static List<Integer> soonest(Graph g) {
    boolean[] early = new boolean[g.nodes().size()];
    for (int i = early.length - 1; i >= 0; i--) {
      Node n = g.nodes().get(i);
      boolean moves = n.op() instanceof Unary || n.op() instanceof Binary;
      if (n.op() instanceof Gate || n.op() instanceof Where) {
        early[n.operands().getFirst().index()] = true;
      } else if (early[i] && moves) {
        n.operands().forEach(v -> early[v.index()] = true);
      }
      early[i] &= moves || n.op() instanceof Constant;
    }
    int[] place = new int[early.length];
    for (int i = 0; i < place.length; i++) {
      place[i] =
          early[i]
              ? g.nodes().get(i).operands().stream().mapToInt(v -> place[v.index()]).max().orElse(0)
              : i;
    }
    return IntStream.range(0, place.length)
        .boxed()
        .sorted(Comparator.comparingInt(i -> place[i]))
        .toList();
  }

  /** By line, those that ask for a decision which can be made as soon as that line is there. */
  private static List<List<Node>> askers(Graph g) {
    List<List<Node>> askers = new ArrayList<>(g.nodes().size());
    for (Node n : g.nodes()) {
      askers.add(new ArrayList<>());
      if (asks(g, n)) {
        boolean pool = n.op() instanceof MaxPoolGradient;
        // Of a pooling, once its result is there: until then the image is read anyway.
        List<Value> wanted = n.operands().subList(0, pool ? 2 : 1);
        askers.get(wanted.stream().mapToInt(Value::index).max().orElseThrow()).add(n);
      }
    }
    return askers;
  }

  private static boolean asks(Graph g, Node n) {
    return switch (n.op()) {
      case Gate gate -> {
        Node y = g.node(n.operands().getFirst());
        yield y.type().element() != ElementType.BOOL
            && !(y.op() instanceof Input)
            && !(y.op() instanceof Constant);
      }
      case MaxPoolGradient m -> m.window().area() <= MaxPoolSwitches.NONE;
      default -> false;
    };
  }

  /** Written once for all that ask for it: a builder knows equal lines. */
  private static Value decision(Builder b, Node asker, Value of) {
    return asker.op() instanceof MaxPoolGradient m
        ? b.emit(new MaxPoolSwitches(m.window()), of)
        : b.greater(of, b.scalar(0, of));
  }

  private static Value decided(Builder b, Node n, List<Value> operands) {
    Value of = operands.getFirst();
    Value decision = decision(b, n, of);
    if (n.op() instanceof MaxPoolGradient m) {
      MaxPoolRoute route = new MaxPoolRoute(m.window(), b.shape(of).dim(2), b.shape(of).dim(3));
      return b.emit(route, decision, operands.get(2));
    }
    return b.gate(decision, operands.get(1));
  }
}
