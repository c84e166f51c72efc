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

  /**
   * One axis of the images and the window over them.
   *
   * @param padding before the first place
   */
  record Axis(
      int inputs, int outputs, int taps, int stride, int dilation, int padding, boolean scatters) {

    /** The output that an input reaches through a tap; -1 where it reaches none. */
    int output(int input, int tap) {
      int at =
          scatters ? input * stride + tap * dilation - padding : input - tap * dilation + padding;
      int step = scatters ? 1 : stride;
      return at >= 0 && at % step == 0 && at / step < outputs ? at / step : -1;
    }
  }

  Axis rows() {
    return new Axis(
        input.height(),
        output.height(),
        window.height(),
        window.strideY(),
        window.dilationY(),
        window.top(),
        scatters);
  }

  Axis columns() {
    return new Axis(
        input.width(),
        output.width(),
        window.width(),
        window.strideX(),
        window.dilationX(),
        window.left(),
        scatters);
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

  /**
   * The loops over a share of the output channels, at least one: of those of each group, or of the
   * groups where each gives one channel.
   */
  public Loops kept(double share) {
    boolean depthwise = groups > 1 && outputChannels == 1;
    int left = (int) Math.max(1, Math.round((depthwise ? groups : outputChannels) * share));
    return new Loops(
        depthwise ? left : groups,
        inputChannels,
        depthwise ? 1 : left,
        input,
        output,
        window,
        scatters);
  }
}
