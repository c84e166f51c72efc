package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.And;
import whyc.op.Greater;
import whyc.op.Mul;
import whyc.op.Primitive;
import whyc.op.Sub;
import whyc.op.Value;

/**
 * The form in which a graph is quantised: primitives alone, normalisations folded into weights,
 * weights as constants, decisions stored where they are made.
 *
 * <p>Numbers stay but for their rounding.
 */
public record PrepareToQuantize() implements Pass {
  @Override
  public Graph apply(Graph g) {
    return new Expand()
        .then(new Simplify())
        .then(new FoldBatchNorm())
        .then(new SpreadByConvTranspose())
        .then(new FoldConstants())
        .then(new StoreDecisions())
        .then(new GatesOfClips())
        .then(new RemoveDead())
        .apply(g);
  }

  /**
   * Whether a number lies between two bounds, asked twice instead of as the sign of a product,
   * which would need a scale of its own: {@code y * (c - y) > 0} is {@code y > 0 and c > y} for
   * every c that is not negative.
   */
  private static final class GatesOfClips extends Rewriting {
    @Override
    Optional<Value> rewrite(Builder b, Primitive op, List<Value> x) {
      if (!(op instanceof Greater) || !isZero(b, x.get(1))) {
        return Optional.empty();
      }
      Node product = b.node(x.get(0));
      return product.op() instanceof Mul
          ? between(b, product.operands().get(0), product.operands().get(1), x.get(1))
              .or(() -> between(b, product.operands().get(1), product.operands().get(0), x.get(1)))
          : Optional.empty();
    }

    private static Optional<Value> between(Builder b, Value y, Value rest, Value zero) {
      Node n = b.node(rest);
      boolean isRest =
          n.op() instanceof Sub
              && n.operands().get(1).equals(y)
              && b.constant(n.operands().getFirst())
                  .filter(c -> c.size() == 1 && c.at(0) >= 0)
                  .isPresent();
      return isRest
          ? Optional.of(
              b.emit(new And(), b.greater(y, zero), b.greater(n.operands().getFirst(), y)))
          : Optional.empty();
    }

    private static boolean isZero(Builder b, Value v) {
      return b.constant(v).filter(t -> t.size() == 1 && t.at(0) == 0).isPresent();
    }
  }
}
