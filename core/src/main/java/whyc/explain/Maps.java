package whyc.explain;

import whyc.op.Emit;
import whyc.op.Value;

/** Sentences that several class activation maps say. */
final class Maps {
  private Maps() {}

  /** {@code sum_k w[k,i,j] * a[k,i,j]}, [n,1,h,w], negative values cut off if that is asked for. */
  static Value weighted(Emit g, Value weights, Value activation, boolean relu) {
    return finished(g, g.sum(g.mul(weights, activation), 1), relu);
  }

  static Value finished(Emit g, Value map, boolean relu) {
    return relu ? g.relu(map) : map;
  }

  /** {@code a / b}, and 0 where {@code b} is 0. */
  static Value ratio(Emit g, Value a, Value b) {
    Value isZero = g.equal(b, g.scalar(0, b));
    Value safe = g.where(isZero, g.scalar(1, b), b);
    Value quotient = g.div(a, safe);
    return g.where(isZero, g.scalar(0, quotient), quotient);
  }
}
