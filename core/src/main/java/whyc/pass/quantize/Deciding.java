package whyc.pass.quantize;

import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.Greater;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/** Comparisons, and what else is true or false. */
final class Deciding {
  private final Draft draft;
  private final Roles roles;
  private final Scales scales;
  private final Builder b;

  Deciding(Draft draft) {
    this.draft = draft;
    this.roles = draft.roles;
    this.scales = draft.scales;
    this.b = draft.builder;
  }

  /** On codes, where they decide as their numbers do. */
  Optional<Value> decision(Node n) {
    if (!(n.op() instanceof Greater)) {
      return Optional.of(b.emit(n.op(), draft.coded(n.operands().getFirst())));
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
      double most = Math.scalb(1.0, Draft.SUM_BITS);
      bounds[i] = Math.clamp(rounding.of(bounds[i] / c.scale()), -most, most);
      fits &= bounds[i] >= c.element().min() && bounds[i] <= c.element().max();
    }
    ElementType element = fits ? c.element() : ElementType.INT32;
    Value bound = b.constant(Tensor.of(t.type().with(element), bounds));
    Value code = b.cast(draft.coded(x), element);
    return isLess ? b.greater(bound, code) : b.greater(code, bound);
  }
}
