package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Gate;
import whyc.op.Primitive;
import whyc.op.Value;

/**
 * Drops the small numbers of every gradient that a gate lets through, image by image, so that what
 * follows has more zeros to leave out. The map changes: this is for those who would rather have it
 * soon.
 *
 * <pre>{@code
 * g' = g where s >= threshold * max(s), else 0        max over the image
 * }</pre>
 *
 * <p>The backward pass is linear in the gradient once its gates are set, and the forward pass is
 * not touched. With d the part that is dropped at a gate, and B the backward pass from there to the
 * image without any dropping, the map therefore changes by exactly the sum over all gates of B d,
 * and its length by no more than
 *
 * <pre>{@code
 * |map' - map| <= sum over gates |B| |d|,     |d| <= threshold * max(s) * sqrt(dropped)
 * }</pre>
 *
 * where the right-hand side of the second holds for single numbers, and for points with the number
 * of dropped points under the root. The norms of B belong to the network and its image; what a
 * threshold does to maps is measured, not guessed.
 *
 * <p>Applied to expanded graphs, in which gates stand in backward passes only. Gradients that are
 * no images, which have no places, are left alone.
 *
 * @param threshold share of the image's largest score, 0 to 1; 0 drops nothing
 */
public record PruneGradients(Score score, double threshold) implements Pass {
  public PruneGradients {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "PruneGradients wants a threshold of 0 to 1, got " + threshold);
    }
  }

  /** What is kept or dropped together, and by which score s. */
  public enum Score {
    /** Single numbers, by their absolute value. */
    NUMBER,

    /** All channels of a place, by the length of their vector. */
    POINT
  }

  @Override
  public Graph apply(Graph g) {
    return new Pruning().apply(g);
  }

  private final class Pruning extends Rewriting {
    @Override
    Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
      if (!(op instanceof Gate) || threshold == 0) {
        return Optional.empty();
      }
      Value gradient = b.emit(op, operands);
      return b.shape(gradient).rank() == 4 ? Optional.of(pruned(b, gradient)) : Optional.empty();
    }
  }

  /** Scores of points are squared, and so is the threshold. */
  private Value pruned(Builder b, Value g) {
    Value s =
        switch (score) {
          case NUMBER -> b.abs(g);
          case POINT -> b.sum(b.square(g), 1);
        };
    double share = score == Score.POINT ? threshold * threshold : threshold;
    Value least = b.scale(b.maximum(s, b.sampleAxes(s)), share);
    Value tooSmall = b.greater(least, s);
    return b.where(tooSmall, b.scalar(0, g), g);
  }
}
