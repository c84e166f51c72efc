package whyc.pass.quantize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.ExpandAs;
import whyc.op.QuantizeLinear;
import whyc.op.Requantize;
import whyc.op.ReshapeAs;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The graph in integers as far as it is written: what stands for each line of the old one, and how
 * one form is made of another.
 */
final class Draft {
  /** Bits that the codes of sums of two values are moved up at most, so that they stay in 32. */
  static final int SUM_BITS = 29;

  /** Binary places that a code is moved down at most. */
  static final int DOUBLE_SHIFT = 31;

  final Graph graph;
  final Roles roles;
  final Scales scales;
  final Quantize.Options options;
  final Builder builder = new Builder();
  private final Multiplying multiplying;
  private final List<Form> forms = new ArrayList<>();
  private final Map<Value, Value> coded = new HashMap<>();
  private final Map<Value, Codes> codes = new HashMap<>();
  private final List<Quantized.Real> real = new ArrayList<>();

  Draft(Graph prepared, Roles roles, Scales scales, Quantize.Options options) {
    this.graph = prepared;
    this.roles = roles;
    this.scales = scales;
    this.options = options;
    this.multiplying = new Multiplying(this);
  }

  Multiplying multiplying() {
    return multiplying;
  }

  /** The next line of the old graph becomes this. */
  void add(Form form) {
    forms.add(form);
  }

  /** These integers are codes of a family. */
  void put(Value integers, Codes as) {
    codes.put(integers, as);
  }

  /** The new graph, when all lines are written. */
  Quantized finish() {
    Graph whole = builder.finish(Builder.mapped(graph.outputs(), this::result));
    return new Quantized(
        whole, codes, multiplying.weights(), multiplying.turned(), List.copyOf(real));
  }

  /** What stands for a line of the old graph. */
  Form form(Value line) {
    return forms.get(line.index());
  }

  Form form(Node n, int operand) {
    return forms.get(n.operands().get(operand).index());
  }

  /** A line as it was, on real numbers. */
  Form real(Value line) {
    Node n = graph.node(line);
    boolean touchesReal =
        roles.isReal(line) || (!isOfShapes(n) && n.operands().stream().anyMatch(roles::isReal));
    if (touchesReal) {
      real.add(new Quantized.Real(name(line), "has no form in integers here"));
    }
    return written(line);
  }

  Form written(Value line) {
    Node n = graph.node(line);
    List<Value> operands =
        n.operands().stream()
            .map(x -> isOfShapes(n) && roles.isReal(x) ? shaped(x) : result(x))
            .toList();
    Value v = builder.emit(n.op(), operands);
    return roles.isReal(line) ? new Form.Real(v) : new Form.Plain(v);
  }

  /** Codes are not the model's tensor, so they do not have its name. */
  static String label(Node n) {
    return n.label().isEmpty() ? "" : n.label() + Quantized.CODES;
  }

  String name(Value line) {
    Node n = graph.node(line);
    return n.label().isEmpty() ? n.op().name() : n.op().name() + " " + n.label();
  }

  /** Whether all that a line works on is real because the input is. */
  boolean isBeforeProducts(Node n) {
    return n.operands().stream().filter(roles::isReal).allMatch(v -> form(v) instanceof Form.Real);
  }

  /** Whether a line reads the shape of an operand alone. */
  static boolean isOfShapes(Node n) {
    return n.op() instanceof ReshapeAs || n.op() instanceof ExpandAs;
  }

  /** A value as the old graph had it: real numbers, truth values, indices. */
  Value result(Value v) {
    return switch (form(v)) {
      case Form.Known k -> builder.constant(k.tensor());
      case Form.Real r -> r.value();
      case Form.Plain p -> p.value();
      case Form.Coded c -> dequantised(v);
      case Form.Sums s -> dequantised(v);
      case Form.Product p -> dequantised(v);
    };
  }

  private Value dequantised(Value v) {
    Value number = builder.cast(coded(v), ElementType.FLOAT32);
    return scales.of(v).exponent() == 0 ? number : builder.scale(number, scales.of(v).scale());
  }

  /** Anything of a value's shape. */
  Value shaped(Value v) {
    return switch (form(v)) {
      case Form.Coded c -> c.value();
      case Form.Sums s -> s.value();
      case Form.Real r -> r.value();
      case Form.Product p -> coded(v);
      case Form.Known k -> builder.constant(k.tensor());
      case Form.Plain p -> p.value();
    };
  }

  /** A value's codes. */
  Value coded(Value v) {
    Value known = coded.get(v);
    if (known == null) {
      known =
          switch (form(v)) {
            case Form.Coded c -> c.value();
            case Form.Sums s -> rounded(s, scales.of(v));
            case Form.Product p -> multiplying.product(p, scales.of(v));
            case Form.Real r -> quantised(r.value(), scales.of(v));
            case Form.Known k -> throw new IllegalStateException(v + " is known");
            case Form.Plain p -> throw new IllegalStateException(v + " is no number");
          };
      builder.name(known, label(graph.node(v)));
      coded.put(v, known);
      codes.put(known, scales.of(v));
    }
    return known;
  }

  /** A value, or known numbers, in codes of a family. */
  Value coded(Value v, Codes as) {
    return form(v) instanceof Form.Known k ? constant(k.tensor(), as) : coded(v);
  }

  private Value constant(Tensor t, Codes as) {
    double[] x = t.doubles();
    return builder.constant(
        Tensor.of(
            t.type().with(as.element()),
            IntStream.range(0, x.length).mapToDouble(i -> as.code(x[i])).toArray()));
  }

  private Value quantised(Value number, Codes as) {
    Value scale = builder.scalar(as.scale(), number);
    return builder.emit(
        new QuantizeLinear(), number, scale, builder.constant(Tensor.scalar(as.element(), 0)));
  }

  Value rounded(Form.Sums s, Codes as) {
    double[] ratios = s.scale().doubles().clone();
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] /= as.scale();
    }
    return requantised(
        s.value(),
        factors(ratios, builder.type(s.value()).element(), as),
        s.scale().shape(),
        as.element());
  }

  /** In few binary places if no code is half a step off, else in more than floats can tell. */
  Factors factors(double[] ratios, ElementType sums, Codes as) {
    Factors few = Factors.nearest(ratios, mostShift(sums, as), options.multiplierBits());
    return few.isNear(ratios, Math.scalb(1.0, -as.bits() - 1))
        ? few
        : Factors.nearest(ratios, DOUBLE_SHIFT, options.multiplierBits());
  }

  static int mostShift(ElementType sums, Codes as) {
    return sums == ElementType.INT64
        ? DOUBLE_SHIFT
        : Math.max(0, Requantize.mostSingleShift(as.element()));
  }

  Value requantised(Value sums, Factors f, Shape shape, ElementType element) {
    Tensor multipliers = Tensor.of(new TensorType(ElementType.INT32, shape), f.multipliers());
    return builder.emit(new Requantize(element, f.shift()), sums, builder.constant(multipliers));
  }
}
