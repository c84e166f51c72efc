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
 * of products are independent; the second, as the relevance of a channel is what F loses without
 * it, to first order and where nothing cancels. Its conductance would be too kind: it tells what
 * changes between a black image and this one, and a channel without weights loses its value for
 * black, too.
 *
 * @param noise for each layer and option; the skipping shares of the first circuit come first
 * @param margin mean square of the distance between the label's score and the best other one
 */
public record Damage(List<List<Double>> noise, double margin) {
  public Damage {
    noise = noise.stream().map(List::copyOf).toList();
  }
}
