package whyc.pass.quantize;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Weights and biases of a product in integers.
 *
 * <pre>{@code
 * m[o] * 2^-shift >= max|w[o]| / top * in / out        top: the largest code
 * scale[o]         = m[o] * 2^-shift * out / in
 * code             = round(w / scale[o])               at most top in size
 * bias code[o]     = round(bias[o] / (in * scale[o]))
 * }</pre>
 *
 * The factor of the requantisation comes first and the scale follows from it, so that nothing about
 * it is approximate. Rounding it up wastes less than one part in m of the codes.
 *
 * @param codes of the weights, {@code biases} and {@code scales} by output
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record WeightCodes(long[] codes, long[] biases, double[] scales, Factors factors) {

  /** Biases beyond this saturate every result, and the sums still fit. */
  private static final double LARGEST_BIAS_32 = 0x1p30;

  private static final double LARGEST_BIAS_64 = 0x1p45;

  /**
   * What the codes are to be.
   *
   * @param in scale of what the weights are multiplied with, {@code out} of the result
   * @param most the largest shift
   * @param wide whether sums have 64 bits
   * @param one whether all outputs share a scale
   */
  record Frame(
      double in, double out, long top, int most, int multiplierBits, boolean wide, boolean one) {}

  /**
   * Rounds weights.
   *
   * @param outputs the output that each weight belongs to
   * @param biases one for each output
   */
  static WeightCodes of(double[] weights, int[] outputs, double[] biases, Frame f) {
    double[] least = new double[biases.length];
    for (int i = 0; i < weights.length; i++) {
      int o = outputs[i];
      least[o] = Math.max(least[o], Math.abs(weights[i]) / f.top * f.in / f.out);
    }
    if (f.one) {
      Arrays.fill(least, DoubleStream.of(least).max().orElse(0));
    }
    Factors factors = Factors.above(least, f.most, f.multiplierBits);
    double[] scales = new double[biases.length];
    long[] biasCodes = new long[biases.length];
    double largest = f.wide ? LARGEST_BIAS_64 : LARGEST_BIAS_32;
    for (int o = 0; o < scales.length; o++) {
      scales[o] = factors.value(o) * f.out / f.in;
      biasCodes[o] =
          (long) Math.clamp(Math.rint(biases[o] / (f.in * scales[o])), -largest, largest);
    }
    long[] codes = new long[weights.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] =
          (long)
              Math.clamp(
                  Math.rint(weights[i] / scales[outputs[i]]), (double) -f.top, (double) f.top);
    }
    return new WeightCodes(codes, biasCodes, scales, factors);
  }
}
