package whyc.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.ArgMax;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Conv;
import whyc.op.Div;
import whyc.op.Equal;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Floor;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Greater;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MatMul;
import whyc.op.Max;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Min;
import whyc.op.Mul;
import whyc.op.Op;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.QuantizeLinear;
import whyc.op.ReduceMax;
import whyc.op.ReduceSum;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Round;
import whyc.op.Slice;
import whyc.op.Squeeze;
import whyc.op.Sub;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Where;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Quantised arithmetic in floating point, to the bit: for runtimes whose fast kernels are those for
 * floats.
 *
 * <pre>{@code
 * integerConv(x, w)           =  conv(x, w)                         while no sum exceeds 2^24
 *                             =  2^k * conv(high, w) + conv(low, w)     x = 2^k * high + low, else
 * requantize(x, m)            =  clip(round(x * (m * 2^-shift)))        see Requantize
 * quantize(x, s, z)           =  clip(round(x / s) + z)
 * }</pre>
 *
 * Integers up to 2^24 and their sums are exact in single precision, in whatever order they are
 * added; how large each can become follows from the types and the weights. What can become larger
 * is held in double precision, up to 2^53, and products that could exceed 2^24 are taken in two
 * halves.
 *
 * <p>Does not apply to products that are not exact, whose operands become integers again; but their
 * sums are floats once more, since the table and the weight tell how large they can be. Nor does it
 * apply to integers that are indices. Where codes become real numbers they pass an integer type,
 * which knows no negative zero.
 */
public record IntegersAsFloats() implements Pass {
  @Override
  public Graph apply(Graph g) {
    boolean isQuantised =
        g.nodes().stream()
            .anyMatch(n ->
                n.type().element() == ElementType.INT16
                    || n.op() instanceof Requantize
                    || n.op() instanceof IntegerConv
                    || n.op() instanceof IntegerConvTranspose
                    || n.op() instanceof IntegerMatMul);
    return isQuantised ? new RemoveDead().apply(new Writing(g).run()) : g;
  }

  /** The integers that a value can be. */
  private record Range(double low, double high) {
    static Range of(ElementType type) {
      return new Range(type.min(), type.max());
    }

    static Range of(Tensor t) {
      double[] x = t.doubles();
      return new Range(Arrays.stream(x).min().orElseThrow(), Arrays.stream(x).max().orElseThrow());
    }

    Range with(double other) {
      return new Range(Math.min(low, other), Math.max(high, other));
    }

    Range union(Range other) {
      return with(other.low).with(other.high);
    }

    Range plus(Range other) {
      return new Range(low + other.low, high + other.high);
    }

    Range times(Range other) {
      return new Range(low * other.low, low * other.low)
          .with(low * other.high)
          .with(high * other.low)
          .with(high * other.high);
    }

    Range times(double factor) {
      return times(new Range(factor, factor));
    }

    double size() {
      return Math.max(Math.abs(low), Math.abs(high));
    }

    boolean isSingle() {
      return size() <= 0x1p24;
    }

    boolean isDouble() {
      return size() <= 0x1p53;
    }

    ElementType element() {
      return isSingle() ? ElementType.FLOAT32 : ElementType.FLOAT64;
    }
  }

  /**
   * What stands for a value.
   *
   * @param range where it is integers written as floats
   */
  private record Form(Value value, Optional<Range> range) {}

  private static final class Writing {
    private final Graph g;
    private final Builder b = new Builder();
    private final List<Form> forms = new ArrayList<>();

    /** What products of a table with a weight can be: many lines have the same. */
    private final Map<Factor, Range> products = new HashMap<>();

    private record Factor(Product product, ElementType element, int weight) {}

    Writing(Graph g) {
      this.g = g;
    }

    Graph run() {
      for (Node n : g.nodes()) {
        Form form = inFloats(n).orElseGet(() -> asItWas(n));
        b.name(form.value, n.label());
        forms.add(form);
      }
      return b.finish(Builder.mapped(g.outputs(), this::original));
    }

    private Form form(Value v) {
      return forms.get(v.index());
    }

    private boolean isInFloats(Value v) {
      return form(v).range.isPresent();
    }

