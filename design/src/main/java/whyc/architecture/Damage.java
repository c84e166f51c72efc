package whyc.architecture;

import java.util.List;

/**
 * What each arithmetic of each layer does to the score, as explanations say it: no emulation is
 * needed.
 *
 * <pre>{@code
 * noise[l][c,s] = n[l,c] * sum over values y of layer l of (dF/dy)^2     circuit c: see Sensitivity
 *               + (sum over the channels that s skips of R)^2            R: relevance of a channel
 * }</pre>
 *
 * Both are squares of a change of the score F of the label, means over images: the first, as errors
 * of products are independent; the second, as the relevance of a channel is what F loses with zeros
 * in its place, to first order and where nothing cancels. A constant stands there in truth, the
 * mean that is expected, so that the second errs on the careful side.
 *
 * @param noise for each layer and option; the skipping shares of the first circuit come first
 * @param margin mean square of the distance between the label's score and the best other one
 */
public record Damage(List<List<Double>> noise, double margin) {
  public Damage {
    noise = noise.stream().map(List::copyOf).toList();
  }
}
