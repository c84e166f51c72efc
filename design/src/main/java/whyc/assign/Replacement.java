package whyc.assign;

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
 * }</pre>
 *
 * @param weight v, in the layer's own shape
 * @param correction for each output, in units of the sums
 * @param noise for each output, in units of the sums squared
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Replacement(Tensor weight, long[] correction, double[] noise) {
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
    for (int i = 0; i < weights.length; i++) {
      int code = FORM.code(weights[i]);
      Moments m = moments[layer.channel(i)];
      mean[layer.output(i)] += m.mean[code];
      noise[layer.output(i)] += m.variance[code];
      mapped[i] = stored[code];
    }
    long[] correction = new long[mean.length];
    for (int o = 0; o < correction.length; o++) {
      correction[o] = -Math.round(mean[o]);
    }
    return new Replacement(Tensor.of(layer.weight().type(), mapped), correction, noise);
  }

  /** What an exact circuit needs: nothing. */
  static Replacement exact(ProductLayer layer) {
    return new Replacement(layer.weight(), new long[layer.outputs()], new double[layer.outputs()]);
  }

  /** The same without some outputs: weights of 0, and nothing to correct. */
  Replacement without(ProductLayer layer, Set<Integer> outputs) {
    double[] left = weight.doubles();
    for (int i = 0; i < left.length; i++) {
      left[i] = outputs.contains(layer.output(i)) ? 0 : left[i];
    }
    long[] corrections = correction.clone();
    double[] noises = noise.clone();
    for (int o : outputs) {
      corrections[o] = 0;
      noises[o] = 0;
    }
    return new Replacement(Tensor.of(weight.type(), left), corrections, noises);
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
    return new Replacement(layer.weight(), new long[correction.length], noise);
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