    /** A value as the old graph has it. */
    private Value original(Value v) {
      return isInFloats(v) ? b.cast(form(v).value, g.type(v).element()) : form(v).value;
    }

    private Form asItWas(Node n) {
      Value v = b.emit(n.op(), n.operands().stream().map(this::original).toList());
      return new Form(v, Optional.empty());
    }

    /** The range of a value that is integers in floats, or known integers. */
    private Optional<Range> range(Value v) {
      return form(v).range.or(() -> b.constant(form(v).value).map(Range::of));
    }

    private Range rangeOf(Value v) {
      return range(v).orElseThrow();
    }

    /** A value in a floating type that holds it exactly. */
    private Value as(ElementType element, Value v) {
      Value value = form(v).value;
      return b.constant(value)
          .filter(t -> t.element() != element)
          .map(t -> b.constant(t.cast(element)))
          .orElseGet(() -> b.cast(value, element));
    }

    private Optional<Form> inFloats(Node n) {
      return switch (n.op()) {
        case QuantizeLinear q -> quantised(n);
        case Requantize r -> requantised(r, n);
        case IntegerConv c when isExact(c.product()) && c.padding() == 0 -> product(n);
        case IntegerConvTranspose c when isExact(c.product()) -> product(n);
        case IntegerMatMul m when isExact(m.product()) -> product(n);
        case IntegerConv c -> ofTable(n, c.product(), c.padding());
        case IntegerConvTranspose c -> ofTable(n, c.product(), 0);
        case IntegerMatMul m -> ofTable(n, m.product(), 0);
        case Cast c when c.element().bytes() > 2 && isCode(n) -> wider(c, n);
        default ->
            n.operands().stream().anyMatch(v -> isInFloats(v) || isKnownCode(v))
                ? ofFloats(n)
                : Optional.empty();
      };
    }

    /** Whether a value is known codes, such as the row of a weight. */
    private boolean isKnownCode(Value v) {
      return isCode(g.type(v).element()) && range(v).isPresent();
    }

    /** Whether a line reads integers of few bits, which are no indices. */
    private boolean isCode(Node n) {
      return isCode(g.type(n.operands().getFirst()).element());
    }

    private static boolean isCode(ElementType element) {
      return switch (element) {
        case INT8, UINT8, INT16 -> true;
        case UINT16, INT32, UINT32, INT64, UINT64, BOOL, FLOAT16, FLOAT32, FLOAT64 -> false;
      };
    }

    private Optional<Form> wider(Cast c, Node n) {
      Value x = n.operands().getFirst();
      return c.element().isFloating()
          ? Optional.empty()
          : some(
              b.cast(form(x).value, ElementType.FLOAT32),
              range(x).orElseGet(() -> Range.of(g.type(x).element())));
    }

    private static boolean isExact(Product p) {
      return p instanceof Product.Exact;
    }

    private Optional<Form> some(Value v, Range r) {
      return Optional.of(new Form(v, Optional.of(r)));
    }

    // Rounding.

    private Optional<Form> quantised(Node n) {
      Value x = original(n.operands().get(0));
      ElementType to = n.type().element();
      if (b.type(x).element() != ElementType.FLOAT32 || to.bytes() > 2) {
        return Optional.empty();
      }
      Value quotient = b.emit(new Div(), x, original(n.operands().get(1)));
      Value zero = as(ElementType.FLOAT32, n.operands().get(2));
      Value rounded = b.emit(new Round(), quotient);
      Value y = b.emit(new Clip(to.min(), to.max()), b.add(rounded, zero));
      return some(y, Range.of(to));
    }

