package whyc.rtl;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import whyc.graph.Graph;
import whyc.op.Add;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Gate;
import whyc.op.Mul;
import whyc.op.Op;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.Sub;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/** What makes codes of an operation's sums, in the making: the lines behind those that sum. */
final class Rounding {
  private final Selection s;
  private final Graph g;
  private final Chain chain;
  private Optional<Tensor> bias = Optional.empty();
  private Tensor factor = Tensor.scalar(ElementType.INT32, 1);
  private int shift;
  private Optional<Epilogue.Residual> residual = Optional.empty();
  private boolean relu;
  private Optional<Value> gate = Optional.empty();
  private OptionalInt ceiling = OptionalInt.empty();

  Rounding(Selection s, Chain chain) {
    this.s = s;
    this.g = s.graph();
    this.chain = chain;
  }

  Epilogue epilogue() {
    return new Epilogue(bias, factor, shift, residual, relu, gate, ceiling);
  }

  void relu() {
    relu = true;
  }

  void gate(Value mask) {
    if (!isMask(mask)) {
      throw s.refused(chain.heart(), "a gate wants a decision that was made before");
    }
    gate = Optional.of(mask);
  }

  /**
   * Finds the lines behind those that sum.
   *
   * @param adds whether the drain can read a value beside: not where it reads codes anyway
   */
  void follow(boolean adds) {
    s.uses()
        .sole(chain.last())
        .filter(r -> s.op(r) instanceof Add && isSum(chain.last()))
        .flatMap(r -> bias(r).map(t -> Map.entry(r, t)))
        .ifPresent(e -> {
          bias = Optional.of(e.getValue());
          chain.append(e.getKey());
        });
    if (isSum(chain.last())) {
      s.uses()
          .sole(chain.last())
          .filter(r -> s.op(r) instanceof Cast && g.type(r).element() == ElementType.INT64)
          .ifPresent(chain::append);
      Value r =
          s.uses()
              .sole(chain.last())
              .filter(v -> s.op(v) instanceof Requantize)
              .orElseThrow(() -> s.refused(chain.last(), "sums want to be rounded to codes next"));
      requantize((Requantize) s.op(r), g.node(r).operands().get(1));
      chain.append(r);
    }
    if (adds) {
      residual();
    }
    for (Optional<Value> next = s.uses().sole(chain.last()).filter(this::continues);
        next.isPresent();
        next = s.uses().sole(chain.last()).filter(this::continues)) {
      chain.append(next.orElseThrow());
    }
  }

  private boolean isSum(Value v) {
    ElementType e = g.type(v).element();
    return e == ElementType.INT32 || e == ElementType.INT64;
  }

  private Optional<Tensor> bias(Value add) {
    List<Value> x = g.node(add).operands();
    return s.known(x.get(0)).or(() -> s.known(x.get(1))).filter(this::isPerChannel);
  }

  private boolean isPerChannel(Tensor t) {
    return t.size() == 1 || t.size() == Plane.of(g.type(chain.heart()).shape(), 1).channels();
  }

  void requantize(Requantize r, Value multiplier) {
    factor =
        s.known(multiplier).orElseThrow(() -> s.refused(chain.last(), "factors want to be known"));
    shift = r.shift();
  }

  /** A stored value that is added before anything is decided. */
  private void residual() {
    if (residual.isPresent()) {
      return;
    }
    List<Value> path = new ArrayList<>();
    Value v = chain.last();
    Optional<Value> next = s.uses().sole(v);
    while (next.isPresent() && s.views().of(next.orElseThrow()).filter(v::equals).isPresent()) {
      v = next.orElseThrow();
      path.add(v);
      next = s.uses().sole(v);
    }
    if (next.isEmpty() || !isSumOfTwo(next.orElseThrow())) {
      return;
    }
    Value sum = next.orElseThrow();
    List<Value> x = g.node(sum).operands();
    int own = x.get(0).equals(v) ? 0 : 1;
    if (x.get(0).equals(x.get(1)) || !s.isThere(term(x.get(1 - own)).owner)) {
      return;
    }
    Term mine = new Term(chain.last(), s.views().factor(v, chain.last()) * sign(sum, own), 0);
    Term other = term(x.get(1 - own)).times(sign(sum, 1 - own));
    if (path.stream().allMatch(l -> s.op(l) instanceof Cast || s.op(l) instanceof Mul)) {
      add(mine, other, sum)
          .ifPresent(rounded -> {
            path.add(sum);
            chain.pass(path);
            chain.append(rounded);
          });
    }
  }

