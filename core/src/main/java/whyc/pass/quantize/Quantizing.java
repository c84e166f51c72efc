package whyc.pass.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Clip;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Div;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Greater;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MatMul;
import whyc.op.MaxPoolRoute;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.QuantizeLinear;
import whyc.op.ReduceMean;
import whyc.op.ReduceSum;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.ReshapeAs;
import whyc.op.Sub;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** One run of {@link Quantize}: writes a prepared graph anew, line by line. */
final class Quantizing {
  /** Bits that the codes of sums of two values are moved up at most, so that they stay in 32. */
  private static final int SUM_BITS = 29;

  /** Binary places that known numbers have beyond those of the codes that they are added to. */
  private static final int TERM_PLACES = 8;

  private static final int DOUBLE_SHIFT = 31;

  private final Graph g;
  private final Roles roles;
  private final Scales scales;
  private final Quantize.Options options;
  private final Builder b = new Builder();
  private final List<Form> forms = new ArrayList<>();
  private final Map<Value, Value> coded = new HashMap<>();
  private final Map<Value, Codes> codes = new HashMap<>();
  private final Map<Value, List<Double>> weights = new HashMap<>();
  private final Map<Tensor, Value> products = new HashMap<>();
  private final Map<Value, Value> turned = new HashMap<>();
  private final Map<Tensor, Stored> stored = new HashMap<>();
  private final List<Quantized.Real> real = new ArrayList<>();

  Quantizing(Graph prepared, Roles roles, Scales scales, Quantize.Options options) {
    this.g = prepared;
    this.roles = roles;
    this.scales = scales;
    this.options = options;
  }

  Quantized run() {
    for (int i = 0; i < g.nodes().size(); i++) {
      forms.add(form(new Value(i)));
    }
    Graph graph = b.finish(Builder.mapped(g.outputs(), this::result));
    return new Quantized(graph, codes, weights, turned, real);
  }

  private Form form(Value line) {
    Node n = g.node(line);
    if (n.op() instanceof Constant c) {
      return new Form.Known(c.value());
    }
    if (n.op() instanceof Input) {
      Value input = b.emit(n.op(), List.of(), n.label());
      return roles.isReal(line) ? new Form.Real(input) : new Form.Plain(input);
    }
    return switch (roles.of(line)) {
      case PRODUCT ->
          new Form.Product(
              n,
              n.operands().get(0),
              roles.known(n.operands().get(1)).orElseThrow(),
              Optional.empty());
      case BIAS -> bias(line);
      case SUM -> sum(line);
      case FACTOR -> factor(line);
      case PRODUCT_OF_TWO -> productOfTwo(n);
      case TOTAL -> total(n);
      case KEEPS -> kept(line);
      case DECISION -> decision(n).map(v -> (Form) new Form.Plain(v)).orElseGet(() -> real(line));
      case OTHER -> real(line);
    };
  }

  private Form form(Node n, int operand) {
    return forms.get(n.operands().get(operand).index());
  }

  // Real numbers.

  /** A line as it was, on real numbers. */
  private Form real(Value line) {
    Node n = g.node(line);
    boolean touchesReal =
        roles.isReal(line) || (!isOfShapes(n) && n.operands().stream().anyMatch(roles::isReal));
    if (touchesReal) {
      real.add(new Quantized.Real(name(line), "has no form in integers here"));
    }
    return written(line);
  }

  private Form written(Value line) {
    Node n = g.node(line);
    List<Value> operands =
        n.operands().stream()
            .map(x -> isOfShapes(n) && roles.isReal(x) ? shaped(x) : result(x))
            .toList();
    Value v = b.emit(n.op(), operands);
    return roles.isReal(line) ? new Form.Real(v) : new Form.Plain(v);
  }

  /** Codes are not the model's tensor, so they do not have its name. */
  private static String label(Node n) {
    return n.label().isEmpty() ? "" : n.label() + Quantized.CODES;
  }

  private String name(Value line) {
    Node n = g.node(line);
    return n.label().isEmpty() ? n.op().name() : n.op().name() + " " + n.label();
  }

  /** Whether all that a line works on is real because the input is. */
  private boolean isBeforeProducts(Node n) {
    return n.operands().stream()
        .filter(roles::isReal)
        .allMatch(v -> forms.get(v.index()) instanceof Form.Real);
  }

