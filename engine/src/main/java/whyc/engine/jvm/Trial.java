package whyc.engine.jvm;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.pass.ToDouble;
import whyc.schedule.Step;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * Holds this engine against the operators' own evaluation, on one graph:
 *
 * <ol>
 *   <li>The graph in the form that is scheduled gives what the graph gave, in double precision.
 *   <li>Every step gives what its lines give on the very numbers that earlier steps computed, so
 *       that a ReLU which falls to the other side far ahead is no difference here. The arena holds
 *       no number before, and what a step reads is compared with what was written, not with what
 *       lies there now: so values that are overwritten too early show.
 *   <li>All steps at once, on some threads, give the same bytes.
 * </ol>
 */
public final class Trial implements AutoCloseable {
  private final Workers workers;
  private final Lanes lanes;
  private final Tally tally;

  /** What two ways of computing in double precision differ by, of the largest number. */
  private static final double DOUBLE_TOLERANCE = 1e-9;

  /** What is left where sums cancel is no more than rounding, which this stands above. */
  private static final double NEXT_TO_NOTHING = 1e-4;

  /** Times that a difference in double precision is looked for with other inputs. */
  private static final int MOVES = 3;

  /** What a step may differ by before it is looked at more closely, of the largest number. */
  private static final double TOLERANCE = 1e-6;

  private Trial(Workers workers, Lanes lanes, Tally tally) {
    this.workers = workers;
    this.lanes = lanes;
    this.tally = tally;
  }

  /**
   * A trial of engines against the interpreter.
   *
   * @param tally counts what is compared
   */
  public static Trial of(int threads, Lanes lanes, Tally tally) {
    return new Trial(new Workers(threads), lanes, tally);
  }

  /** The first difference, in words; nothing where all is as it should be. */
  public Optional<String> difference(Graph graph, Map<String, Tensor> inputs) {
    return lowering(graph, inputs).or(() -> new Run(Lowering.of(graph)).difference(inputs));
  }

  /**
   * Where sums cancel, a ReLU may see a zero in one order of adding and next to nothing in the
   * other; with other inputs that is not so, unless it is always so.
   */
  private static Optional<String> lowering(Graph graph, Map<String, Tensor> inputs) {
    Map<String, Tensor> doubles = new HashMap<>();
    inputs.forEach((name, t) -> doubles.put(name, t.cast(ElementType.FLOAT64)));
    Graph wide = new ToDouble().apply(graph);
    Graph lowered = Lowering.of(wide);
    Optional<String> difference = difference(wide, lowered, doubles);
    for (int i = 1; i <= MOVES && difference.isPresent(); i++) {
      SplittableRandom random = new SplittableRandom(i);
      doubles.replaceAll((name, t) -> moved(t, random));
      difference = difference(wide, lowered, doubles);
    }
    return difference.map(d -> "the lowered graph: %s%n%s".formatted(d, lowered));
  }

  private static Tensor moved(Tensor t, SplittableRandom random) {
    double[] x = t.doubles().clone();
    for (int i = 0; i < x.length; i++) {
      x[i] += random.nextDouble(-0.125, 0.125);
    }
    return Tensor.of(t.shape(), x);
  }

  private static Optional<String> difference(
      Graph wide, Graph lowered, Map<String, Tensor> inputs) {
    SequencedMap<String, Tensor> expected = Interpreter.run(wide, inputs);
    SequencedMap<String, Tensor> found = Interpreter.run(lowered, inputs);
    for (String name : expected.keySet()) {
      double[] e = Objects.requireNonNull(expected.get(name)).doubles();
      double bound = DOUBLE_TOLERANCE * (largest(e) + NEXT_TO_NOTHING);
      Optional<String> d = apart(Objects.requireNonNull(found.get(name)).doubles(), e, bound);
      if (d.isPresent()) {
        return d.map(words -> name + " " + words);
      }
    }
    return Optional.empty();
  }

  private static double largest(double[] x) {
    double largest = 0;
    for (double e : x) {
      largest = Double.isFinite(e) ? Math.max(largest, Math.abs(e)) : largest;
    }
    return largest;
  }

  /** The first element that differs by more than a bound. */
  private static Optional<String> apart(double[] found, double[] expected, double bound) {
    for (int i = 0; i < expected.length; i++) {
      boolean same =
          Math.abs(found[i] - expected[i]) <= bound
              || Double.compare(found[i] + 0.0, expected[i] + 0.0) == 0;
      if (!same) {
        return Optional.of("at %d is %s, not %s".formatted(i, found[i], expected[i]));
      }
    }
    return Optional.empty();
  }

  /** One plan, run in two ways. */
  private final class Run {
    private final Plan plan;
    private final Graph graph;
    private final Wired wired;
    private final Banks banks;

    /** What inputs and steps gave, by value. */
    private final Map<Value, Tensor> known = new HashMap<>();

    Run(Graph lowered) {
      Weights weights = new Weights();
      this.plan = Plan.of(lowered, lanes, weights, workers.count());
      this.graph = plan.arrangement().graph();
      this.wired = plan.wire();
      this.banks = plan.allocate(weights.data());
    }