    private Optional<Form> requantised(Requantize r, Node n) {
      Value x = n.operands().get(0);
      Optional<Tensor> multipliers = b.constant(form(n.operands().get(1)).value);
      Range range = range(x).orElseGet(() -> Range.of(g.type(x).element()));
      boolean isSingle = r.isSingle() && range.isSingle();
      boolean isWhole = multipliers.filter(m -> Range.of(m).isSingle()).isPresent();
      if (!isWhole || !(isSingle || (r.isDouble() && range.isDouble()))) {
        return Optional.empty();
      }
      ElementType element = isSingle ? ElementType.FLOAT32 : ElementType.FLOAT64;
      Value product = as(element, x);
      double[] factors = multipliers.orElseThrow().doubles().clone();
      for (int i = 0; i < factors.length; i++) {
        factors[i] = Math.scalb(factors[i], -r.shift());
      }
      if (Arrays.stream(factors).anyMatch(f -> f != 1)) {
        product = b.mul(product, b.values(multipliers.orElseThrow().shape(), factors, product));
      }
      ElementType to = r.element();
      Value rounded = r.shift() == 0 ? product : b.emit(new Round(), product);
      Value y = b.emit(new Clip(to.min(), to.max()), rounded);
      return some(b.cast(y, ElementType.FLOAT32), Range.of(to));
    }

    // Products.

    private Optional<Form> product(Node n) {
      Value x = n.operands().get(0);
      Optional<Tensor> weight = b.constant(form(n.operands().get(1)).value);
      ElementType element = g.type(x).element();
      if (weight.isEmpty()) {
        return Optional.empty();
      }
      Value codes = isInFloats(x) ? form(x).value : b.cast(form(x).value, ElementType.FLOAT32);
      Range range = range(x).orElse(Range.of(element)).with(0);
      Part sum = product(n.op(), new Part(codes, range), weight.get().cast(ElementType.FLOAT64));
      return some(sum.value, sum.range);
    }

    /** Sums of products that a table states, as integers, and then in floats. */
    private Optional<Form> ofTable(Node n, Product product, int padding) {
      ElementType element = g.type(n.operands().getFirst()).element();
      Optional<Range> range =
          b.constant(form(n.operands().get(1)).value)
              .filter(w -> element.bytes() == 1 && w.element().bytes() == 1)
              .map(w -> sums(n.op(), product, element, padding, w))
              .filter(Range::isSingle);
      return range.flatMap(r -> some(b.cast(asItWas(n).value, ElementType.FLOAT32), r));
    }

    /** What sums of products with any code can be. */
    private Range sums(Op op, Product product, ElementType element, int padding, Tensor weight) {
      int[] w = weight.ints();
      int[] outputs = outputs(op, weight.shape());
      Range[] sums = new Range[IntStream.of(outputs).max().orElseThrow() + 1];
      Arrays.fill(sums, new Range(0, 0));
      for (int i = 0; i < w.length; i++) {
        int v = w[i];
        Range one =
            products
                .computeIfAbsent(
                    new Factor(product, element, v), f -> products(product, element, v))
                .with(product.of(padding, v));
        sums[outputs[i]] = sums[outputs[i]].plus(one);
      }
      return Arrays.stream(sums).reduce(Range::union).orElseThrow();
    }

    private static Range products(Product product, ElementType element, int weight) {
      double[] all =
          IntStream.rangeClosed((int) element.min(), (int) element.max())
              .mapToDouble(code -> product.of(code, weight))
              .toArray();
      return new Range(
          Arrays.stream(all).min().orElseThrow(), Arrays.stream(all).max().orElseThrow());
    }

    /** Integers in floats. */
    private record Part(Value value, Range range) {}

    private Part product(Op op, Part x, Tensor w) {
      Range range = sums(op, x.range, w);
      if (range.isSingle()) {
        Value weight = b.constant(w.cast(ElementType.FLOAT32));
        return new Part(b.emit(real(op), x.value, weight), range);
      }
      double size = Range.of(w).size();
      if (x.range.size() >= size) {
        int places = places(x.range.size());
        Value high = b.emit(new Floor(), b.scale(x.value, Math.scalb(1.0, -places)));
        Value low = b.sub(x.value, b.scale(high, Math.scalb(1.0, places)));
        return joined(
            product(op, new Part(high, scaled(x.range, places)), w),
            product(op, new Part(low, new Range(0, Math.scalb(1.0, places) - 1)), w),
            places,
            range);
      }
      int places = places(size);
      return joined(product(op, x, high(w, places)), product(op, x, low(w, places)), places, range);
    }

    /** Half of the bits of integers of a size. */
    private static int places(double size) {
      return (Math.getExponent(size) + 2) / 2;
    }