  /** A value as the old graph had it: real numbers, truth values, indices. */
  private Value result(Value v) {
    return switch (forms.get(v.index())) {
      case Form.Known k -> b.constant(k.tensor());
      case Form.Real r -> r.value();
      case Form.Plain p -> p.value();
      case Form.Coded c -> dequantised(v);
      case Form.Sums s -> dequantised(v);
      case Form.Product p -> dequantised(v);
    };
  }

  private Value dequantised(Value v) {
    Value number = b.cast(coded(v), ElementType.FLOAT32);
    return scales.of(v).exponent() == 0 ? number : b.scale(number, scales.of(v).scale());
  }

  // Codes.

  /** A value's codes. */
  private Value coded(Value v) {
    Value known = coded.get(v);
    if (known == null) {
      known =
          switch (forms.get(v.index())) {
            case Form.Coded c -> c.value();
            case Form.Sums s -> rounded(s, scales.of(v));
            case Form.Product p -> product(p, scales.of(v));
            case Form.Real r -> quantised(r.value(), scales.of(v));
            case Form.Known k -> throw new IllegalStateException(v + " is known");
            case Form.Plain p -> throw new IllegalStateException(v + " is no number");
          };
      b.name(known, label(g.node(v)));
      coded.put(v, known);
      codes.put(known, scales.of(v));
    }
    return known;
  }

  /** A value, or known numbers, in codes of a family. */
  private Value coded(Value v, Codes as) {
    return forms.get(v.index()) instanceof Form.Known k ? constant(k.tensor(), as) : coded(v);
  }

  private Value constant(Tensor t, Codes as) {
    double[] x = t.doubles();
    return b.constant(
        Tensor.of(
            t.type().with(as.element()),
            IntStream.range(0, x.length).mapToDouble(i -> as.code(x[i])).toArray()));
  }

  private Value quantised(Value number, Codes as) {
    Value scale = b.scalar(as.scale(), number);
    return b.emit(new QuantizeLinear(), number, scale, b.constant(Tensor.scalar(as.element(), 0)));
  }

