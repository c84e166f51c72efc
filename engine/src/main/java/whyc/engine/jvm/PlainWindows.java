package whyc.engine.jvm;

import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.IntegerConv;
import whyc.op.MaxPoolSwitches;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * Operators with a window over images, by their definition: where no kernel of images computes
 * them. A unit is a plane of the result, or of the cotangent that is routed back.
 */
final class PlainWindows {
  private PlainWindows() {}

  /** Planes of a value {@code [n,c,h,w]}. */
  private static int planes(Shape s) {
    return s.dim(0) * s.dim(1);
  }

  private static int area(Shape s) {
    return s.dim(2) * s.dim(3);
  }

  /** The row that a tap sees, or -1 beside the image. */
  private static int row(Window w, int i, int tap, int height) {
    int row = i * w.strideY() + tap / w.width() * w.dilationY() - w.top();
    return row < height ? Math.max(row, -1) : -1;
  }

  private static int column(Window w, int j, int tap, int width) {
    int column = j * w.strideX() + tap % w.width() * w.dilationX() - w.left();
    return column < width ? Math.max(column, -1) : -1;
  }

  record Convolution(Conv op, Cells x, Cells weight, Cells y) implements Kernel {
    @Override
    public int units() {
      return planes(y.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int outputs = y.shape().dim(1);
      int perGroup = weight.shape().dim(1);
      for (int plane = from; plane < to; plane++) {
        int o = plane % outputs;
        int first = o / (outputs / op.groups()) * perGroup;
        int image = plane / outputs * x.shape().dim(1) + first;
        for (int at = 0; at < area(y.shape()); at++) {
          y.set(banks, plane * area(y.shape()) + at, sum(banks, image, o, at));
        }
      }
    }

    private double sum(Banks banks, int image, int o, int at) {
      Window w = op.window();
      int height = x.shape().dim(2);
      int width = x.shape().dim(3);
      double sum = 0;
      for (int tap = 0; tap < w.area(); tap++) {
        int row = row(w, at / y.shape().dim(3), tap, height);
        int column = column(w, at % y.shape().dim(3), tap, width);
        if (row < 0 || column < 0) {
          continue;
        }
        for (int c = 0; c < weight.shape().dim(1); c++) {
          sum +=
              x.get(banks, ((image + c) * height + row) * width + column)
                  * weight.get(banks, (o * weight.shape().dim(1) + c) * w.area() + tap);
        }
      }
      return sum;
    }
  }

  record BytesConvolution(IntegerConv op, Cells x, Cells weight, Cells y) implements Kernel {
    @Override
    public int units() {
      return planes(y.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int outputs = y.shape().dim(1);
      int perGroup = weight.shape().dim(1);
      for (int plane = from; plane < to; plane++) {
        int o = plane % outputs;
        int first = o / (outputs / op.groups()) * perGroup;
        int image = plane / outputs * x.shape().dim(1) + first;
        for (int at = 0; at < area(y.shape()); at++) {
          y.set(banks, plane * area(y.shape()) + at, sum(banks, image, o, at));
        }
      }
    }

    private int sum(Banks banks, int image, int o, int at) {
      Window w = op.window();
      int height = x.shape().dim(2);
      int width = x.shape().dim(3);
      int sum = 0;
      for (int tap = 0; tap < w.area(); tap++) {
        int row = row(w, at / y.shape().dim(3), tap, height);
        int column = column(w, at % y.shape().dim(3), tap, width);
        boolean inside = row >= 0 && column >= 0;
        for (int c = 0; c < weight.shape().dim(1); c++) {
          long value =
              inside
                  ? x.integer(banks, ((image + c) * height + row) * width + column)
                  : op.padding();
          long factor = weight.integer(banks, (o * weight.shape().dim(1) + c) * w.area() + tap);
          sum += op.product().of((int) value, (int) factor);
        }
      }
      return sum;
    }
  }

  /** Each element of the result asks which windows saw it, and through which tap. */
  record Transposed(ConvTranspose op, Cells x, Cells weight, Cells y) implements Kernel {
    @Override
    public int units() {
      return planes(y.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int channels = y.shape().dim(1);
      int width = y.shape().dim(3);
      for (int plane = from; plane < to; plane++) {
        for (int at = 0; at < area(y.shape()); at++) {
          double sum = sum(banks, plane / channels, plane % channels, at / width, at % width);
          y.set(banks, plane * area(y.shape()) + at, sum);
        }
      }
    }

    private double sum(Banks banks, int n, int channel, int row, int column) {
      Window w = op.window();
      Shape in = x.shape();
      int perGroup = weight.shape().dim(1);
      int inputs = in.dim(1) / op.groups();
      int first = channel / perGroup * inputs;
      double sum = 0;
      for (int tap = 0; tap < w.area(); tap++) {
        int i = row + w.top() - tap / w.width() * w.dilationY();
        int j = column + w.left() - tap % w.width() * w.dilationX();
        boolean seen =
            Math.floorMod(i, w.strideY()) == 0
                && Math.floorMod(j, w.strideX()) == 0
                && i >= 0
                && j >= 0
                && i / w.strideY() < in.dim(2)
                && j / w.strideX() < in.dim(3);
        for (int o = first; seen && o < first + inputs; o++) {
          int from = (n * in.dim(1) + o) * area(in) + i / w.strideY() * in.dim(3) + j / w.strideX();
          sum +=
              x.get(banks, from)
                  * weight.get(banks, (o * perGroup + channel % perGroup) * w.area() + tap);
        }
      }
      return sum;
    }
  }