    Optional<String> difference(Map<String, Tensor> inputs) {
      begin(inputs);
      List<Kernel> kernels = wired.steps();
      for (int i = 0; i < kernels.size(); i++) {
        Step step = plan.schedule().steps().get(i);
        tally.add(graph, step);
        alone(kernels.get(i));
        for (Value v : step.results()) {
          Optional<String> d = difference(step, v);
          if (d.isPresent()) {
            return Optional.of(
                "step %d, %s of %d lanes: %s%n%s%n%s"
                    .formatted(i, graph.node(v), lanes.count(), d.get(), plan.listing(), graph));
          }
        }
      }
      return together(inputs);
    }

    private void begin(Map<String, Tensor> inputs) {
      Arrays.fill(banks.values(), Float.NaN);
      Arrays.fill(banks.bits(), (short) 0x5555);
      Arrays.fill(banks.integers(), Long.MIN_VALUE);
      for (int i = 0; i < graph.nodes().size(); i++) {
        if (graph.nodes().get(i).op() instanceof whyc.op.Input input) {
          Tensor t = Objects.requireNonNull(inputs.get(input.input()), input.input());
          known.put(new Value(i), t);
          wired.input(input.input()).write(banks, t);
        }
      }
    }

    /** The units in two parts, the second first: they may run in any order. */
    private void alone(Kernel k) {
      k.begin(banks);
      k.run(banks, k.units() / 2, k.units());
      k.run(banks, 0, k.units() / 2);
      k.followers().forEach(this::alone);
    }

    private Optional<String> together(Map<String, Tensor> inputs) {
      SequencedMap<String, Tensor> once = new LinkedHashMap<>();
      graph.outputs().keySet().forEach(name -> once.put(name, wired.output(name, banks)));
      begin(inputs);
      Set<String> outputs = graph.outputs().keySet();
      for (Kernel k : wired.kernels(outputs)) {
        workers.run(k, banks);
      }
      for (String name : outputs) {
        if (!sameBytes(wired.output(name, banks), Objects.requireNonNull(once.get(name)))) {
          return Optional.of(
              "%d threads give other bytes for %s%n%s%n%s"
                  .formatted(workers.count(), name, plan.listing(), graph));
        }
        Value v = graph.output(name);
        if (!sameBytes(read(v), value(v))) {
          return Optional.of(
              "%s does not live to the end%n%s%n%s".formatted(name, plan.listing(), graph));
        }
      }
      return Optional.empty();
    }

    private boolean sameBytes(Tensor a, Tensor b) {
      return Arrays.equals(a.doubles(), b.doubles());
    }

    private Tensor read(Value v) {
      return graph.node(v).op() instanceof Constant c ? c.value() : plan.value(v).read(banks);
    }

    /** What a step gave, or what a line that changes no number makes of that. */
    private Tensor value(Value v) {
      Tensor t = known.get(v);
      return t == null ? interpreted(v, known) : t;
    }

    private Tensor interpreted(Value v, Map<Value, Tensor> values) {
      Node n = graph.node(v);
      return ((Primitive) n.op())
          .evaluate(
              n.operands().stream()
                  .map(o -> {
                    Tensor t = values.get(o);
                    return t == null ? value(o) : t;
                  })
                  .toList());
    }

    private Optional<String> difference(Step step, Value v) {
      Located place = plan.value(v);
      Tensor found = place.read(banks);
      Map<Value, Tensor> lines = new HashMap<>();
      step.lines().forEach(line -> lines.put(line, interpreted(line, lines)));
      Tensor expected = Objects.requireNonNull(lines.get(v));
      known.put(v, found);
      boolean number = expected.element() == ElementType.FLOAT32;
      return apart(
              found.doubles(),
              expected.doubles(),
              number ? TOLERANCE * largest(expected.doubles()) : 0)
          .flatMap(d -> new Estimates(graph, step, this::value).apart(v, found))
          .or(() -> spare(place).filter(any -> isFinite(step)));
    }

    /** Whether a step reads numbers only: nothing times infinity is no number, in any lane. */
    private boolean isFinite(Step step) {
      return step.operands().stream()
          .flatMapToDouble(v -> Arrays.stream(value(v).doubles()))
          .allMatch(Double::isFinite);
    }

    /** Lanes beyond the channels and borders are zero. */
    private Optional<String> spare(Located place) {
      if (!(place.layout() instanceof Layout.Image image)
          || place.bank() != Arrangement.Bank.VALUES
          || !image.isPadded()) {
        return Optional.empty();
      }
      boolean[] element = new boolean[image.size()];
      for (int i = 0; i < image.shape().size(); i++) {
        element[image.at(i)] = true;
      }
      for (int i = 0; i < element.length; i++) {
        float x = banks.values()[place.offset() + i];
        if (!element[i] && x != 0) {
          return Optional.of("has %s beside its elements, at %d of %s".formatted(x, i, image));
        }
      }
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
