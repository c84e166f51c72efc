package whyc.pass;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Binary;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Div;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.MatMul;
import whyc.op.Mul;
import whyc.op.Neg;
import whyc.op.OneHot;
import whyc.op.Op;
import whyc.op.Pow;
import whyc.op.Primitive;
import whyc.op.ReduceMean;
import whyc.op.ReduceSum;
import whyc.op.Reduction;
import whyc.op.Relu;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Squeeze;
import whyc.op.Sub;
import whyc.op.Transpose;
import whyc.op.Unsqueeze;
import whyc.op.Value;
import whyc.op.Where;
import whyc.tensor.Shape;

/**
 * Algebraic identities, applied until none applies. They are what makes closed forms fall out: the
 * derivative of a linear head is a row of its weight, of an average it is that row repeated, the
 * mean of something repeated is that thing, and so on until nothing is left to differentiate at run
 * time.
 *
 * <p>Only identities that hold for every real operand are used; a few change how a float is
 * rounded. Nothing here may depend on the batch having a certain size.
 */
public final class Simplify implements Pass {
  /** Every rule shrinks or pushes forward, so a fixed point is near; this bounds a mistake. */
  private static final int MAX_ROUNDS = 20;

  /** Matrices up to this size may be held a second time to save an operation. */
  private static final int SMALL = 4096;

