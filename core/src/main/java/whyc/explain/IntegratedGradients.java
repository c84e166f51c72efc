package whyc.explain;

import java.util.List;
import java.util.Optional;
import whyc.op.Emit;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * The gradient, integrated along the straight path from a baseline to the image.
 *
 * <pre>{@code
 * R = (x - b) * integral over t from 0 to 1 of dY/dx(b + t (x - b))     (Sundararajan et al. 2017, eq. 1)
 *   = (x - b) * sum_k weight[k] * dY/dx(b + place[k] (x - b))           (eq. 3, for any rule)
 * }</pre>
 *
 * The attributions sum to Y(x) - Y(b), as far as the sum equals the integral: what is left over
 * says whether more steps are needed. The class is that of the image at every point of the path. On
 * piecewise linear networks the gradient jumps, so that no rule converges fast.
 *
 * @param steps number of points
 * @param timesInput whether the factor (x - b) is applied; without, the result is a mean gradient
 * @param pointsPerRun see {@link Accumulated}
 */
public record IntegratedGradients(
    int steps, PathRule rule, Baseline baseline, boolean timesInput, int pointsPerRun)
    implements PointExplanation {
  /** Points of {@link PointExplanation} on the path, as fractions of it: an input [n,points]. */
  public static final String ALPHA = "whyc_alpha";

  public IntegratedGradients {
    if (steps < rule.least() || steps > 100_000) {
      throw new RefusedArgument(
          "steps of the rule "
              + rule.text()
              + " want to be "
              + rule.least()
              + " to 100000, got "
              + steps);
    }
    if (pointsPerRun < 1) {
      throw new RefusedArgument("points in a run want to be at least 1, got " + pointsPerRun);
    }
  }

  /** The usual: 50 points of Gauss and Legendre from zero. */
  public IntegratedGradients() {
    this(50, PathRule.GAUSS_LEGENDRE, new Baseline.Zero(), true, 10);
  }

  @Override
  public String name() {
    return "integratedgradients";
  }

  @Override
  public int points() {
    return steps;
  }

  @Override
  public List<String> sums() {
    return List.of(ATTRIBUTION);
  }

  @Override
  public String placeInput() {
    return ALPHA;
  }

  @Override
  public Shape placeShape(Shape sample) {
    return Shape.of();
  }

  @Override
  public double[] place(int point, Shape sample) {
    return new double[] {rule.place(point, steps)};
  }

  @Override
  public double weight(int point) {
    return rule.weight(point, steps);
  }

  @Override
  public Value points(Draft d, Value place) {
    Optional<Value> start = baseline.of(d.g, d.image);
    Value moved = d.g.mul(d.g.unsqueeze(path(d, start), 1), place);
    return start.map(b -> d.g.add(moved, perPoint(d, b))).orElse(moved);
  }

  /** A baseline has the axes of an image or fewer; points have one more. */
  private static Value perPoint(Draft d, Value baseline) {
    boolean whole = d.g.shape(baseline).rank() == d.g.shape(d.image).rank();
    return whole ? d.g.unsqueeze(baseline, 1) : baseline;
  }

  private static Value path(Draft d, Optional<Value> start) {
    return start.map(b -> d.g.sub(d.image, b)).orElse(d.image);
  }

  @Override
  public List<Value> terms(Draft d, Value gradients, Value weights) {
    Value mean = d.g.squeeze(d.g.sum(d.g.mul(gradients, weights), 1), 1);
    Optional<Value> start = baseline.of(d.g, d.image);
    return List.of(timesInput ? d.g.mul(path(d, start), mean) : mean);
  }

  @Override
  public Value finish(Emit g, List<Value> sums) {
    return sums.getFirst();
  }
}