    private static Range scaled(Range r, int places) {
      return new Range(
          Math.floor(Math.scalb(r.low, -places)), Math.floor(Math.scalb(r.high, -places)));
    }

    private static Tensor high(Tensor w, int places) {
      double[] x = w.doubles();
      return Tensor.of(
          w.type(), Arrays.stream(x).map(v -> Math.floor(Math.scalb(v, -places))).toArray());
    }

    private static Tensor low(Tensor w, int places) {
      double[] x = w.doubles();
      double[] high = high(w, places).doubles();
      return Tensor.of(
          w.type(),
          IntStream.range(0, x.length)
              .mapToDouble(i -> x[i] - Math.scalb(high[i], places))
              .toArray());
    }

    private Part joined(Part high, Part low, int places, Range range) {
      Value upper = b.scale(b.cast(high.value, ElementType.FLOAT64), Math.scalb(1.0, places));
      Value sum = b.add(upper, b.cast(low.value, ElementType.FLOAT64));
      return new Part(b.cast(sum, range.element()), range);
    }

    private static Primitive real(Op op) {
      return switch (op) {
        case IntegerConv c -> new Conv(c.window(), c.groups());
        case IntegerConvTranspose c -> c.transposed();
        default -> new MatMul();
      };
    }

    /** What sums of products with numbers of a range, 0 among them, can be, parts included. */
    private static Range sums(Op op, Range x, Tensor weight) {
      double[] w = weight.doubles();
      int[] outputs = outputs(op, weight.shape());
      int count = IntStream.of(outputs).max().orElseThrow() + 1;
      double[] low = new double[count];
      double[] high = new double[count];
      for (int i = 0; i < w.length; i++) {
        low[outputs[i]] += Math.min(w[i] * x.low, w[i] * x.high);
        high[outputs[i]] += Math.max(w[i] * x.low, w[i] * x.high);
      }
      return new Range(
          Arrays.stream(low).min().orElseThrow(), Arrays.stream(high).max().orElseThrow());
    }

    private static int[] outputs(Op op, Shape w) {
      int inner = w.product(1, w.rank());
      return IntStream.range(0, w.size())
          .map(i ->
              switch (op) {
                case IntegerConv c -> i / inner;
                case IntegerConvTranspose c ->
                    i / inner / (w.dim(0) / c.groups()) * w.dim(1) + i % inner / w.product(2, 4);
                default -> i % w.dim(1);
              })
          .toArray();
    }

    // Everything else.

    private Optional<Form> ofFloats(Node n) {
      return switch (n.op()) {
        case Cast c -> cast(c, n);
        case Add a -> elementwise(n, rangeOfBoth(n, Range::plus));
        case Sub s -> elementwise(n, rangeOfBoth(n, (x, y) -> x.plus(y.times(-1))));
        case Mul m -> elementwise(n, rangeOfBoth(n, Range::times));
        case Max m -> elementwise(n, rangeOfBoth(n, Range::union));
        case Min m -> elementwise(n, rangeOfBoth(n, Range::union));
        case Relu r -> elementwise(n, rangeOf(n, 0).map(x -> new Range(0, Math.max(0, x.high))));
        case Clip c -> elementwise(n, rangeOf(n, 0).map(x -> clipped(c, x)));
        case Greater x -> compared(n);
        case Equal x -> compared(n);
        case ArgMax a -> Optional.of(decided(n));
        case MaxPoolSwitches s -> Optional.of(decided(n));
        case Gate x -> picked(n, 1, rangeOf(n, 1).map(r -> r.with(0)));
        case MaxPoolRoute r ->
            picked(n, 1, rangeOf(n, 1).map(x -> x.with(0).times(r.window().area())));
        case Where x -> chosen(n);
        case Concat c -> elementwise(n, union(n));
        case ReduceSum r -> picked(n, 0, total(n, rangeOf(n, 0)));
        case SumPool p -> picked(n, 0, rangeOf(n, 0).map(x -> x.with(0).times(p.window().area())));
        case Pad p -> picked(n, 0, rangeOf(n, 0).map(x -> x.with(p.value())));
        case MaxPool x -> picked(n, 0, rangeOf(n, 0));
        case ReduceMax x -> picked(n, 0, rangeOf(n, 0));
        case Reshape x -> picked(n, 0, rangeOf(n, 0));
        case ReshapeAs x -> picked(n, 0, rangeOf(n, 0));
        case Squeeze x -> picked(n, 0, rangeOf(n, 0));
        case Unsqueeze x -> picked(n, 0, rangeOf(n, 0));
        case Transpose x -> picked(n, 0, rangeOf(n, 0));
        case Slice x -> picked(n, 0, rangeOf(n, 0));
        case Expand x -> picked(n, 0, rangeOf(n, 0));
        case ExpandAs x -> picked(n, 0, rangeOf(n, 0));
        case Gather x -> picked(n, 0, rangeOf(n, 0));
        case GatherElements x -> picked(n, 0, rangeOf(n, 0));
        default -> Optional.empty();
      };
    }

