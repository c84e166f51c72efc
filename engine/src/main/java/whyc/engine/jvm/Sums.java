package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import whyc.engine.jvm.code.Code;
import whyc.engine.jvm.code.Int;
import whyc.engine.jvm.code.Vec;

/**
 * A tile of sums of products, some pixels by some vectors of outputs, that stays in registers.
 *
 * <pre>{@code sum[q][v] += x[q][t] * w[t][v]        x: numbers of pixel q   w: vectors of outputs}
 * </pre>
 */
final class Sums {
  private final Code code;
  private final int pixels;
  private final int vectors;
  private final List<Vec.Variable> sums;

  /** Sums that start at zero. */
  Sums(Code code, int pixels, int vectors) {
    this.code = code;
    this.pixels = pixels;
    this.vectors = vectors;
    this.sums = code.zeros(vectors * pixels);
  }

  /**
   * Adds the products of some numbers that lie side by side.
   *
   * @param x the first number of each pixel
   * @param count of numbers
   * @param weights of the first number: a vector for each of the tile's, then those of the next
   */
  void add(List<Int> x, Int count, Int weights) {
    int perNumber = vectors * code.lanes();
    code.loop(count, t -> multiply(x, t, weights.plus(t.times(perNumber))));
  }

  /**
   * Adds the products of some numbers with the weights of several taps, where pixel q sees the
   * numbers of place q through the first tap, those of place q + 1 through the second, and so on.
   * Each number is read once. For tiles one vector wide.
   *
   * @param x the first number of each place
   * @param count of numbers of a place
   * @param weights of the first number and the first tap
   * @param tapWeights from one tap's weights to the next
   */
  void addSlid(List<Int> x, Int count, Int weights, Int tapWeights) {
    int taps = x.size() - pixels + 1;
    code.loop(
        count,
        t -> {
          List<Vec.Variable> w = new ArrayList<>();
          for (int v = 0; v < taps; v++) {
            Int tap = weights.plus(t.times(code.lanes())).plus(tapWeights.times(v));
            w.add(code.let(code.weight(tap)));
          }
          for (int p = 0; p < x.size(); p++) {
            Vec.Variable number = code.let(code.broadcastValue(x.get(p).plus(t)));
            for (int v = Math.max(0, p - pixels + 1); v <= Math.min(p, taps - 1); v++) {
              Vec.Variable sum = sums.get(p - v);
              sum.set(number.fma(w.get(v), sum));
            }
          }
        });
  }

  private void multiply(List<Int> x, Int t, Int w) {
    multiply(x, t, IntStream.range(0, vectors).mapToObj(v -> w.plus(v * code.lanes())).toList());
  }

  /**
   * Adds the products of one number of each pixel.
   *
   * @param t its place behind the first one
   * @param w where the weights of each vector lie
   */
  void multiply(List<Int> x, Int t, List<Int> w) {
    List<Vec.Variable> weights = w.stream().map(at -> code.let(code.weight(at))).toList();
    for (int q = 0; q < pixels; q++) {
      Vec.Variable number = code.let(code.broadcastValue(x.get(q).plus(t)));
      for (int v = 0; v < vectors; v++) {
        Vec.Variable sum = sums.get(v * pixels + q);
        sum.set(number.fma(weights.get(v), sum));
      }
    }
  }

  Vec get(int pixel, int vector) {
    return sums.get(vector * pixels + pixel);
  }

  /**
   * A sum, minus zero as zero: a sum that only underflowed is minus zero until a product of zero is
   * added. So it is the same with and without such products, to the bit.
   */
  Vec total(int pixel, int vector) {
    return get(pixel, vector).plus(0);
  }
}
