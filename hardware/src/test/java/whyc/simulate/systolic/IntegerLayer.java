package whyc.simulate.systolic;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import whyc.op.Window;
import whyc.simulate.Loops;

/**
 * A layer with values, done by its defining loops and, separately, as matrix products.
 *
 * @param x [g,c,h*w]
 * @param w [g,o,c,taps]
 */
record IntegerLayer(Loops loops, long[][][] x, long[][][][] w) {
  static IntegerLayer random(RandomGenerator random) {
    Window window =
        new Window(
            random.nextInt(1, 4),
            random.nextInt(1, 4),
            random.nextInt(1, 4),
            random.nextInt(1, 4),
            random.nextInt(-1, 3),
            random.nextInt(0, 3),
            random.nextInt(0, 3),
            random.nextInt(-1, 3),
            random.nextInt(1, 3),
            random.nextInt(1, 3));
    var small = new Loops.Plane(random.nextInt(1, 6), random.nextInt(1, 6));
    var large = new Loops.Plane(random.nextInt(1, 10), random.nextInt(1, 10));
    boolean scatters = random.nextBoolean();
    Loops loops =
        new Loops(
            random.nextInt(1, 4),
            random.nextInt(1, 5),
            random.nextInt(1, 6),
            scatters ? small : large,
            scatters ? large : small,
            window,
            scatters);
    return filled(loops, random);
  }

  private static IntegerLayer filled(Loops loops, RandomGenerator random) {
    int in = loops.inputChannels();
    int out = loops.outputChannels();
    long[][][] x = new long[loops.groups()][in][loops.input().size()];
    long[][][][] w = new long[loops.groups()][out][in][loops.window().area()];
    for (int g = 0; g < loops.groups(); g++) {
      for (int c = 0; c < in; c++) {
        fill(x[g][c], random);
        for (int o = 0; o < out; o++) {
          fill(w[g][o][c], random);
        }
      }
    }
    return new IntegerLayer(loops, x, w);
  }

  static void fill(long[] values, RandomGenerator random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(-99, 100);
    }
  }

  /** The sum in the comment of {@link Loops}: [g,o,h*w]. */
  long[][][] byLoops() {
    long[][][] y = new long[loops.groups()][loops.outputChannels()][loops.output().size()];
    for (int g = 0; g < loops.groups(); g++) {
      for (int o = 0; o < loops.outputChannels(); o++) {
        for (int c = 0; c < loops.inputChannels(); c++) {
          add(y[g][o], x[g][c], w[g][o][c]);
        }
      }
    }
    return y;
  }

  private void add(long[] y, long[] x, long[] w) {
    Window k = loops.window();
    Loops.Plane slides = loops.scatters() ? loops.input() : loops.output();
    Loops.Plane under = loops.scatters() ? loops.output() : loops.input();
    for (int i = 0; i < slides.height(); i++) {
      for (int j = 0; j < slides.width(); j++) {
        for (int tap = 0; tap < k.area(); tap++) {
          int row = i * k.strideY() + tap / k.width() * k.dilationY() - k.top();
          int column = j * k.strideX() + tap % k.width() * k.dilationX() - k.left();
          if (row >= 0 && row < under.height() && column >= 0 && column < under.width()) {
            int at = i * slides.width() + j;
            int met = row * under.width() + column;
            y[loops.scatters() ? met : at] += x[loops.scatters() ? at : met] * w[tap];
          }
        }
      }
    }
  }

  /** A product, with the group, the output places and the taps that it is about. */
  record Part(int group, List<Integer> places, List<Integer> taps, SteppedArray.Job job) {}

  /** The products of the layer: the matrices are filled place by place and tap by tap. */
  List<Part> parts(Transposed transposed) {
    Window k = loops.window();
    List<Part> parts = new ArrayList<>();
    boolean phases = loops.scatters() && transposed == Transposed.PHASES;
    for (int g = 0; g < loops.groups(); g++) {
      for (int py = 0; py < (phases ? k.strideY() : 1); py++) {
        for (int px = 0; px < (phases ? k.strideX() : 1); px++) {
          List<Integer> places = new ArrayList<>();
          List<Integer> taps = new ArrayList<>();
          for (int p = 0; p < loops.output().size(); p++) {
            int row = p / loops.output().width() + k.top();
            int column = p % loops.output().width() + k.left();
            if (!phases
                || (Math.floorMod(row, k.strideY()) == py
                    && Math.floorMod(column, k.strideX()) == px)) {
              places.add(p);
            }
          }
          for (int tap = 0; tap < k.area(); tap++) {
            if (!phases
                || (tap / k.width() * k.dilationY() % k.strideY() == py
                    && tap % k.width() * k.dilationX() % k.strideX() == px)) {
              taps.add(tap);
            }
          }
          if (!places.isEmpty() && !taps.isEmpty()) {
            parts.add(new Part(g, places, taps, job(g, places, taps)));
          }
        }
      }
    }
    return parts;
  }

  private SteppedArray.Job job(int g, List<Integer> places, List<Integer> taps) {
    long[][] a = new long[places.size()][loops.inputChannels() * taps.size()];
    long[][] b = new long[loops.inputChannels() * taps.size()][loops.outputChannels()];
    for (int c = 0; c < loops.inputChannels(); c++) {
      for (int t = 0; t < taps.size(); t++) {
        int depth = c * taps.size() + t;
        for (int p = 0; p < places.size(); p++) {
          a[p][depth] = met(x[g][c], places.get(p), taps.get(t));
        }
        for (int o = 0; o < loops.outputChannels(); o++) {
          b[depth][o] = w[g][o][c][taps.get(t)];
        }
      }
    }
    return SteppedArray.Job.of(a, b);
  }

  /** The input that an output place meets at a tap: 0 in the padding and between inputs. */
  private long met(long[] x, int place, int tap) {
    Window k = loops.window();
    int i = place / loops.output().width();
    int j = place % loops.output().width();
    int down = tap / k.width() * k.dilationY();
    int along = tap % k.width() * k.dilationX();
    int row = loops.scatters() ? i + k.top() - down : i * k.strideY() + down - k.top();
    int column = loops.scatters() ? j + k.left() - along : j * k.strideX() + along - k.left();
    if (loops.scatters()) {
      if (Math.floorMod(row, k.strideY()) != 0 || Math.floorMod(column, k.strideX()) != 0) {
        return 0;
      }
      row = Math.floorDiv(row, k.strideY());
      column = Math.floorDiv(column, k.strideX());
    }
    boolean inside =
        row >= 0 && row < loops.input().height() && column >= 0 && column < loops.input().width();
    return inside ? x[row * loops.input().width() + column] : 0;
  }

  /** The output of the layer, from the results of its parts: [g,o,h*w]. */
  long[][][] gathered(List<Part> parts) {
    long[][][] y = new long[loops.groups()][loops.outputChannels()][loops.output().size()];
    for (Part part : parts) {
      for (int p = 0; p < part.places.size(); p++) {
        for (int o = 0; o < loops.outputChannels(); o++) {
          y[part.group][o][part.places.get(p)] = part.job.y()[p][o];
        }
      }
    }
    return y;
  }
}
