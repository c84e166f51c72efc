package whyc.assign;

import whyc.explain.Baseline;
import whyc.explain.PathRule;

/**
 * How much of what the score gains on the way from a baseline to the image flows through each
 * channel.
 *
 * <pre>{@code
 * C_y = integral over t from 0 to 1 of dF/dy * dy/dt           at x' + t (x - x')
 *     = sum_{k=0}^{n-1} dF/dy(t_k) * (y(t_{k+1}) - y(t_k))     n + 1 points t_k
 * channel = |sum of C_y over its places|, or the sum of |C_y|: see Neuron      layer = sum over channels
 * }</pre>
 *
 * (Dhamdhere et al. 2019. The sum is the one that Captum's {@code LayerConductance} computes, which
 * needs no dy/dx: 51 points for 50 steps.) The values of all channels of a layer that every path
 * goes through sum to F(x) - F(x'), as far as the sum is the integral; how far it is stands in
 * {@link Criticality.Cut}.
 *
 * <p>That is why the signed sum over a layer, {@code z_l} of XAI-Gen, does not rank the layers of a
 * network without branches: it is the same number for each. Magnitudes of channels do.
 *
 * <p>A scale or shift of a channel, such as a batch normalisation, does not change its conductance.
 *
 * <p>Cost: n + 1 evaluations of the model and its gradient for each image, for all layers together;
 * a few more where not all points fit into one run.
 *
 * @param steps n
 * @param rule where the points lie
 * @param baseline in the space of the model's input: black is what a black picture becomes there
 */
public record Conductance(int steps, PathRule rule, Baseline baseline, Neuron neuron)
    implements Criticality {

  /** What counts as one neuron, whose magnitude is taken. */
  public enum Neuron {
    /** A channel: what is left out when a channel is. Its places may cancel. */
    CHANNEL,
    /** Each value: nothing cancels, so that layers of many values count more. */
    VALUE
  }

  private static final int MAX_STEPS = 100_000;

  public Conductance {
    int least = Math.max(1, rule.least() - 1);
    if (steps < least || steps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "conductance along "
              + rule.text()
              + " wants "
              + least
              + " to "
              + MAX_STEPS
              + " steps, got "
              + steps);
    }
  }

  /** The usual: 50 steps between points of Gauss and Legendre, from zero. */
  public Conductance() {
    this(50, PathRule.GAUSS_LEGENDRE, new Baseline.Zero(), Neuron.CHANNEL);
  }

  /** The usual, from another baseline. */
  public static Conductance from(Baseline baseline, Neuron neuron) {
    return new Conductance(50, PathRule.GAUSS_LEGENDRE, baseline, neuron);
  }

  @Override
  public String name() {
    return switch (neuron) {
      case CHANNEL -> "conductance";
      case VALUE -> "conductance of values";
    };
  }
}
