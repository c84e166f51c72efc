package whyc.pass;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.ArgMax;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Div;
import whyc.op.Equal;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Greater;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.Max;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Min;
import whyc.op.Mul;
import whyc.op.Pad;
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
import whyc.tensor.Tensor;

/**
 * Quantised arithmetic in floating point, to the bit: for runtimes whose fast kernels are those for
 * floats.
 *
 * <pre>{@code
 * integerConv(x, w)  =  conv(x, w)                          in halves where sums are large
 * requantize(x, m)   =  clip(round(x * (m * 2^-shift)))     see Requantize
 * quantize(x, s, z)  =  clip(round(x / s) + z)
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

  /**
   * What stands for a value.
   *
   * @param range where it is integers written as floats
   */
  private record Form(Value value, Optional<Interval> range) {}

  private static final class Writing {
    private final Graph g;
    private final Builder b = new Builder();
    private final List<Form> forms = new ArrayList<>();
    private final SumRanges sums = new SumRanges();

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
    private Optional<Interval> range(Value v) {
      return form(v).range.or(() -> b.constant(form(v).value).map(Interval::of));
    }

    private Interval rangeOf(Value v) {
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
              range(x).orElseGet(() -> Interval.of(g.type(x).element())));
    }

    private static boolean isExact(Product p) {
      return p instanceof Product.Exact;
    }

    private Optional<Form> some(Value v, Interval r) {
      return Optional.of(new Form(v, Optional.of(r)));
    }

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
      return some(y, Interval.of(to));
    }

    private Optional<Form> requantised(Requantize r, Node n) {
      Value x = n.operands().get(0);
      Optional<Tensor> multipliers = b.constant(form(n.operands().get(1)).value);
      Interval range = range(x).orElseGet(() -> Interval.of(g.type(x).element()));
      boolean isSingle = r.isSingle() && range.isSingle();
      boolean isWhole = multipliers.filter(m -> Interval.of(m).isSingle()).isPresent();
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
      return some(b.cast(y, ElementType.FLOAT32), Interval.of(to));
    }

    private Optional<Form> product(Node n) {
      Value x = n.operands().get(0);
      Interval range = range(x).orElse(Interval.of(g.type(x).element())).with(0);
      return b.constant(form(n.operands().get(1)).value)
          .map(w -> {
            var codes = new RealProducts.Part(b.cast(form(x).value, ElementType.FLOAT32), range);
            var sum = new RealProducts(b).of(n.op(), codes, w.cast(ElementType.FLOAT64));
            return new Form(sum.value(), Optional.of(sum.range()));
          });
    }

    /** Sums of products that a table states, as integers, and then in floats. */
    private Optional<Form> ofTable(Node n, Product product, int padding) {
      ElementType element = g.type(n.operands().getFirst()).element();
      Optional<Interval> range =
          b.constant(form(n.operands().get(1)).value)
              .filter(w -> element.bytes() == 1 && w.element().bytes() == 1)
              .map(w -> sums.ofTable(n.op(), product, element, padding, w))
              .filter(Interval::isSingle);
      return range.flatMap(r -> some(b.cast(asItWas(n).value, ElementType.FLOAT32), r));
    }

    private Optional<Form> ofFloats(Node n) {
      return switch (n.op()) {
        case Cast c -> cast(c, n);
        case Add a -> elementwise(n, rangeOfBoth(n, Interval::plus));
        case Sub s -> elementwise(n, rangeOfBoth(n, (x, y) -> x.plus(y.times(-1))));
        case Mul m -> elementwise(n, rangeOfBoth(n, Interval::times));
        case Max m -> elementwise(n, rangeOfBoth(n, Interval::union));
        case Min m -> elementwise(n, rangeOfBoth(n, Interval::union));
        case Relu r ->
            elementwise(n, rangeOf(n, 0).map(x -> new Interval(0, Math.max(0, x.high()))));
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

    private Optional<Interval> rangeOf(Node n, int operand) {
      return range(n.operands().get(operand));
    }

    private interface Join {
      Interval of(Interval x, Interval y);
    }

    private Optional<Interval> rangeOfBoth(Node n, Join join) {
      return range(n.operands().get(0))
          .flatMap(x -> range(n.operands().get(1)).map(y -> join.of(x, y)));
    }

    private Optional<Interval> union(Node n) {
      return n.operands().stream().allMatch(v -> range(v).isPresent())
          ? n.operands().stream().map(this::rangeOf).reduce(Interval::union)
          : Optional.empty();
    }

    private static Interval clipped(Clip c, Interval x) {
      return new Interval(
          Math.clamp(x.low(), c.low(), c.high()), Math.clamp(x.high(), c.low(), c.high()));
    }

    private Optional<Interval> total(Node n, Optional<Interval> x) {
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
              .filter(r -> r.low() >= to.min() && r.high() <= to.max())
              .flatMap(r -> some(x.value, r));
    }

    /** The same line on floats that hold its result and its operands. */
    private Optional<Form> elementwise(Node n, Optional<Interval> result) {
      Optional<Interval> all =
          n.operands().stream().allMatch(v -> range(v).isPresent())
              ? result.map(r -> n.operands().stream().map(this::rangeOf).reduce(r, Interval::union))
              : Optional.empty();
      return all.filter(Interval::isDouble)
          .flatMap(a -> {
            List<Value> x = n.operands().stream().map(v -> as(a.element(), v)).toList();
            return some(b.emit(n.op(), x), result.orElseThrow());
          });
    }

    private Optional<Form> compared(Node n) {
      return elementwise(n, rangeOfBoth(n, Interval::union))
          .map(f -> new Form(f.value, Optional.empty()));
    }

    /** An index or a switch, by numbers that may be floats as well. */
    private Form decided(Node n) {
      return new Form(b.emit(n.op(), form(n.operands().getFirst()).value), Optional.empty());
    }

    /** A line that reads one operand's numbers, and others that are no such numbers. */
    private Optional<Form> picked(Node n, int operand, Optional<Interval> result) {
      return result
          .filter(Interval::isDouble)
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
      Optional<Interval> range =
          range(n.operands().get(1))
              .flatMap(x -> range(n.operands().get(2)).map(x::union))
              .filter(Interval::isDouble);
      return range.map(r -> {
        Value first = as(r.element(), n.operands().get(1));
        Value second = as(r.element(), n.operands().get(2));
        return new Form(b.where(form(n.operands().get(0)).value, first, second), Optional.of(r));
      });
    }
  }
}
