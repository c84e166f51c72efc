package whyc.assign;

import java.util.Arrays;
import java.util.Set;
import whyc.multiplier.OperandForm;
import whyc.multiplier.WeightMap;
import whyc.tensor.Tensor;

/**
 * What a layer becomes with an approximate circuit: other weights, a corrected bias, and the noise
 * that is left.
 *
 * <pre>{@code
 * v          = map(w)                                       see WeightMap
 * e(a,w)     = M(a,v) - a w
 * mean[o]    = sum over taps of E[e(a,w)]                    a as often as the channel has it
 * correction = -round(mean[o])                               costs nothing: the bias takes it
 * noise[o]   = sum over taps of Var[e(a,w)]                  as if taps were independent
 * expected[o] = sum over taps of E[a] w                      what stands for an output left out
 * }</pre>
 *
 * @param weight v, in the layer's own shape
 * @param correction for each output, in units of the sums
 * @param noise for each output, in units of the sums squared
 * @param expected for each output, in units of the sums
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Replacement(Tensor weight, long[] correction, double[] noise, long[] expected) {
  private static final OperandForm FORM = OperandForm.signed(8);

  /** Mean and variance of e for a channel, by the code of w. */
  private record Moments(double[] mean, double[] variance) {}

  static Replacement of(ProductLayer layer, Operands operands, Circuit circuit) {
    WeightMap map = WeightMap.of(circuit.function(), operands.all());
    int[] weights = layer.weight().ints();
    int[] stored = new int[FORM.codes()];
    for (int code = 0; code < stored.length; code++) {
      stored[code] = map.of(FORM.value(code));
    }
    int[][] errors = errors(circuit, stored);
    Moments[] moments = new Moments[layer.channels()];
    for (int c = 0; c < moments.length; c++) {
      moments[c] = moments(errors, operands.shares(c));
    }
    double[] mean = new double[layer.outputs()];
    double[] noise = new double[layer.outputs()];
    double[] mapped = new double[weights.length];
    double[] expected = new double[layer.outputs()];
    double[] means = means(layer, operands);
    for (int i = 0; i < weights.length; i++) {
      int code = FORM.code(weights[i]);
      Moments m = moments[layer.channel(i)];
      mean[layer.output(i)] += m.mean[code];
      noise[layer.output(i)] += m.variance[code];
      mapped[i] = stored[code];
      expected[layer.output(i)] += means[layer.channel(i)] * weights[i];
    }
    long[] correction = Arrays.stream(mean).mapToLong(m -> -Math.round(m)).toArray();
    return new Replacement(
        Tensor.of(layer.weight().type(), mapped),
        correction,
        noise,
        Arrays.stream(expected).mapToLong(Math::round).toArray());
  }

  /** The mean operand of each channel. */
  private static double[] means(ProductLayer layer, Operands operands) {
    double[] means = new double[layer.channels()];
    for (int c = 0; c < means.length; c++) {
      double[] shares = operands.shares(c);
      for (int code = 0; code < shares.length; code++) {
        means[c] += shares[code] * FORM.value(code);
      }
    }
    return means;
  }

  /** {@code e(a,w)} by the codes of a and w. */
  private static int[][] errors(Circuit circuit, int[] stored) {
    int[][] errors = new int[FORM.codes()][FORM.codes()];
    for (int a = 0; a < errors.length; a++) {
      for (int w = 0; w < stored.length; w++) {
        errors[a][w] =
            circuit.function().of(FORM.value(a), stored[w]) - FORM.value(a) * FORM.value(w);
      }
    }
    return errors;
  }

  private static Moments moments(int[][] errors, double[] shares) {
    double[] mean = new double[shares.length];
    double[] square = new double[shares.length];
    for (int a = 0; a < shares.length; a++) {
      for (int w = 0; shares[a] != 0 && w < mean.length; w++) {
        double e = errors[a][w];
        mean[w] += shares[a] * e;
        square[w] += shares[a] * e * e;
      }
    }
    for (int w = 0; w < mean.length; w++) {
      square[w] = Math.max(0, square[w] - mean[w] * mean[w]);
    }
    return new Moments(mean, square);
  }

  /** The same without what costs nothing: to see what that is worth. */
  Replacement uncorrected(ProductLayer layer) {
    return new Replacement(layer.weight(), new long[correction.length], noise, expected);
  }

  /**
   * The same with constants for some outputs, those that are expected of them: zero would take away
   * what a channel always says, which importance along a path does not count.
   */
  Replacement skipping(int outputAxis, Set<Integer> outputs) {
    long[] corrected = correction.clone();
    outputs.forEach(o -> corrected[o] = expected[o]);
    return new Replacement(Silence.along(weight, outputAxis, outputs), corrected, noise, expected);
  }

  /** The same without what some channels of the input would bring. */
  Replacement skippingInputs(Set<Integer> channels) {
    return new Replacement(Silence.along(weight, 0, channels), correction, noise, expected);
  }

  /** The mean over the outputs of the noise in real numbers, by the scale of a unit of each. */
  double noise(double[] scales) {
    double sum = 0;
    for (int o = 0; o < noise.length; o++) {
      sum += noise[o] * scales[o] * scales[o];
    }
    return sum / noise.length;
  }
}