    private Optional<Range> rangeOf(Node n, int operand) {
      return range(n.operands().get(operand));
    }

    private interface Join {
      Range of(Range x, Range y);
    }

    private Optional<Range> rangeOfBoth(Node n, Join join) {
      return range(n.operands().get(0))
          .flatMap(x -> range(n.operands().get(1)).map(y -> join.of(x, y)));
    }

    private Optional<Range> union(Node n) {
      return n.operands().stream().allMatch(v -> range(v).isPresent())
          ? n.operands().stream().map(this::rangeOf).reduce(Range::union)
          : Optional.empty();
    }

    private static Range clipped(Clip c, Range x) {
      return new Range(Math.clamp(x.low, c.low(), c.high()), Math.clamp(x.high, c.low(), c.high()));
    }

    private Optional<Range> total(Node n, Optional<Range> x) {
      int count = g.type(n.operands().getFirst()).shape().size() / n.type().shape().size();
      return x.map(r -> r.with(0).times(count));
    }

    /** Wider integers are the same; of narrower ones only the bits that fit would be. */
    private Optional<Form> cast(Cast c, Node n) {
      Form x = form(n.operands().getFirst());
      ElementType to = c.element();
      return to.isFloating() || to == ElementType.BOOL
          ? Optional.empty()
          : x.range
              .filter(r -> r.low >= to.min() && r.high <= to.max())
              .flatMap(r -> some(x.value, r));
    }

    /** The same line on floats that hold its result and its operands. */
    private Optional<Form> elementwise(Node n, Optional<Range> result) {
      Optional<Range> all =
          n.operands().stream().allMatch(v -> range(v).isPresent())
              ? result.map(r -> n.operands().stream().map(this::rangeOf).reduce(r, Range::union))
              : Optional.empty();
      return all.filter(Range::isDouble)
          .flatMap(a -> {
            List<Value> x = n.operands().stream().map(v -> as(a.element(), v)).toList();
            return some(b.emit(n.op(), x), result.orElseThrow());
          });
    }

    private Optional<Form> compared(Node n) {
      return elementwise(n, rangeOfBoth(n, Range::union))
          .map(f -> new Form(f.value, Optional.empty()));
    }

    /** An index or a switch, by numbers that may be floats as well. */
    private Form decided(Node n) {
      return new Form(b.emit(n.op(), form(n.operands().getFirst()).value), Optional.empty());
    }

    /** A line that reads one operand's numbers, and others that are no such numbers. */
    private Optional<Form> picked(Node n, int operand, Optional<Range> result) {
      return result
          .filter(Range::isDouble)
          .map(r -> {
            List<Value> x = new ArrayList<>();
            for (int k = 0; k < n.operands().size(); k++) {
              Value v = n.operands().get(k);
              x.add(k == operand ? as(r.element(), v) : form(v).value);
            }
            return new Form(b.emit(n.op(), x), Optional.of(r));
          });
    }

    private Optional<Form> chosen(Node n) {
      Optional<Range> range =
          range(n.operands().get(1))
              .flatMap(x -> range(n.operands().get(2)).map(x::union))
              .filter(Range::isDouble);
      return range.map(r -> {
        Value first = as(r.element(), n.operands().get(1));
        Value second = as(r.element(), n.operands().get(2));
        return new Form(b.where(form(n.operands().get(0)).value, first, second), Optional.of(r));
      });
    }
  }
}
