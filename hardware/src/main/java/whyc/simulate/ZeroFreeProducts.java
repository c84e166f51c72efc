package whyc.simulate;

import java.util.Arrays;
import whyc.op.Window;

/**
 * What a zero-free core computes: each input that is not zero is multiplied by the weights of all
 * output channels, tap by tap, and added where the tap leads.
 *
 * <p>Sums are kept in double precision, so those of integers are exact up to 2^53 whatever the
 * order.
 */
final class ZeroFreeProducts {
  private ZeroFreeProducts() {}

  /**
   * The sums of a layer, {@code [groups, output channels, places]}.
   *
   * @param x {@code [groups, input channels, places]}
   * @param w {@code [groups, input channels, taps, output channels]}
   */
  static double[] of(Loops l, double[] x, double[] w) {
    double[] y = new double[Math.toIntExact(l.outputs())];
    double[] sums = new double[l.output().size() * l.outputChannels()];
    for (int g = 0; g < l.groups(); g++) {
      Arrays.fill(sums, 0);
      for (int c = 0; c < l.inputChannels(); c++) {
        int channel = g * l.inputChannels() + c;
        plane(l, x, channel * l.input().size(), w, channel * l.window().area(), sums);
      }
      channelsFirst(sums, l.outputChannels(), y, g * sums.length);
    }
    return y;
  }

  private static void plane(
      Loops l, double[] x, int from, double[] w, int firstTap, double[] sums) {
    int[] rows = reached(l.rows());
    int[] columns = reached(l.columns());
    int at = from;
    for (int row = 0; row < l.input().height(); row++) {
      for (int column = 0; column < l.input().width(); column++) {
        double value = x[at++];
        if (value != 0) {
          value(l, value, rows, row, columns, column, w, firstTap, sums);
        }
      }
    }
  }

  /** By input and tap the output that it reaches, or -1. */
  private static int[] reached(Loops.Axis axis) {
    int[] outputs = new int[axis.inputs() * axis.taps()];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = axis.output(i / axis.taps(), i % axis.taps());
    }
    return outputs;
  }

  private static void value(
      Loops l,
      double value,
      int[] rows,
      int row,
      int[] columns,
      int column,
      double[] w,
      int firstTap,
      double[] sums) {
    int n = l.outputChannels();
    Window window = l.window();
    for (int u = 0; u < window.height(); u++) {
      int i = rows[row * window.height() + u];
      for (int v = 0; v < window.width() && i >= 0; v++) {
        int j = columns[column * window.width() + v];
        if (j >= 0) {
          int tap = firstTap + u * window.width() + v;
          add(value, w, tap * n, sums, (i * l.output().width() + j) * n, n);
        }
      }
    }
  }

  /** A loop that the JVM turns into vectors. */
  private static void add(double value, double[] w, int from, double[] sums, int to, int n) {
    for (int o = 0; o < n; o++) {
      sums[to + o] += value * w[from + o];
    }
  }

  private static void channelsFirst(double[] sums, int channels, double[] y, int to) {
    int places = sums.length / channels;
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < places; p++) {
        y[to + c * places + p] = sums[p * channels + c];
      }
    }
  }
}
