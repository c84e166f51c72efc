package whyc.simulate;

import whyc.op.Window;

/**
 * The loops of a convolution, a transposed convolution or a matrix product.
 *
 * <pre>{@code
 * gathers:   y[g,o,i,j] += x[g,c,i*sy + u*dy - top, j*sx + v*dx - left] * w[g,o,c,u,v]
 * scatters:  y[g,o,i*sy + u*dy - top, j*sx + v*dx - left] += x[g,c,i,j] * w[g,o,c,u,v]
 * }</pre>
 *
 * A matrix product {@code [m,k] x [k,n]} is a convolution of an image of one row of m places, with
 * k channels in and n out, through a window of one tap.
 *
 * @param inputChannels and {@code outputChannels} of one group
 * @param scatters whether the window lies over the output, as in a transposed convolution
 */
public record Loops(
    int groups,
    int inputChannels,
    int outputChannels,
    Plane input,
    Plane output,
    Window window,
    boolean scatters) {

  /** Extents of an image. */
  public record Plane(int height, int width) {
    public int size() {
      return Math.multiplyExact(height, width);
    }
  }

  /** Values that enter: all groups, channels and places. */
  public long inputs() {
    return (long) groups * inputChannels * input.size();
  }

  /** Values that leave. */
  public long outputs() {
    return (long) groups * outputChannels * output.size();
  }

  /** Weights. */
  public long weights() {
    return (long) groups * inputChannels * outputChannels * window.area();
  }

  /** Multiply-adds of a dense machine, those with padding included: taps by places by channels. */
  public long multiplyAdds() {
    return weights() * (scatters ? input.size() : output.size());
  }
}
