package whyc.pass;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.heatmap.Pruning.Score;
import whyc.op.Emit;
import whyc.op.Gate;
import whyc.op.Input;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.TensorType;

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
 */
public record PruneGradients(Score score, Threshold threshold) implements Pass {

  /** Share of the image's largest score below which is dropped. */
  public sealed interface Threshold {
    /** 0 to 1; 0 drops nothing. */
    record Fixed(double share) implements Threshold {
      public Fixed {
        if (!(share >= 0 && share <= 1)) {
          throw new IllegalArgumentException(
              "PruneGradients wants a threshold of 0 to 1, got " + share);
        }
      }
    }

    /**
     * An input of the pruned graph, float32 [n,1,1,1], with a share for each image: thresholds are
     * tried without compiling for each. All gradients want the batch of the images, so methods of
     * many points, whose gradients have a batch of their own, are no users.
     */
    record Given(String input) implements Threshold {}
  }

  public PruneGradients(Score score, double threshold) {
    this(score, new Threshold.Fixed(threshold));
  }

  @Override
  public Graph apply(Graph g) {
    return new AtGates().apply(g);
  }

  private boolean dropsNothing() {
    return threshold instanceof Threshold.Fixed f && f.share == 0;
  }

  private final class AtGates extends Rewriting {
    /** Gradients, and what is left of them. */
    private final SequencedMap<Value, Value> kept = new LinkedHashMap<>();

    @Override
    Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
      if (!(op instanceof Gate) || dropsNothing()) {
        return Optional.empty();
      }
      Value gradient = b.emit(op, operands);
      return b.shape(gradient).rank() == 4
          ? Optional.of(kept.computeIfAbsent(gradient, g -> on(b, g, 1)))
          : Optional.empty();
    }
  }

  /**
   * Appends the lines that prune one value, [n,c,h,w] or [n,h,w,c].
   *
   * @param channelAxis 1 or 3
   */
  public Value on(Emit b, Value g, int channelAxis) {
    Value s =
        switch (score) {
          case NUMBER -> b.abs(g);
          case POINT -> b.sum(b.square(g), channelAxis);
        };
    Value share = share(b, g);
    // Scores of points are squared, and so is the threshold.
    Value scaled = score == Score.POINT ? b.square(share) : share;
    Value least = b.mul(b.maximum(s, b.sampleAxes(s)), scaled);
    Value tooSmall = b.greater(least, s);
    return b.where(tooSmall, b.scalar(0, g), g);
  }

  private Value share(Emit b, Value g) {
    return switch (threshold) {
      case Threshold.Fixed f -> b.scalar(f.share, g);
      case Threshold.Given given -> {
        Shape one = Shape.of(b.shape(g).dim(0), 1, 1, 1);
        Value input =
            b.emit(new Input(given.input, new TensorType(ElementType.FLOAT32, one)), List.of());
        yield b.cast(input, b.type(g).element());
      }
    };
  }

  /**
   * What is dropped, as a program of its own.
   *
   * @param graph a pruned graph whose outputs are counts of zeros, float [n], and no others
   * @param gradients those that are pruned, in the order of the backward pass
   */
  public record Zeros(Graph graph, List<Gradient> gradients) {}

  /**
   * A pruned gradient.
   *
   * @param shape of one image's, [c,h,w]
   * @param before the output that counts its zeros as it arrives, behind those that were pruned
   *     before
   * @param after the output that counts them when it is pruned
   * @param reached outputs of the graph on whose way it lies
   */
  public record Gradient(Shape shape, String before, String after, Set<String> reached) {}

  /** Counts the zeros of the gradients that this pass prunes in a graph, before and after. */
  public Zeros zeros(Graph g) {
    AtGates pruning = new AtGates();
    Graph pruned = pruning.apply(new RemoveDead().apply(g));
    Builder b = Builder.continuing(pruned);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    List<Gradient> gradients = new ArrayList<>();
    pruning.kept.forEach((gradient, kept) -> {
      String name = "gradient" + gradients.size();
      List<Integer> extents = b.shape(gradient).dims();
      gradients.add(
          new Gradient(
              new Shape(extents.subList(1, extents.size())),
              name + "_before",
              name + "_after",
              reached(pruned, kept)));
      outputs.put(name + "_before", zerosOf(b, gradient));
      outputs.put(name + "_after", zerosOf(b, kept));
    });
    return new Zeros(b.finish(outputs), gradients);
  }

  private static Value zerosOf(Builder b, Value g) {
    Value zero = b.scalar(0, g);
    Value ones = b.where(b.equal(g, zero), b.scalar(1, g), zero);
    Value count = b.squeeze(b.sum(ones, 1, 2, 3), 1, 2, 3);
    return b.cast(count, ElementType.FLOAT32);
  }

  private static Set<String> reached(Graph pruned, Value gradient) {
    Set<String> reached = new LinkedHashSet<>();
    pruned
        .outputs()
        .forEach((name, value) -> {
          if (pruned.neededFor(List.of(value))[gradient.index()]) {
            reached.add(name);
          }
        });
    return reached;
  }
}
