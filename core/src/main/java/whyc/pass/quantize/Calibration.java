package whyc.pass.quantize;

import java.util.ArrayList;
import java.util.List;

/**
 * How a scale is chosen for numbers that were met: a power of two, so that all that a choice
 * decides is how many of the largest numbers saturate.
 *
 * <p>A code c stands for {@code c * 2^exponent}, and the largest code is {@code top}.
 */
public sealed interface Calibration {

  /** How many scales are tried, from the one that saturates nothing down. */
  int TRIED = 12;

  /**
   * The exponent of the scale.
   *
   * @param top the largest code
   */
  int exponent(Histogram h, long top);

  /** Nothing that was met saturates. */
  static Calibration minMax() {
    return new MinMax();
  }

  /** A share of the numbers other than zero is kept. */
  static Calibration percentile(double share) {
    return new Percentile(share);
  }

  /** Least divergence of the distribution of codes from that of the numbers. */
  static Calibration entropy() {
    return new Entropy();
  }

  /** Least squared error. */
  static Calibration squares() {
    return new Squares();
  }

  /** The smallest exponent at which a size still rounds to a code. */
  private static int covering(double size, long top) {
    if (size <= 0) {
      return 0;
    }
    int exponent = Math.getExponent(size / (top + 0.5));
    return size < (top + 0.5) * Math.scalb(1.0, exponent) ? exponent : exponent + 1;
  }

  private static List<Histogram.Bin> bins(Histogram h) {
    List<Histogram.Bin> bins = new ArrayList<>();
    h.forEach(bins::add);
    return bins;
  }

  /** What a choice of the exponent costs. */
  interface Loss {
    double of(List<Histogram.Bin> bins, double scale, long top);
  }

  private static int least(Histogram h, long top, int tried, Loss loss) {
    int first = covering(h.largest(), top);
    List<Histogram.Bin> bins = bins(h);
    int best = first;
    double least = Double.POSITIVE_INFINITY;
    for (int exponent = first; exponent > first - tried; exponent--) {
      double value = loss.of(bins, Math.scalb(1.0, exponent), top);
      if (value < least) {
        least = value;
        best = exponent;
      }
    }
    return best;
  }

  /** See {@link #minMax}. */
  record MinMax() implements Calibration {
    @Override
    public int exponent(Histogram h, long top) {
      return covering(h.largest(), top);
    }
  }

  /**
   * See {@link #percentile}.
   *
   * @param share above 0, at most 1
   */
  record Percentile(double share) implements Calibration {
    public Percentile {
      if (!(share > 0 && share <= 1)) {
        throw new IllegalArgumentException(
            "a percentile wants a share above 0, at most 1, got " + share);
      }
    }

    @Override
    public int exponent(Histogram h, long top) {
      double wanted = share * h.nonZeros();
      long below = 0;
      for (Histogram.Bin bin : bins(h)) {
        below += bin.count();
        if (below >= wanted) {
          return covering(Math.min(bin.high(), h.largest()), top);
        }
      }
      return covering(h.largest(), top);
    }
  }

  /**
   * The sum of squared differences between the numbers and what their codes stand for. Within a bin
   * numbers are taken for evenly spread.
   */
  record Squares() implements Calibration {
    private static final int SAMPLES = 4;

    @Override
    public int exponent(Histogram h, long top) {
      return least(h, top, TRIED, Squares::loss);
    }

    private static double loss(List<Histogram.Bin> bins, double scale, long top) {
      double sum = 0;
      for (Histogram.Bin bin : bins) {
        for (int i = 0; i < SAMPLES; i++) {
          double x = bin.low() + (bin.high() - bin.low()) * (i + 0.5) / SAMPLES;
          double error = Math.min(Math.rint(x / scale), (double) top) * scale - x;
          sum += bin.count() * error * error;
        }
      }
      return sum;
    }
  }

  /**
   * The Kullback-Leibler divergence of the distribution that codes can tell from that of the
   * numbers (Migacz, 8-bit inference with TensorRT, GTC 2017): saturated numbers count at the last
   * code, but do not help it, and the numbers of one code are spread evenly over its bins. No range
   * below a sixteenth of the largest number is tried: of ever fewer numbers less and less diverges.
   */
  record Entropy() implements Calibration {
    private static final int ENTROPY_TRIED = 5;

    @Override
    public int exponent(Histogram h, long top) {
      return least(h, top, ENTROPY_TRIED, Entropy::loss);
    }

    private static double loss(List<Histogram.Bin> bins, double scale, long top) {
      int inside = inside(bins, scale, top);
      if (inside == 0) {
        return Double.POSITIVE_INFINITY;
      }
      double all = bins.stream().mapToLong(Histogram.Bin::count).sum();
      double kept = bins.subList(0, inside).stream().mapToLong(Histogram.Bin::count).sum();
      double divergence = 0;
      for (int from = 0; from < inside; ) {
        int to = from;
        double code = 0;
        for (; to < inside && code(bins.get(to), scale) == code(bins.get(from), scale); to++) {
          code += bins.get(to).count();
        }
        double even = code / (to - from) / kept;
        for (int i = from; i < to; i++) {
          double saturated = i == inside - 1 ? all - kept : 0;
          double p = (bins.get(i).count() + saturated) / all;
          divergence += p * Math.log(p / even);
        }
        from = to;
      }
      return divergence;
    }

    private static int inside(List<Histogram.Bin> bins, double scale, long top) {
      int inside = 0;
      while (inside < bins.size() && code(bins.get(inside), scale) <= top) {
        inside++;
      }
      return inside;
    }

    private static double code(Histogram.Bin bin, double scale) {
      return Math.rint(bin.middle() / scale);
    }
  }
}