  record Sums(Window window, Cells x, Cells y) implements Kernel {
    @Override
    public int units() {
      return planes(y.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int width = y.shape().dim(3);
      for (int plane = from; plane < to; plane++) {
        for (int at = 0; at < area(y.shape()); at++) {
          double sum = 0;
          for (int tap = 0; tap < window.area(); tap++) {
            int seen = seen(window, x.shape(), at / width, at % width, tap);
            sum += seen < 0 ? 0 : x.get(banks, plane * area(x.shape()) + seen);
          }
          y.set(banks, plane * area(y.shape()) + at, sum);
        }
      }
    }
  }

  /** The place within its plane that a tap sees, or -1. */
  private static int seen(Window w, Shape x, int i, int j, int tap) {
    int row = row(w, i, tap, x.dim(2));
    int column = column(w, j, tap, x.dim(3));
    return row < 0 || column < 0 ? -1 : row * x.dim(3) + column;
  }

  /** The tap that wins a window: the first of the largest, or the last NaN; -1 for none. */
  private static int winner(Banks banks, Window w, Cells x, int plane, int i, int j) {
    int winner = -1;
    double largest = 0;
    for (int tap = 0; tap < w.area(); tap++) {
      int seen = seen(w, x.shape(), i, j, tap);
      if (seen < 0) {
        continue;
      }
      double number = x.get(banks, plane * area(x.shape()) + seen);
      if (winner < 0 || number > largest || Double.isNaN(number)) {
        winner = tap;
        largest = number;
      }
    }
    return winner;
  }

  record Maxima(Window window, Cells x, Cells y) implements Kernel {
    @Override
    public int units() {
      return planes(y.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int width = y.shape().dim(3);
      for (int plane = from; plane < to; plane++) {
        for (int at = 0; at < area(y.shape()); at++) {
          int tap = winner(banks, window, x, plane, at / width, at % width);
          double largest =
              tap < 0
                  ? Double.NEGATIVE_INFINITY
                  : x.get(
                      banks,
                      plane * area(x.shape())
                          + seen(window, x.shape(), at / width, at % width, tap));
          y.set(banks, plane * area(y.shape()) + at, largest);
        }
      }
    }
  }

  record Switches(Window window, Cells x, Cells y) implements Kernel {
    @Override
    public int units() {
      return planes(y.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int width = y.shape().dim(3);
      for (int plane = from; plane < to; plane++) {
        for (int at = 0; at < area(y.shape()); at++) {
          int tap = winner(banks, window, x, plane, at / width, at % width);
          y.set(banks, plane * area(y.shape()) + at, tap < 0 ? MaxPoolSwitches.NONE : tap);
        }
      }
    }
  }

  /** Cotangents to the winners, found again. */
  record ToWinners(Window window, Cells x, Cells dy, Cells dx) implements Kernel {
    @Override
    public int units() {
      return planes(dx.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      for (int plane = from; plane < to; plane++) {
        clearPlane(banks, dx, plane);
        for (int i = 0; i < dy.shape().dim(2); i++) {
          for (int j = 0; j < dy.shape().dim(3); j++) {
            int tap = winner(banks, window, x, plane, i, j);
            add(banks, window, dy, plane, i, j, tap, dx);
          }
        }
      }
    }
  }

  /** Cotangents to where switches point. */
  record ToSwitches(Window window, Cells switches, Cells dy, Cells dx) implements Kernel {
    @Override
    public int units() {
      return planes(dx.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int width = dy.shape().dim(3);
      for (int plane = from; plane < to; plane++) {
        clearPlane(banks, dx, plane);
        for (int at = 0; at < area(dy.shape()); at++) {
          int tap = (int) switches.integer(banks, plane * area(dy.shape()) + at);
          add(banks, window, dy, plane, at / width, at % width, tap < window.area() ? tap : -1, dx);
        }
      }
    }
  }

  private static void clearPlane(Banks banks, Cells dx, int plane) {
    int start = plane * area(dx.shape());
    for (int i = 0; i < area(dx.shape()); i++) {
      dx.set(banks, start + i, 0);
    }
  }

  private static void add(
      Banks banks, Window w, Cells dy, int plane, int i, int j, int tap, Cells dx) {
    int seen = tap < 0 ? -1 : seen(w, dx.shape(), i, j, tap);
    if (seen >= 0) {
      int at = plane * area(dx.shape()) + seen;
      double number = dy.get(banks, (plane * dy.shape().dim(2) + i) * dy.shape().dim(3) + j);
      dx.set(banks, at, dx.get(banks, at) + number);
    }
  }
}