  private boolean isSumOfTwo(Value line) {
    Op op = s.op(line);
    return (op instanceof Add || op instanceof Sub)
        && g.node(line).operands().stream().allMatch(x -> s.varies(x));
  }

  private long sign(Value sum, int operand) {
    return s.op(sum) instanceof Sub && operand == 1 ? -1 : 1;
  }

  /**
   * Two stored values, the line of whose sum is the operation's first.
   *
   * @return the one that is summed; the other is added to it
   */
  Value pair(List<Value> x) {
    Term a = term(x.get(0));
    Term b = term(x.get(1));
    if (!s.isThere(a.owner) || !s.isThere(b.owner)) {
      throw s.refused(chain.heart(), "sums want stored values");
    }
    chain.append(
        add(a, b, chain.heart())
            .orElseThrow(() ->
                s.refused(chain.heart(), "a sum of two values wants to be rounded to codes next")));
    return a.owner;
  }

  /** The codes that a sum becomes next, if it does as the core wants it. */
  private Optional<Value> add(Term own, Term other, Value sum) {
    Optional<Value> rounded = s.uses().sole(sum).filter(r -> s.op(r) instanceof Requantize);
    Optional<Tensor> factor =
        rounded
            .flatMap(r -> s.known(g.node(r).operands().get(1)))
            .filter(t -> t.size() == 1 && Views.isPowerOfTwo((long) t.at(0)));
    if (factor.isEmpty() || own.right != 0 || !isSameShape(other, sum)) {
      return Optional.empty();
    }
    int more = Long.numberOfTrailingZeros((long) factor.orElseThrow().at(0));
    Requantize r = (Requantize) s.op(rounded.orElseThrow());
    residual =
        Optional.of(
            new Epilogue.Residual(
                other.owner,
                more + Long.numberOfTrailingZeros(own.factor),
                own.factor < 0,
                more + Long.numberOfTrailingZeros(other.factor),
                other.right,
                other.factor < 0,
                r.shift()));
    return rounded;
  }

  private boolean isSameShape(Term term, Value sum) {
    return g.type(term.owner).shape().equals(g.type(sum).shape());
  }

  private boolean continues(Value line) {
    List<Value> x = g.node(line).operands();
    return switch (s.op(line)) {
      case Relu _ -> {
        relu();
        yield true;
      }
      case Gate _ when x.get(1).equals(chain.last()) && gate.isEmpty() && isMask(x.get(0)) -> {
        gate(x.getFirst());
        yield true;
      }
      case Clip c -> {
        clip(c);
        yield true;
      }
      default -> false;
    };
  }

  private boolean isMask(Value v) {
    return g.type(v).element() == ElementType.BOOL && s.isThere(v);
  }

  void clip(Clip c) {
    if (c.low() != 0 || c.high() != Math.rint(c.high()) || ceiling.isPresent()) {
      throw s.refused(chain.heart(), "a clip wants to be from 0 to a code");
    }
    relu = true;
    ceiling = OptionalInt.of((int) c.high());
  }

  /**
   * A stored value as an addend.
   *
   * @param factor a power of two, or its negative
   * @param right binary places that are rounded off before
   */
  private record Term(Value owner, long factor, int right) {
    Term times(long sign) {
      return new Term(owner, factor * sign, right);
    }
  }

  private Term term(Value v) {
    return new Term(s.views().owner(v), s.views().factor(v), 0);
  }
}
