package whyc.engine.jvm;

import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
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

  record IntegerConvolution(IntegerConv op, Cells x, Cells weight, Cells y) implements Kernel {
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
          y.setInteger(banks, plane * area(y.shape()) + at, sum(banks, image, o, at));
        }
      }
    }

    private long sum(Banks banks, int image, int o, int at) {
      Window w = op.window();
      int height = x.shape().dim(2);
      int width = x.shape().dim(3);
      long sum = 0;
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
      int area = area(y.shape());
      for (int at = from * area; at < to * area; at++) {
        double sum = 0;
        for (int tap = 0; tap < op.window().area(); tap++) {
          int source = source(op.window(), x.shape(), y.shape(), at, tap);
          for (int o = 0; source >= 0 && o < x.shape().dim(1) / op.groups(); o++) {
            sum +=
                x.get(banks, source(x, y, op.groups(), at, o) + source)
                    * weight.get(banks, factor(x, weight, op.groups(), channel(y, at), o, tap));
          }
        }
        y.set(banks, at, sum);
      }
    }
  }

  record IntegerTransposed(IntegerConvTranspose op, Cells x, Cells weight, Cells y)
      implements Kernel {
    @Override
    public int units() {
      return planes(y.shape());
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int area = area(y.shape());
      for (int at = from * area; at < to * area; at++) {
        long sum = 0;
        for (int tap = 0; tap < op.window().area(); tap++) {
          int source = source(op.window(), x.shape(), y.shape(), at, tap);
          for (int o = 0; source >= 0 && o < x.shape().dim(1) / op.groups(); o++) {
            long value = x.integer(banks, source(x, y, op.groups(), at, o) + source);
            int place = factor(x, weight, op.groups(), channel(y, at), o, tap);
            sum += op.product().of((int) value, (int) weight.integer(banks, place));
          }
        }
        y.setInteger(banks, at, sum);
      }
    }
  }

  /** The channel that an element of a result [n,c,h,w] belongs to. */
  private static int channel(Cells y, int at) {
    return at / area(y.shape()) % y.shape().dim(1);
  }

  /** The place within its plane that reaches an element of the result through a tap, or -1. */
  private static int source(Window w, Shape x, Shape y, int at, int tap) {
    int i = at / y.dim(3) % y.dim(2) + w.top() - tap / w.width() * w.dilationY();
    int j = at % y.dim(3) + w.left() - tap % w.width() * w.dilationX();
    boolean seen =
        Math.floorMod(i, w.strideY()) == 0
            && Math.floorMod(j, w.strideX()) == 0
            && i >= 0
            && j >= 0
            && i / w.strideY() < x.dim(2)
            && j / w.strideX() < x.dim(3);
    return seen ? i / w.strideY() * x.dim(3) + j / w.strideX() : -1;
  }

  /** Where the plane of the o-th channel of the element's group starts. */
  private static int source(Cells x, Cells y, int groups, int at, int o) {
    int group = channel(y, at) / (y.shape().dim(1) / groups);
    int n = at / area(y.shape()) / y.shape().dim(1);
    return (n * x.shape().dim(1) + group * (x.shape().dim(1) / groups) + o) * area(x.shape());
  }

  private static int factor(Cells x, Cells weight, int groups, int channel, int o, int tap) {
    int perGroup = weight.shape().dim(1);
    int first = channel / perGroup * (x.shape().dim(1) / groups);
    int taps = area(weight.shape());
    return ((first + o) * perGroup + channel % perGroup) * taps + tap;
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
