package whyc.pass.quantize;

import java.util.List;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Div;
import whyc.op.MaxPoolRoute;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.ReduceMean;
import whyc.op.ReduceSum;
import whyc.op.Sub;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Integers that are summed, or multiplied by numbers, before they are rounded. */
final class Adding {
  /** Binary places that known numbers have beyond those of the codes that they are added to. */
  private static final int TERM_PLACES = 8;

  private final Draft draft;
  private final Graph g;
  private final Roles roles;
  private final Scales scales;
  private final Builder b;

  Adding(Draft draft) {
    this.draft = draft;
    this.g = draft.graph;
    this.roles = draft.roles;
    this.scales = draft.scales;
    this.b = draft.builder;
  }

  Form sum(Value line) {
    Node n = g.node(line);
    boolean subtracts = n.op() instanceof Sub;
    if (draft.isBeforeProducts(n)) {
      return draft.written(line);
    }
    if (n.operands().stream().anyMatch(roles::isKnown)) {
      return plusKnown(line, subtracts);
    }
    Codes left = scales.of(n.operands().get(0));
    Codes right = scales.of(n.operands().get(1));
    Codes as = scales.of(line);
    int exponent = commonExponent(as, left, right);
    Value a = shifted(draft.coded(n.operands().get(0)), left, exponent, 1);
    Value c = shifted(draft.coded(n.operands().get(1)), right, exponent, subtracts ? -1 : 1);
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
            codesOfX.exponent() - TERM_PLACES,
            as.exponent() - Draft.mostShift(ElementType.INT32, as));
    Tensor known = roles.known(n.operands().get(k)).orElseThrow();
    Codes places = new Codes(ElementType.INT32, exponent);
    double most = Math.scalb(1.0, Draft.SUM_BITS);
    double sign = subtracts && k == 1 ? -1 : 1;
    double[] terms = known.doubles().clone();
    for (int i = 0; i < terms.length; i++) {
      terms[i] = sign * Math.clamp(places.code(terms[i]), -most, most);
    }
    Value term = b.constant(Tensor.of(known.type().with(ElementType.INT32), terms));
    Value moved = shifted(draft.coded(x), codesOfX, exponent, subtracts && k == 0 ? -1 : 1);
    return sums(b.add(moved, term), exponent, bound(codesOfX, exponent) + most);
  }

  /** The finer exponent of two, unless the other's codes would leave 32 bits. */
  private static int commonExponent(Codes as, Codes left, Codes right) {
    int finer = Math.min(left.exponent(), right.exponent());
    int room =
        Math.max(
            left.exponent() + left.bits() - Draft.SUM_BITS,
            right.exponent() + right.bits() - Draft.SUM_BITS);
    int shift = as.exponent() - Draft.mostShift(ElementType.INT32, as);
    return Math.max(finer, Math.max(room, shift));
  }

  /** Codes as multiples of {@code 2^exponent}, in 32 bits. */
  private Value shifted(Value value, Codes from, int exponent, int sign) {
    int places = from.exponent() - exponent;
    if (places < 0) {
      Factors round = new Factors(new long[] {1}, Math.min(-places, Draft.DOUBLE_SHIFT));
      return shifted(
          draft.requantised(value, round, Shape.of(), from.element()),
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

  Form factor(Value line) {
    Node n = g.node(line);
    if (draft.isBeforeProducts(n)) {
      return draft.written(line);
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
    if (draft.form(x) instanceof Form.Sums s && roles.isUsedOnce(x)) {
      return s;
    }
    Codes c = scales.of(x);
    return sums(draft.coded(x), c.exponent(), bound(c, c.exponent()));
  }

  Form productOfTwo(Node n) {
    Codes left = scales.of(n.operands().get(0));
    Codes right = scales.of(n.operands().get(1));
    Value a = b.cast(draft.coded(n.operands().get(0)), ElementType.INT32);
    Value c = b.cast(draft.coded(n.operands().get(1)), ElementType.INT32);
    return sums(
        b.mul(a, c), left.exponent() + right.exponent(), (left.top() + 1.0) * (right.top() + 1.0));
  }

  Form total(Node n) {
    Value x = n.operands().getLast();
    Form.Sums s = open(x);
    if (s.scale().size() != 1) {
      Codes c = scales.of(x);
      s = sums(draft.coded(x), c.exponent(), bound(c, c.exponent()));
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
          case MaxPoolRoute r -> b.emit(r, draft.result(n.operands().getFirst()), wide);
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
}