  @Override
  public Graph apply(Graph g) {
    Graph before = g;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Graph after = new RemoveDead().apply(new Round().apply(before));
      if (after.nodes().equals(before.nodes())) {
        return after;
      }
      before = after;
    }
    return before;
  }

  private static final class Round extends Rewriting {
    @Override
    Optional<Value> rewrite(Builder b, Primitive op, List<Value> x) {
      return switch (op) {
        case Mul m ->
            first(
                () -> factorOne(b, x),
                () -> factors(b, x),
                () -> factorIntoRows(b, x),
                () -> unrepeated(b, op, x),
                () -> OneHotChannels.selectionFirst(b, x));
        case Add a -> first(() -> termZero(b, x), () -> unrepeated(b, op, x));
        case Sub s -> unrepeated(b, op, x);
        case Div d -> first(() -> divisorOne(b, x), () -> unrepeated(b, op, x));
        case Pow p -> power(b, x);
        case Neg n -> producer(b, x.getFirst(), Neg.class).map(p -> p.operands().getFirst());
        case Relu r ->
            isNotNegative(b, x.getFirst()) ? Optional.of(x.getFirst()) : Optional.empty();
        case Gate g ->
            first(() -> gateOfRepeated(b, x), () -> OneHotChannels.gateOfSelection(b, x));
        case Conv c -> scaledIntoWeight(b, c, 1, x);
        case ConvTranspose c ->
            first(
                () -> OneHotChannels.pointwiseOnPoint(b, c, x),
                () -> OneHotChannels.selectedRow(b, c, x),
                () -> scaledIntoWeight(b, c, 0, x));
        case Where w -> unrepeatedWhere(b, x);
        case ReduceMean m ->
            first(
                () -> reduceRepeated(b, m.axes(), x.getFirst(), true),
                () -> factorOut(b, m, x.getFirst()));
        case ReduceSum s ->
            first(
                () -> reduceRepeated(b, s.axes(), x.getFirst(), false),
                () -> factorOut(b, s, x.getFirst()));
        case MatMul m -> rowOfOneHot(b, x);
        case Transpose t -> transposeTwice(b, t, x.getFirst());
        case Squeeze s -> squeeze(b, s, x.getFirst());
        case Unsqueeze u -> unsqueeze(b, u, x.getFirst());
        case Reshape r -> reshape(b, r, x.getFirst());
        case ReshapeAs r -> reshapeAs(b, x);
        case ExpandAs e ->
            b.shape(x.get(0)).equals(b.shape(x.get(1))) ? Optional.of(x.get(0)) : Optional.empty();
        default -> Optional.empty();
      };
    }
  }

  private interface Rule {
    Optional<Value> apply();
  }

  private static Optional<Value> first(Rule... rules) {
    for (Rule rule : rules) {
      Optional<Value> value = rule.apply();
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }

  /** The line that computes a value, if it is of this kind. */
  static Optional<Node> producer(Builder b, Value v, Class<? extends Op> kind) {
    return Optional.of(b.node(v)).filter(n -> kind.isInstance(n.op()));
  }

  private static Optional<Double> scalar(Builder b, Value v) {
    return b.constant(v).filter(t -> t.size() == 1 && t.element().isFloating()).map(t -> t.at(0));
  }

  private static boolean isScalar(Builder b, Value v, double value) {
    return scalar(b, v).filter(s -> s == value).isPresent();
  }

  /** {@code x * 1 = x}. */
  private static Optional<Value> factorOne(Builder b, List<Value> x) {
    return identity(b, x, 1);
  }

  /** {@code x + 0 = x}. */
  private static Optional<Value> termZero(Builder b, List<Value> x) {
    return identity(b, x, 0);
  }

  private static Optional<Value> identity(Builder b, List<Value> x, double neutral) {
    for (int i = 0; i < 2; i++) {
      Value other = x.get(1 - i);
      if (isScalar(b, x.get(i), neutral) && b.shape(x.get(i)).rank() <= b.shape(other).rank()) {
        return Optional.of(other);
      }
    }
    return Optional.empty();
  }

  /** {@code (x * c) * d = x * (c * d)} for scalars; a scalar stands second. */
  private static Optional<Value> factors(Builder b, List<Value> x) {
    if (scalar(b, x.get(0)).isPresent() && scalar(b, x.get(1)).isEmpty()) {
      return Optional.of(b.mul(x.get(1), x.get(0)));
    }
    Optional<Double> outer = scalar(b, x.get(1));
    Optional<Node> inner = producer(b, x.get(0), Mul.class);
    if (outer.isEmpty() || inner.isEmpty() || b.shape(x.get(1)).rank() > 0) {
      return Optional.empty();
    }
    Value factor = inner.get().operands().get(1);
    return scalar(b, factor)
        .filter(f -> b.shape(factor).rank() == 0)
        .map(f -> b.mul(inner.get().operands().get(0), b.scalar(f * outer.get(), factor)));
  }

  /** {@code x / 1 = x}. */
  private static Optional<Value> divisorOne(Builder b, List<Value> x) {
    return isScalar(b, x.get(1), 1) && b.shape(x.get(1)).rank() <= b.shape(x.get(0)).rank()
        ? Optional.of(x.get(0))
        : Optional.empty();
  }

  /** {@code x^1 = x}, {@code x^2 = x * x}. */
  private static Optional<Value> power(Builder b, List<Value> x) {
    if (isScalar(b, x.get(1), 1) && b.shape(x.get(1)).rank() == 0) {
      return Optional.of(x.get(0));
    }
    return isScalar(b, x.get(1), 2) && b.shape(x.get(1)).rank() == 0
        ? Optional.of(b.square(x.get(0)))
        : Optional.empty();
  }

  /**
   * {@code rows(m) * c = rows(m * c)} for a small known matrix: one operation less when it runs.
   */
  private static Optional<Value> factorIntoRows(Builder b, List<Value> x) {
    Optional<Double> factor = scalar(b, x.get(1)).filter(f -> b.shape(x.get(1)).rank() == 0);
    Node n = b.node(x.get(0));
    Optional<Unsqueeze> shaped =
        Optional.of(n.op()).filter(Unsqueeze.class::isInstance).map(Unsqueeze.class::cast);
    Node gather = shaped.isPresent() ? b.node(n.operands().getFirst()) : n;
    if (factor.isEmpty()
        || !(gather.op() instanceof Gather)
        || b.constant(gather.operands().getFirst()).filter(t -> t.size() <= SMALL).isEmpty()) {
      return Optional.empty();
    }
    Value scaled = b.scale(gather.operands().getFirst(), factor.get());
    Value rows = b.emit(gather.op(), scaled, gather.operands().get(1));
    return Optional.of(shaped.isPresent() ? b.emit(shaped.get(), rows) : rows);
  }

  private static boolean isNotNegative(Builder b, Value x) {
    return producer(b, x, Relu.class).isPresent();
  }

  /**
   * Broadcasting repeats anyway: {@code repeat(x) * y = x * y} where {@code y} alone gives the
   * shape. If {@code y} does not, both are repeated, and the repetition moves behind: {@code
   * repeat(x) * c = repeat(x * c)}.
   */
  private static Optional<Value> unrepeated(Builder b, Primitive op, List<Value> x) {
    if (!(op instanceof Binary)) {
      return Optional.empty();
    }
    Shape result = Shape.broadcast(b.shape(x.get(0)), b.shape(x.get(1)));
    for (int i = 0; i < 2; i++) {
      Optional<Node> repeated = producer(b, x.get(i), ExpandAs.class);
      if (repeated.isEmpty()) {
        continue;
      }
      Value source = repeated.get().operands().get(0);
      Value other = x.get(1 - i);
      List<Value> direct = i == 0 ? List.of(source, other) : List.of(other, source);
      if (Shape.broadcast(b.shape(source), b.shape(other)).equals(result)) {
        return Optional.of(b.emit(op, direct));
      }
      if (b.shape(other).rank() == 0) {
        return Optional.of(b.expandAs(b.emit(op, direct), repeated.get().operands().get(1)));
      }
    }
    return Optional.empty();
  }

  /** What a gate lets through may be repeated by the gate itself. */
  private static Optional<Value> gateOfRepeated(Builder b, List<Value> x) {
    return producer(b, x.get(1), ExpandAs.class)
        .filter(n -> b.shape(n.operands().get(0)).broadcastsTo(b.shape(x.get(0))))
        .map(n -> b.gate(x.get(0), n.operands().get(0)));
  }

  private static Optional<Value> unrepeatedWhere(Builder b, List<Value> x) {
    Shape result = b.type(b.emit(new Where(), x)).shape();
    for (int i = 1; i < 3; i++) {
      Optional<Node> repeated = producer(b, x.get(i), ExpandAs.class);
      if (repeated.isPresent()) {
        List<Value> direct = new java.util.ArrayList<>(x);
        direct.set(i, repeated.get().operands().get(0));
        Value y = b.emit(new Where(), direct);
        if (b.shape(y).equals(result)) {
          return Optional.of(y);
        }
      }
    }
    return Optional.empty();
  }

  /**
   * The mean of something that is repeated along the axes is that thing; the sum is that thing
   * times the count.
   */
  private static Optional<Value> reduceRepeated(
      Builder b, List<Integer> axes, Value x, boolean mean) {
    Optional<Node> repeated = producer(b, x, ExpandAs.class);
    if (repeated.isEmpty()) {
      return Optional.empty();
    }
    Value source = repeated.get().operands().get(0);
    Shape from = b.shape(source);
    Shape to = b.shape(x);
    if (from.rank() != to.rank()) {
      return Optional.empty();
    }
    boolean exact =
        IntStream.range(0, to.rank())
            .allMatch(i -> axes.contains(i) ? from.dim(i) == 1 : from.dim(i) == to.dim(i));
    if (!exact || axes.contains(0)) {
      return Optional.empty();
    }
    int count = axes.stream().mapToInt(to::dim).reduce(1, (p, q) -> p * q);
    return Optional.of(mean ? source : b.scale(source, count));
  }

  /** A factor that is the same along the axes comes out of a sum or mean over them. */
  private static Optional<Value> factorOut(Builder b, Reduction op, Value x) {
    Optional<Node> product = producer(b, x, Mul.class);
    if (product.isEmpty()) {
      return Optional.empty();
    }
    Shape full = b.shape(x);
    for (int i = 0; i < 2; i++) {
      Value factor = product.get().operands().get(i);
      Value rest = product.get().operands().get(1 - i);
      Shape s = b.shape(factor);
      boolean same =
          s.rank() == 0
              || (s.rank() == full.rank() && op.axes().stream().allMatch(a -> s.dim(a) == 1));
      boolean restIsWhole =
          op.axes().stream()
              .allMatch(
                  a -> b.shape(rest).rank() == full.rank() && b.shape(rest).dim(a) == full.dim(a));
      // A factor as large as the product would make the rest of the sum larger, not smaller.
      if (same && restIsWhole && b.shape(rest).size() < full.size()) {
        return Optional.of(b.mul(b.emit(op, rest), factor));
      }
    }
    return Optional.empty();
  }

  /**
   * A known factor for each channel of the image goes into the weight: {@code conv(x * s, w) =
   * conv(x, w * s)}. So the scale of a batch normalisation costs nothing in the backward pass.
   *
   * @param channelAxis the weight's axis that the image's channels run along
   */
  private static Optional<Value> scaledIntoWeight(
      Builder b, Primitive conv, int channelAxis, List<Value> x) {
    boolean grouped = conv instanceof Conv c && c.groups() > 1;
    return producer(b, x.get(0), Mul.class)
        .filter(n ->
            !grouped
                && b.isKnown(x.get(1))
                && b.shape(n.operands().getFirst()).equals(b.shape(x.get(0))))
        .flatMap(n ->
            perChannel(b, n.operands().get(1), b.shape(x.get(0)).dim(1))
                .map(scale -> {
                  Value along =
                      b.unsqueeze(
                          scale, channelAxis == 0 ? new int[] {1, 2, 3} : new int[] {0, 2, 3});
                  return b.emit(conv, n.operands().get(0), b.mul(x.get(1), along));
                }));
  }

  /** A constant [1,c,1,1] or [c,1,1] as [c]. */
  private static Optional<Value> perChannel(Builder b, Value factor, int channels) {
    Shape s = b.shape(factor);
    boolean fits = s.size() == channels && s.rank() >= 3 && s.dim(-3) == channels;
    return fits && b.constant(factor).isPresent()
        ? Optional.of(b.reshape(factor, channels))
        : Optional.empty();
  }

  /** A one-hot row times a matrix is a row of the matrix. */
  private static Optional<Value> rowOfOneHot(Builder b, List<Value> x) {
    return producer(b, x.get(0), OneHot.class)
        .filter(n ->
            b.shape(x.get(1)).rank() == 2
                && b.type(x.get(1)).element() == b.type(x.get(0)).element())
        .map(n -> b.gather(x.get(1), n.operands().getFirst(), 0));
  }

  private static Optional<Value> transposeTwice(Builder b, Transpose t, Value x) {
    if (IntStream.range(0, t.permutation().size()).allMatch(i -> t.permutation().get(i) == i)) {
      return Optional.of(x);
    }
    return producer(b, x, Transpose.class)
        .map(n -> {
          Transpose inner = (Transpose) n.op();
          List<Integer> both = t.permutation().stream().map(inner.permutation()::get).toList();
          return b.emit(new Transpose(both), n.operands().getFirst());
        });
  }

  private static Optional<Value> squeeze(Builder b, Squeeze s, Value x) {
    return producer(b, x, Unsqueeze.class)
        .filter(n -> ((Unsqueeze) n.op()).axes().equals(s.axes()))
        .map(n -> n.operands().getFirst());
  }

  private static Optional<Value> unsqueeze(Builder b, Unsqueeze u, Value x) {
    return producer(b, x, Squeeze.class)
        .filter(n -> ((Squeeze) n.op()).axes().equals(u.axes()))
        .map(n -> n.operands().getFirst());
  }

  private static Optional<Value> reshape(Builder b, Reshape r, Value x) {
    Node n = b.node(x);
    if (n.op() instanceof Reshape || n.op() instanceof ReshapeAs) {
      // Zeros of the outer shape copy from the inner result, whose first extents may differ from
      // its
      // operand's.
      Shape inner = b.shape(n.operands().getFirst());
      Shape outer = b.shape(x);
      boolean copiesAgree =
          IntStream.range(0, r.dims().size())
              .filter(i -> r.dims().get(i) == 0)
              .allMatch(i -> i < inner.rank() && inner.dim(i) == outer.dim(i));
      if (copiesAgree) {
        return Optional.of(b.emit(r, n.operands().getFirst()));
      }
    }
    return Optional.empty();
  }

  /**
   * A shape taken from another value: none, some trailing ones, or what a reshape before it undoes.
   */
  private static Optional<Value> reshapeAs(Builder b, List<Value> x) {
    Value v = x.get(0);
    Shape from = b.shape(v);
    Shape to = b.shape(x.get(1));
    if (from.equals(to)) {
      return Optional.of(v);
    }
    if (to.rank() > from.rank()
        && to.dims().subList(0, from.rank()).equals(from.dims())
        && to.product(from.rank(), to.rank()) == 1) {
      return Optional.of(b.unsqueeze(v, IntStream.range(from.rank(), to.rank()).toArray()));
    }
    Node n = b.node(v);
    return n.op() instanceof Reshape || n.op() instanceof ReshapeAs
        ? Optional.of(b.reshapeAs(n.operands().getFirst(), x.get(1)))
        : Optional.empty();
  }
}
