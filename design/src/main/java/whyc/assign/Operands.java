package whyc.assign;

import java.util.Arrays;
import whyc.multiplier.Histogram;
import whyc.multiplier.OperandForm;
import whyc.tensor.Tensor;

/**
 * What the multipliers of a layer are given from images: how often each code, by channel.
 *
 * <p>Operands in the padding are zeros like others; in the mean over places each pixel counts once.
 */
public final class Operands {
  private static final OperandForm FORM = OperandForm.signed(8);

  private final double padded;

  /** By channel and code. */
  private final double[][] counts;

  private Operands(double padded, double[][] counts) {
    this.padded = padded;
    this.counts = counts;
  }

  static Operands none(ProductLayer layer) {
    return new Operands(layer.paddedShare(), new double[layer.channels()][FORM.codes()]);
  }

  /**
   * Counts codes of some images.
   *
   * @param codes [n,c,h,w] or [..,c]
   */
  void add(Tensor codes) {
    int rank = codes.shape().rank();
    int channels = counts.length;
    int inner = rank == 4 ? codes.shape().product(2, 4) : 1;
    byte[] values = codes.bytes();
    for (int i = 0; i < values.length; i++) {
      counts[i / inner % channels][values[i] & 0xff]++;
    }
  }

  int channels() {
    return counts.length;
  }

  /** Shares of the codes of one channel; zeros alone where it was never seen. */
  double[] shares(int channel) {
    double[] own = counts[channel];
    double all = Arrays.stream(own).sum();
    double[] shares = new double[own.length];
    for (int code = 0; code < own.length; code++) {
      shares[code] = all == 0 ? 0 : (1 - padded) * own[code] / all;
    }
    shares[0] += all == 0 ? 1 : padded;
    return shares;
  }

  /** Shares of the codes of all channels. */
  public Histogram all() {
    double[] sum = new double[FORM.codes()];
    for (int c = 0; c < counts.length; c++) {
      double[] shares = shares(c);
      for (int code = 0; code < sum.length; code++) {
        sum[code] += shares[code];
      }
    }
    return Histogram.of(FORM, sum);
  }
}
