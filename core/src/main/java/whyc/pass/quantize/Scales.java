package whyc.pass.quantize;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.op.Clip;
import whyc.op.Relu;
import whyc.op.Sigmoid;
import whyc.op.Softmax;
import whyc.op.Value;
import whyc.tensor.ElementType;

/**
 * The codes of every family of values: their width follows from what they are for, their scale from
 * what was met.
 *
 * <p>What no integers are made of is a result: logits, a map. It has 16 bits, since it costs
 * nothing there and the order of two classes may hang on it.
 */
final class Scales {
  private final Graph g;
  private final Roles roles;
  private final Quantize.Options options;

  /** Exponents by the model's tensors. */
  private final Map<String, Integer> known;

  private final boolean[] predicts;
  private final Map<Integer, Histogram> histograms = new HashMap<>();
  private final Map<Integer, Codes> codes = new HashMap<>();

  Scales(
      Graph prepared,
      Roles roles,
      Statistics statistics,
      Quantize.Options options,
      Map<String, Integer> known) {
    this.g = prepared;
    this.roles = roles;
    this.options = options;
    this.known = known;
    this.predicts = g.neededFor(predictions(g, options.predictions()));
    for (Value v : roles.measured()) {
      Histogram h = statistics.histograms().get(v);
      if (h == null) {
        throw new IllegalArgumentException(
            "Quantize wants statistics of the same graph, got none of %s %s"
                .formatted(g.node(v).op().name(), g.node(v).label()));
      }
      histograms.merge(roles.family(v), h, Histogram::plus);
    }
  }

  /** All outputs, where none is named. */
  private static Collection<Value> predictions(Graph g, Collection<String> names) {
    return names.isEmpty() ? g.outputs().values() : names.stream().map(g::output).toList();
  }

  /** How a value is stored. */
  Codes of(Value v) {
    return codes.computeIfAbsent(roles.family(v), this::choose);
  }

  private Codes choose(int family) {
    ElementType element = element(family);
    Histogram h = histograms.getOrDefault(family, Histogram.empty());
    long top = (long) element.max();
    Calibration calibration =
        isForward(family) ? options.calibration() : options.gradientCalibration();
    return new Codes(element, known(family).orElseGet(() -> calibration.exponent(h, top)));
  }

  /** The exponent that one of a family's values was given. */
  private Optional<Integer> known(int family) {
    return members(family)
        .filter(i -> predicts[i])
        .mapToObj(i -> g.nodes().get(i).label())
        .filter(known::containsKey)
        .map(known::get)
        .findFirst();
  }

  /** Of the model's tensors that predictions need. */
  SequencedMap<String, Integer> exponents() {
    SequencedMap<String, Integer> exponents = new LinkedHashMap<>();
    for (int i = 0; i < predicts.length; i++) {
      Value v = new Value(i);
      String label = g.node(v).label();
      if (predicts[i] && roles.isReal(v) && !label.isEmpty()) {
        exponents.putIfAbsent(label, of(v).exponent());
      }
    }
    return exponents;
  }

  /** Whether integers are made of the codes of a value's family. */
  boolean isComputedWith(Value v) {
    return isComputedWith(roles.family(v));
  }

  private boolean isComputedWith(int family) {
    return members(family).anyMatch(v -> roles.isComputedWith(new Value(v)));
  }

  private ElementType element(int family) {
    if (!isComputedWith(family)) {
      return ElementType.INT16;
    }
    ElementType element =
        (isForward(family) ? options.activations() : options.gradients()).element();
    boolean unsigned = options.unsigned() && element == ElementType.INT8 && isPositive(family);
    return unsigned ? ElementType.UINT8 : element;
  }

  private IntStream members(int family) {
    return IntStream.range(0, g.nodes().size())
        .filter(i -> roles.isReal(new Value(i)) && roles.family(new Value(i)) == family);
  }

  /** Whether a prediction needs a value of the family. */
  private boolean isForward(int family) {
    return members(family).anyMatch(i -> predicts[i]);
  }

  /** Whether all that is read of a family cannot be negative, whatever the image. */
  private boolean isPositive(int family) {
    return roles.measured().stream()
        .filter(v -> roles.family(v) == family)
        .allMatch(this::isPositive);
  }

  private boolean isPositive(Value v) {
    return switch (g.node(v).op()) {
      case Relu r -> true;
      case Clip c -> c.low() >= 0;
      case Softmax s -> true;
      case Sigmoid s -> true;
      default ->
          roles.of(v) == Roles.Role.KEEPS
              && roles.kept(v).stream().allMatch(x -> roles.isReal(x) && isPositive(x));
    };
  }
}
