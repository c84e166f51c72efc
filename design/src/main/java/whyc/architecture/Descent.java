package whyc.architecture;

import java.util.List;

/**
 * Stochastic gradient descent with Nesterov's momentum (Sutskever et al. 2013, section 2) and
 * weight decay:
 *
 * <pre>{@code
 * g = gradient + decay * w
 * v = momentum * v + g
 * w = w - rate * (g + momentum * v)
 * }</pre>
 *
 * @param velocity {@code v}, changed by each step
 */
record Descent(List<Parameter> parameters, Weights velocity, float momentum, float decay) {

  /** Changes weights by one step; running statistics stay as they are. */
  void step(Weights weights, List<float[]> gradients, float rate) {
    for (int t = 0; t < parameters.size(); t++) {
      Parameter.Role role = parameters.get(t).role();
      if (role.trained()) {
        step(weights.get(t), gradients.get(t), velocity.get(t), role.decayed() ? decay : 0, rate);
      }
    }
  }

  private void step(float[] w, float[] gradient, float[] v, float decayHere, float rate) {
    for (int i = 0; i < w.length; i++) {
      float g = gradient[i] + decayHere * w[i];
      v[i] = momentum * v[i] + g;
      w[i] -= rate * (g + momentum * v[i]);
    }
  }
}
