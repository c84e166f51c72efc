package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cast;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.MatMul;
import whyc.op.MaxPoolRoute;
import whyc.op.Op;
import whyc.op.Primitive;
import whyc.op.ReduceMean;
import whyc.op.ReduceProduct;
import whyc.op.ReduceSum;
import whyc.op.Softmax;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * What the lines of one step give in double precision, and how far single precision may be from it:
 * the rounding of each line, and what the roundings before it become. A truth value whose number
 * lies within its error of the threshold may be either.
 */
final class Estimates {
  /** Half a unit of the last place of a float. */
  private static final double ROUNDING = 0x1p-24;

  /** Roundings that a function of one number may be off, a few units. */
  private static final double ROUNDINGS = 16;

  /** What is smaller than this counts as this: functions that come near zero. */
  private static final double TINY = 1e-30;

  private final Function<Value, Tensor> given;
  private final Map<Value, Estimate> known = new HashMap<>();

  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Estimate(Tensor value, double[] error) {}

  Estimates(Graph graph, Step step, Function<Value, Tensor> given) {
    this.given = given;
    step.lines().forEach(line -> known.put(line, estimate(graph.node(line))));
  }

  /** The first element that is further off than its error. */
  Optional<String> apart(Value v, Tensor found) {
    Estimate e = operand(v);
    for (int i = 0; i < found.size(); i++) {
      double want = e.value.at(i);
      double got = found.at(i);
      boolean same =
          Math.abs(got - want) <= e.error[i]
              || got == want
              || !Double.isFinite(e.error[i])
              || (Double.isNaN(got) && Double.isNaN(want))
              || (Math.abs(want) > Float.MAX_VALUE && Double.isInfinite(got));
      if (!same) {
        return Optional.of("at %d is %s, not %s +- %s".formatted(i, got, want, e.error[i]));
      }
    }
    return Optional.empty();
  }

  private Estimate operand(Value v) {
    Estimate e = known.get(v);
    if (e != null) {
      return e;
    }
    Tensor t = wide(given.apply(v));
    return new Estimate(t, new double[t.size()]);
  }

  private static Tensor wide(Tensor t) {
    return t.element().isFloating() ? t.cast(ElementType.FLOAT64) : t;
  }

  private Estimate estimate(Node n) {
    List<Estimate> operands = n.operands().stream().map(this::operand).toList();
    Primitive op = widened(n.op());
    List<Tensor> values = operands.stream().map(Estimate::value).toList();
    Tensor value = op.evaluate(values);
    double[] error = rounding(op, values, value);
    for (int k = 0; k < operands.size(); k++) {
      if (Arrays.stream(operands.get(k).error).anyMatch(e -> e != 0)) {
        add(error, value, op.evaluate(moved(values, k, operands.get(k), 1)));
        add(error, value, op.evaluate(moved(values, k, operands.get(k), -1)));
      }
    }
    if (n.operands().stream().distinct().count() < n.operands().size()) {
      List<Tensor> all = values;
      for (int k = 0; k < operands.size(); k++) {
        all = moved(all, k, operands.get(k), 1);
      }
      add(error, value, op.evaluate(all));
    }
    return new Estimate(value, error);
  }

  private static Primitive widened(Op op) {
    return op instanceof Cast c && c.element().isFloating()
        ? new Cast(ElementType.FLOAT64)
        : (Primitive) op;
  }

  private static List<Tensor> moved(List<Tensor> values, int k, Estimate e, int direction) {
    List<Tensor> moved = new ArrayList<>(values);
    Tensor t = e.value;
    double[] x = t.doubles().clone();
    for (int i = 0; i < x.length; i++) {
      x[i] =
          t.element() == ElementType.BOOL
              ? (e.error[i] > 0 ? 1 - x[i] : x[i])
              : x[i] + direction * e.error[i];
    }
    moved.set(k, Tensor.of(t.type(), x));
    return moved;
  }

  private static void add(double[] error, Tensor value, Tensor moved) {
    for (int i = 0; i < error.length; i++) {
      double d = Math.abs(moved.at(i) - value.at(i));
      error[i] += Double.isNaN(d) && !Double.isNaN(value.at(i)) ? Double.POSITIVE_INFINITY : d;
    }
  }

  /**
   * What a line itself rounds. Sums of products, which are of both signs, go as the root of their
   * number; numbers that are summed as they are may be equal, as exponentials often are, and are
   * rounded to one side.
   */
  private static double[] rounding(Op op, List<Tensor> operands, Tensor value) {
    double[] error = new double[value.size()];
    if (!value.element().isFloating() || op instanceof Constant) {
      return error;
    }
    int terms = operands.stream().mapToInt(Tensor::size).max().orElse(1);
    double oneSided = terms / (double) Lanes.FOUR.count();
    double additions = isOfProducts(op) ? Math.sqrt(terms) : oneSided;
    double sum = isSum(op) ? (ROUNDINGS + additions) * largest(op, operands) : 0;
    double roundings =
        switch (op) {
          case ReduceProduct _ -> ROUNDINGS + terms;
          case Softmax _ -> ROUNDINGS + oneSided;
          default -> ROUNDINGS;
        };
    for (int i = 0; i < error.length; i++) {
      error[i] = ROUNDING * (sum + roundings * Math.abs(value.at(i))) + TINY;
    }
    return error;
  }

  /** The largest of the sums of the terms' magnitudes. */
  private static double largest(Op op, List<Tensor> operands) {
    Tensor sizes = ((Primitive) op).evaluate(operands.stream().map(Estimates::magnitudes).toList());
    return Arrays.stream(sizes.doubles()).max().orElse(0);
  }

  private static boolean isSum(Op op) {
    return isOfProducts(op)
        || op instanceof MaxPoolRoute
        || op instanceof SumPool
        || op instanceof ReduceSum
        || op instanceof ReduceMean;
  }

  private static boolean isOfProducts(Op op) {
    return op instanceof Conv || op instanceof ConvTranspose || op instanceof MatMul;
  }

  private static Tensor magnitudes(Tensor t) {
    double[] x = t.doubles().clone();
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.abs(x[i]);
    }
    return Tensor.of(t.type(), x);
  }
}