  private Value rounded(Form.Sums s, Codes as) {
    double[] ratios = s.scale().doubles().clone();
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] /= as.scale();
    }
    return requantised(
        s.value(),
        factors(ratios, b.type(s.value()).element(), as),
        s.scale().shape(),
        as.element());
  }

  /** In few binary places if no code is half a step off, else in more than floats can tell. */
  private Factors factors(double[] ratios, ElementType sums, Codes as) {
    Factors few = Factors.nearest(ratios, mostShift(sums, as), options.multiplierBits());
    return few.isNear(ratios, Math.scalb(1.0, -as.bits() - 1))
        ? few
        : Factors.nearest(ratios, DOUBLE_SHIFT, options.multiplierBits());
  }

  private static int mostShift(ElementType sums, Codes as) {
    return sums == ElementType.INT64
        ? DOUBLE_SHIFT
        : Math.max(0, Requantize.mostSingleShift(as.element()));
  }

  private Value requantised(Value sums, Factors f, Shape shape, ElementType element) {
    Tensor multipliers = Tensor.of(new TensorType(ElementType.INT32, shape), f.multipliers());
    return b.emit(new Requantize(element, f.shift()), sums, b.constant(multipliers));
  }

  // Products with weights.

  private Form bias(Value line) {
    Node n = g.node(line);
    int k = roles.biasOperand(n);
    if (!(form(n, 1 - k) instanceof Form.Product p)) {
      return real(line);
    }
    Tensor term = roles.known(n.operands().get(k)).orElseThrow();
    Tensor flat = term.reshape(Shape.of(term.size()));
    Tensor bias = p.bias().map(t -> new Add().evaluate(List.of(t, flat))).orElse(flat);
    return new Form.Product(p.line(), p.operand(), p.weight(), Optional.of(bias));
  }

  /** A weight in codes, and the scale of each of its outputs. */
  private record Stored(Value codes, List<Double> scales) {}

  private Value product(Form.Product p, Codes as) {
    boolean turnsBack = p.line().op() instanceof ConvTranspose && p.bias().isEmpty();
    return options.turned() != Quantize.Turned.OWN && turnsBack && stored.containsKey(p.weight())
        ? backwards(p, stored.get(p.weight()), as)
        : onOwnWeight(p, as);
  }

  private Value onOwnWeight(Form.Product p, Codes as) {
    Value x = coded(p.operand());
    Codes in = scales.of(p.operand());
    boolean wide = in.element() == ElementType.INT16 || options.weights() == Width.INT16;
    int[] outputs = outputs(p.line(), p.weight().shape());
    int count = IntStream.of(outputs).max().orElseThrow() + 1;
    WeightCodes w =
        WeightCodes.of(
            p.weight().doubles(),
            outputs,
            biases(p, count),
            new WeightCodes.Frame(
                in.scale(),
                as.scale(),
                options.weights().top(),
                mostShift(wide ? ElementType.INT64 : ElementType.INT32, as),
                options.multiplierBits(),
                wide,
                options.turned() == Quantize.Turned.ONE_SCALE));
    Value weight =
        b.constant(Tensor.of(p.weight().type().with(options.weights().element()), w.codes()));
    Value sums = b.emit(integer(p.line()), x, weight);
    List<Double> each = Arrays.stream(w.scales()).boxed().toList();
    weights.put(sums, each);
    paired(p, sums);
    if (p.line().op() instanceof Conv) {
      stored.putIfAbsent(p.weight(), new Stored(weight, each));
    }
    Shape shape = perOutput(p.line(), count);
    if (Arrays.stream(w.biases()).anyMatch(bias -> bias != 0)) {
      TensorType type = new TensorType(b.type(sums).element(), shape);
      sums = b.add(sums, b.constant(Tensor.of(type, w.biases())));
    }
    return requantised(sums, w.factors(), shape, as.element());
  }

  /**
   * The transpose of a product with its very codes. Their scales belong to what is summed over
   * here, so the operand is multiplied by them first, the largest taken for 1:
   *
   * <pre>{@code
   * sum_o g[o] * s[o] * w[o,c]  =  largest * sum_o (g[o] * s[o] / largest) * w[o,c]
   * }</pre>
   */
  private Value backwards(Form.Product p, Stored w, Codes as) {
    Codes in = scales.of(p.operand());
    double largest = w.scales.stream().mapToDouble(x -> x).max().orElseThrow();
    double[] ratios = w.scales.stream().mapToDouble(x -> x / largest).toArray();
    Value operand = coded(p.operand());
    boolean isScaled = DoubleStream.of(ratios).allMatch(x -> x == 1);
    Value scaled = isScaled ? operand : scaled(operand, ratios, in);
    Value sums = b.emit(integer(p.line()), scaled, w.codes);
    weights.put(sums, w.scales);
    paired(p, sums);
    Tensor scale = Tensor.scalar(ElementType.FLOAT64, in.scale() * largest);
    return rounded(new Form.Sums(sums, scale, Double.POSITIVE_INFINITY), as);
  }

  private Value scaled(Value operand, double[] ratios, Codes in) {
    Factors factors = factors(ratios, b.type(operand).element(), in);
    return requantised(operand, factors, Shape.of(ratios.length, 1, 1), in.element());
  }

  /** Finds the product whose weight is turned back, or waits for the one that turns it. */
  private void paired(Form.Product p, Value sums) {
    switch (p.line().op()) {
      case ConvTranspose c ->
          Optional.ofNullable(products.get(p.weight())).ifPresent(f -> turned.put(sums, f));
      case MatMul m -> {
        Tensor transposed = new Transpose(List.of(1, 0)).evaluate(List.of(p.weight()));
        Optional.ofNullable(products.get(transposed))
            .ifPresentOrElse(
                f -> turned.put(sums, f), () -> products.putIfAbsent(p.weight(), sums));
      }
      default -> products.putIfAbsent(p.weight(), sums);
    }
  }

  private static double[] biases(Form.Product p, int count) {
    double[] biases = new double[count];
    p.bias()
        .ifPresent(t -> {
          for (int o = 0; o < count; o++) {
            biases[o] = t.at(t.size() == 1 ? 0 : o);
          }
        });
    return biases;
  }

  private static Primitive integer(Node product) {
    return switch (product.op()) {
      case Conv c -> new IntegerConv(c.window(), c.groups(), 0, Product.exact());
      case ConvTranspose c ->
          new IntegerConvTranspose(
              c.window(), c.groups(), c.extraHeight(), c.extraWidth(), Product.exact());
      case MatMul m -> new IntegerMatMul(Product.exact());
      default -> throw new IllegalStateException(product.op().name() + " has no weight");
    };
  }

  /** A vector of one number for each output as it broadcasts to the sums. */
  private static Shape perOutput(Node product, int count) {
    return product.op() instanceof MatMul ? Shape.of(count) : Shape.of(count, 1, 1);
  }

  /** The output that each weight belongs to. */
  private static int[] outputs(Node product, Shape w) {
    int inner = w.product(1, w.rank());
    return IntStream.range(0, w.size())
        .map(i ->
            switch (product.op()) {
              case Conv c -> i / inner;
              case ConvTranspose c -> {
                int group = i / inner / (w.dim(0) / c.groups());
                yield group * w.dim(1) + i % inner / w.product(2, 4);
              }
              default -> i % w.dim(1);
            })
        .toArray();
  }

  // Sums.

  private Form sum(Value line) {
    Node n = g.node(line);
    boolean subtracts = n.op() instanceof Sub;
    if (isBeforeProducts(n)) {
      return written(line);
    }
    if (n.operands().stream().anyMatch(roles::isKnown)) {
      return plusKnown(line, subtracts);
    }
    Codes left = scales.of(n.operands().get(0));
    Codes right = scales.of(n.operands().get(1));
    Codes as = scales.of(line);
    int exponent = commonExponent(as, left, right);
    Value a = shifted(coded(n.operands().get(0)), left, exponent, 1);
    Value c = shifted(coded(n.operands().get(1)), right, exponent, subtracts ? -1 : 1);
    return sums(b.add(a, c), exponent, bound(left, exponent) + bound(right, exponent));
  }

  /** Known numbers are rounded to a finer scale than the codes that they are added to. */
  private Form plusKnown(Value line, boolean subtracts) {
    Node n = g.node(line);
    int k = roles.isKnown(n.operands().get(0)) ? 0 : 1;
    Value x = n.operands().get(1 - k);
    Codes codesOfX = scales.of(x);
    Codes as = scales.of(line);
    int exponent =
        Math.max(
            codesOfX.exponent() - TERM_PLACES, as.exponent() - mostShift(ElementType.INT32, as));
    Tensor known = roles.known(n.operands().get(k)).orElseThrow();
    Codes places = new Codes(ElementType.INT32, exponent);
    double most = Math.scalb(1.0, SUM_BITS);
    double sign = subtracts && k == 1 ? -1 : 1;
    double[] terms = known.doubles().clone();
    for (int i = 0; i < terms.length; i++) {
      terms[i] = sign * Math.clamp(places.code(terms[i]), -most, most);
    }
    Value term = b.constant(Tensor.of(known.type().with(ElementType.INT32), terms));
    Value moved = shifted(coded(x), codesOfX, exponent, subtracts && k == 0 ? -1 : 1);
    return sums(b.add(moved, term), exponent, bound(codesOfX, exponent) + most);
  }

  /** The finer exponent of two, unless the other's codes would leave 32 bits. */
  private static int commonExponent(Codes as, Codes left, Codes right) {
    int finer = Math.min(left.exponent(), right.exponent());
    int room =
        Math.max(
            left.exponent() + left.bits() - SUM_BITS, right.exponent() + right.bits() - SUM_BITS);
    int shift = as.exponent() - mostShift(ElementType.INT32, as);
    return Math.max(finer, Math.max(room, shift));
  }

  /** Codes as multiples of {@code 2^exponent}, in 32 bits. */
  private Value shifted(Value value, Codes from, int exponent, int sign) {
    int places = from.exponent() - exponent;
    if (places < 0) {
      Factors round = new Factors(new long[] {1}, Math.min(-places, DOUBLE_SHIFT));
      return shifted(
          requantised(value, round, Shape.of(), from.element()),
          new Codes(from.element(), exponent),
          exponent,
          sign);
    }
    Value wide = b.cast(value, ElementType.INT32);
    double factor = sign * Math.scalb(1.0, places);
    return factor == 1 ? wide : b.scale(wide, factor);
  }

  private static double bound(Codes c, int exponent) {
    return Math.scalb(c.top() + 1.0, Math.max(0, c.exponent() - exponent));
  }

  private static Form.Sums sums(Value value, int exponent, double bound) {
    return new Form.Sums(
        value, Tensor.scalar(ElementType.FLOAT64, Math.scalb(1.0, exponent)), bound);
  }

  // Products with known numbers, and of two.

  private Form factor(Value line) {
    Node n = g.node(line);
    if (isBeforeProducts(n)) {
      return written(line);
    }
    int k = n.op() instanceof Neg || !roles.isKnown(n.operands().get(1)) ? 0 : 1;
    Value x = n.operands().get(n.op() instanceof Neg ? 0 : 1 - k);
    Tensor by =
        switch (n.op()) {
          case Neg m -> Tensor.scalar(ElementType.FLOAT64, -1);
          case Div d ->
              new Div().evaluate(List.of(Tensor.scalar(ElementType.FLOAT64, 1), wide(n, k)));
          default -> wide(n, k);
        };
    Form.Sums s = open(x);
    return new Form.Sums(s.value(), new Mul().evaluate(List.of(s.scale(), by)), s.bound());
  }

  private Tensor wide(Node n, int known) {
    return roles.known(n.operands().get(known)).orElseThrow().cast(ElementType.FLOAT64);
  }

  /** Integers that stand for a value: sums that only this line uses, or its codes. */
  private Form.Sums open(Value x) {
    if (forms.get(x.index()) instanceof Form.Sums s && roles.isUsedOnce(x)) {
      return s;
    }
    Codes c = scales.of(x);
    return sums(coded(x), c.exponent(), bound(c, c.exponent()));
  }

  private Form productOfTwo(Node n) {
    Codes left = scales.of(n.operands().get(0));
    Codes right = scales.of(n.operands().get(1));
    Value a = b.cast(coded(n.operands().get(0)), ElementType.INT32);
    Value c = b.cast(coded(n.operands().get(1)), ElementType.INT32);
    return sums(
        b.mul(a, c), left.exponent() + right.exponent(), (left.top() + 1.0) * (right.top() + 1.0));
  }

  // Sums over axes, windows and routes.

  private Form total(Node n) {
    Value x = n.operands().getLast();
    Form.Sums s = open(x);
    if (s.scale().size() != 1) {
      Codes c = scales.of(x);
      s = sums(coded(x), c.exponent(), bound(c, c.exponent()));
    }
    int count = count(n);
    double bound = s.bound() * count;
    boolean fits = bound <= Integer.MAX_VALUE && b.type(s.value()).element() != ElementType.INT64;
    Value wide = b.cast(s.value(), fits ? ElementType.INT32 : ElementType.INT64);
    Value total =
        switch (n.op()) {
          case ReduceSum r -> b.emit(r, wide);
          case ReduceMean r -> b.emit(new ReduceSum(r.axes()), wide);
          case SumPool p -> b.emit(p, wide);
          case MaxPoolRoute r -> b.emit(r, result(n.operands().getFirst()), wide);
          default -> throw new IllegalStateException(n.op().name() + " is no total");
        };
    double each = n.op() instanceof ReduceMean ? 1.0 / count : 1;
    double scale = s.scale().at(0) * each;
    return new Form.Sums(total, Tensor.scalar(ElementType.FLOAT64, scale), bound);
  }

  /** So many numbers are added up at most. */
  private int count(Node n) {
    return switch (n.op()) {
      case SumPool p -> p.window().area();
      case MaxPoolRoute r -> r.window().area();
      default -> g.type(n.operands().getFirst()).shape().size() / n.type().shape().size();
    };
  }

  // Codes that stay what they are.

  private Form kept(Value line) {
    Node n = g.node(line);
    boolean staysReal =
        isBeforeProducts(n)
            && roles.kept(line).stream().anyMatch(roles::isReal)
            && !scales.isComputedWith(line);
    if (staysReal) {
      return written(line);
    }
    Codes as = scales.of(line);
    List<Value> operands = new ArrayList<>();
    for (int k = 0; k < n.operands().size(); k++) {
      Value v = n.operands().get(k);
      operands.add(roles.kept(line).contains(v) ? coded(v, as) : companion(n, v));
    }
    Value y = kept(n, as, operands);
    b.name(y, label(n));
    codes.put(y, as);
    return new Form.Coded(y);
  }

  private Value kept(Node n, Codes as, List<Value> x) {
    return switch (n.op()) {
      case Relu r when as.element() == ElementType.UINT8 -> x.getFirst();
      case Clip c -> b.emit(new Clip(as.code(c.low()), as.code(c.high())), x);
      case Pad p -> b.emit(new Pad(p.before(), p.after(), as.code(p.value())), x);
      case ConvTranspose c -> {
        Tensor ones = Tensor.filled(g.type(n.operands().get(1)).with(ElementType.INT8), 1);
        Value spread = b.emit(integer(n), x.getFirst(), b.constant(ones));
        yield requantised(spread, new Factors(new long[] {1}, 0), Shape.of(), as.element());
      }
      default -> b.emit(n.op(), x);
    };
  }

  /** An operand beside the one whose numbers are kept: a condition, an index, a shape. */
  private Value companion(Node n, Value v) {
    if (n.op() instanceof Gate && g.type(v).element() != ElementType.BOOL) {
      return roles.isReal(v)
          ? positive(coded(v))
          : b.constant(truths(roles.known(v).orElseThrow()));
    }
    return isOfShapes(n) && roles.isReal(v) ? shaped(v) : result(v);
  }

  /** Whether a line reads the shape of an operand alone. */
  private static boolean isOfShapes(Node n) {
    return n.op() instanceof ReshapeAs || n.op() instanceof ExpandAs;
  }

  private Value positive(Value codes) {
    return b.greater(codes, b.scalar(0, codes));
  }

  private static Tensor truths(Tensor t) {
    double[] x = t.doubles();
    return Tensor.of(
        t.type().with(ElementType.BOOL),
        IntStream.range(0, x.length).mapToDouble(i -> x[i] > 0 ? 1 : 0).toArray());
  }

  /** Anything of a value's shape. */
  private Value shaped(Value v) {
    return switch (forms.get(v.index())) {
      case Form.Coded c -> c.value();
      case Form.Sums s -> s.value();
      case Form.Real r -> r.value();
      case Form.Product p -> coded(v);
      case Form.Known k -> b.constant(k.tensor());
      case Form.Plain p -> p.value();
    };
  }

  // Decisions.

  /** On codes, where they decide as their numbers do. */
  private Optional<Value> decision(Node n) {
    if (!(n.op() instanceof Greater)) {
      return Optional.of(b.emit(n.op(), coded(n.operands().getFirst())));
    }
    Value left = n.operands().get(0);
    Value right = n.operands().get(1);
    if (roles.isReal(left) && roles.isKnown(right)) {
      return Optional.of(compared(left, right, Math::floor, false));
    }
    if (roles.isReal(right) && roles.isKnown(left)) {
      return Optional.of(compared(right, left, Math::ceil, true));
    }
    return Optional.empty();
  }

  private interface Rounding {
    double of(double x);
  }

  /**
   * {@code x > t} is {@code code > floor(t / scale)}, and {@code t > x} is {@code ceil(t / scale) >
   * code}; in 32 bits where no code is as large as that.
   */
  private Value compared(Value x, Value known, Rounding rounding, boolean isLess) {
    Codes c = scales.of(x);
    Tensor t = roles.known(known).orElseThrow();
    double[] bounds = t.doubles().clone();
    boolean fits = true;
    for (int i = 0; i < bounds.length; i++) {
      double most = Math.scalb(1.0, SUM_BITS);
      bounds[i] = Math.clamp(rounding.of(bounds[i] / c.scale()), -most, most);
      fits &= bounds[i] >= c.element().min() && bounds[i] <= c.element().max();
    }
    ElementType element = fits ? c.element() : ElementType.INT32;
    Value bound = b.constant(Tensor.of(t.type().with(element), bounds));
    Value code = b.cast(coded(x), element);
    return isLess ? b.greater(bound, code) : b.greater(code, bound);
  }
}
