package whyc.diff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.Emit;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.Site;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;

/**
 * Reverse-mode derivatives, taken when the graph is compiled: walks back over the lines between a
 * result and what it is differentiated by, and appends for each the cotangents of its operands.
 * Lines that do not lie on such a path are not touched.
 */
public final class Gradient {

  /** Another rule than the derivative for some operators: guided backpropagation and its kin. */
  public interface Rule {
    Value cotangent(Emit g, Site at, int operand);
  }

  private final Map<Class<? extends Op>, Rule> rules;

  private Gradient(Map<Class<? extends Op>, Rule> rules) {
    this.rules = Map.copyOf(rules);
  }

  /** The true derivative. */
  public static Gradient exact() {
    return new Gradient(Map.of());
  }

  /** The derivative, with other rules in the place of some operators' own. */
  public static Gradient with(Map<Class<? extends Op>, Rule> rules) {
    return new Gradient(rules);
  }

  /**
   * Appends the cotangents of some values, given that of a result.
   *
   * @param seed cotangent of {@code result}, of its shape
   * @param by the values to differentiate by
   * @return for each of {@code by} its cotangent: zeros if the result does not depend on it
   */
  public SequencedMap<Value, Value> of(Builder g, Value result, Value seed, List<Value> by) {
    boolean[] depends = dependsOn(g, result, by);
    Map<Value, List<Value>> cotangents = new HashMap<>();
    if (depends[result.index()]) {
      cotangents.put(result, new ArrayList<>(List.of(seed)));
    }
    SequencedMap<Value, Value> found = new LinkedHashMap<>();
    by.forEach(v -> found.put(v, v));
    Map<Value, Value> totals = new HashMap<>();
    for (int i = result.index(); i >= 0; i--) {
      Value value = new Value(i);
      List<Value> parts = cotangents.remove(value);
      if (parts == null) {
        continue;
      }
      Value total = parts.stream().reduce(g::add).orElseThrow();
      totals.put(value, total);
      propagate(g, value, total, depends, cotangents);
    }
    found.replaceAll(
        (value, _) -> totals.containsKey(value) ? totals.get(value) : g.zerosLike(value));
    return found;
  }

  private void propagate(
      Builder g, Value value, Value total, boolean[] depends, Map<Value, List<Value>> cotangents) {
    Node n = g.node(value);
    Site site = new Site(n.operands(), value, total);
    for (int k = 0; k < n.operands().size(); k++) {
      Value operand = n.operands().get(k);
      if (depends[operand.index()] && primitive(n).isDifferentiable(k)) {
        Value cotangent = rule(n).cotangent(g, site, k);
        cotangents.computeIfAbsent(operand, v -> new ArrayList<>()).add(cotangent);
      }
    }
  }

  private Rule rule(Node n) {
    return rules.getOrDefault(n.op().getClass(), primitive(n)::vjp);
  }

  private static Primitive primitive(Node n) {
    if (n.op() instanceof Primitive p) {
      return p;
    }
    throw new RefusedArgument(
        "a gradient wants a graph of primitives, got "
            + n.op().name()
            + " (node \""
            + n.label()
            + "\")");
  }

  /** Which lines up to {@code result} depend on one of {@code by}, those included. */
  private static boolean[] dependsOn(Builder g, Value result, List<Value> by) {
    boolean[] depends = new boolean[result.index() + 1];
    by.stream().filter(v -> v.index() < depends.length).forEach(v -> depends[v.index()] = true);
    for (int i = 0; i < depends.length; i++) {
      for (Value operand : g.node(new Value(i)).operands()) {
        depends[i] |= depends[operand.index()];
      }
    }
    return depends;
  }
}
