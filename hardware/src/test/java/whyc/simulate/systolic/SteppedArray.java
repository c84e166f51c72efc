package whyc.simulate.systolic;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import whyc.accelerator.Dataflow;

/**
 * The naive twin of {@link SystolicArray}: registers moved cycle by cycle, with real values.
 *
 * <p>Nothing here knows a formula for time. Values stand at the left and upper edges; every element
 * sees its own registers and those of its neighbours; results are taken from the lower edge as they
 * come out. A fold that begins too soon meets another one in some register and spoils its products.
 * The cycles are those from the first value that enters to the last result that leaves.
 */
final class SteppedArray {
  /**
   * One matrix product.
   *
   * @param x [m,k]
   * @param w [k,n]
   * @param y [m,n], filled by the run
   * @param crossings values of x that entered the array, of w, and results that left it
   */
  record Job(long[][] x, long[][] w, long[][] y, long[] crossings) {
    static Job of(long[][] x, long[][] w) {
      return new Job(x, w, new long[x.length][w[0].length], new long[3]);
    }

    private long x(int i, int j) {
      return entering(x, i, j, 0);
    }

    private long w(int i, int j) {
      return entering(w, i, j, 1);
    }

    private long entering(long[][] matrix, int i, int j, int which) {
      boolean inside = i < matrix.length && j < matrix[0].length;
      crossings[which] += inside ? 1 : 0;
      return inside ? matrix[i][j] : 0;
    }

    private void add(int i, int j, long value) {
      if (i < y.length && j < y[0].length) {
        crossings[2]++;
        y[i][j] += value;
      } else if (value != 0) {
        throw new AssertionError("a result of unused elements: " + value);
      }
    }

    Product product() {
      return new Product(x.length, w.length, w[0].length);
    }
  }

  /** What one fold brings to the edges, and where its results go. */
  private record Fold(int steps, Values still, Values left, Results results) {}

  /** A value by row and step, or by row and column; 0 outside. */
  private interface Values {
    long at(int row, int other);
  }

  private interface Results {
    void add(int step, int column, long value);
  }

  private record Token(long value, boolean first, boolean last) {}

  private final int rows;
  private final int columns;
  private final boolean pipelined;
  private final List<Fold> folds = new ArrayList<>();
  private final int[] start;
  private int lastLeft = -1;

  private SteppedArray(
      int rows, int columns, boolean pipelined, Dataflow dataflow, List<Job> jobs) {
    this.rows = rows;
    this.columns = columns;
    this.pipelined = pipelined;
    for (Job job : jobs) {
      cut(dataflow, job);
    }
    start = new int[folds.size()];
    Arrays.fill(start, Integer.MAX_VALUE);
  }

  /** Does the jobs and returns the cycles they took. */
  static long run(int rows, int columns, Dataflow dataflow, boolean pipelined, List<Job> jobs) {
    var array = new SteppedArray(rows, columns, pipelined, dataflow, jobs);
    if (dataflow == Dataflow.OUTPUT_STATIONARY) {
      array.outputsStay();
    } else {
      array.operandStays();
    }
    return array.lastLeft + 1L;
  }

  private void cut(Dataflow dataflow, Job job) {
    int rowExtent = dataflow == Dataflow.OUTPUT_STATIONARY ? job.x.length : job.w.length;
    int columnExtent = dataflow == Dataflow.INPUT_STATIONARY ? job.x.length : job.w[0].length;
    for (int c0 = 0; c0 < columnExtent; c0 += columns) {
      for (int r0 = 0; r0 < rowExtent; r0 += rows) {
        folds.add(fold(dataflow, job, r0, c0));
      }
    }
  }

  private static Fold fold(Dataflow dataflow, Job job, int r0, int c0) {
    return switch (dataflow) {
      case OUTPUT_STATIONARY ->
          new Fold(
              job.w.length,
              (step, column) -> job.w(step, c0 + column),
              (row, step) -> job.x(r0 + row, step),
              (row, column, value) -> job.add(r0 + row, c0 + column, value));
      case WEIGHT_STATIONARY ->
          new Fold(
              job.x.length,
              (row, column) -> job.w(r0 + row, c0 + column),
              (row, step) -> job.x(step, r0 + row),
              (step, column, value) -> job.add(step, c0 + column, value));
      case INPUT_STATIONARY ->
          new Fold(
              job.w[0].length,
              (row, column) -> job.x(c0 + column, r0 + row),
              (row, step) -> job.w(r0 + row, step),
              (step, column, value) -> job.add(c0 + column, step, value));
    };
  }

  /** The value that enters row {@code i} in cycle {@code t}, if any: row i starts i cycles late. */
  private Token left(int i, int t) {
    for (int f = 0; f < folds.size(); f++) {
      long step = (long) t - i - start[f];
      if (step >= 0 && step < folds.get(f).steps) {
        return token(folds.get(f), folds.get(f).left.at(i, (int) step), (int) step);
      }
    }
    return null;
  }

  private static Token token(Fold fold, long value, int step) {
    return new Token(value, step == 0, step == fold.steps - 1);
  }

  /** Weights or inputs stay; partial sums run down. */
  private void operandStays() {
    int[] load = new int[folds.size()];
    Arrays.fill(load, Integer.MAX_VALUE);
    // A value on its way down carries the rows it has still to go in place of flags.
    long[][] down = new long[rows][columns];
    int[][] hops = new int[rows][columns];
    for (int[] row : hops) {
      Arrays.fill(row, -1);
    }
    long[][] next = new long[rows][columns];
    long[][] held = new long[rows][columns];
    long[][] sum = new long[rows][columns];
    Token[][] right = new Token[rows][columns];
    int[] fold = new int[columns];
    int[] step = new int[columns];
    for (int t = 0; fold[columns - 1] < folds.size(); t++) {
      beginSteps(t, load);
      beginLoad(t, load, fold[columns - 1]);
      for (int i = rows - 1; i >= 0; i--) {
        for (int j = columns - 1; j >= 0; j--) {
          Token a = j == 0 ? left(i, t) : right[i][j - 1];
          if (a != null) {
            if (a.first) {
              held[i][j] = next[i][j];
            }
            sum[i][j] = (i == 0 ? 0 : sum[i - 1][j]) + a.value * held[i][j];
            if (i == rows - 1) {
              folds.get(fold[j]).results.add(step[j]++, j, sum[i][j]);
              lastLeft = t;
              if (a.last) {
                fold[j]++;
                step[j] = 0;
              }
            }
          }
          right[i][j] = a;
          int go = i == 0 ? entering(t - j, load) : hops[i - 1][j] - 1;
          down[i][j] = i > 0 ? down[i - 1][j] : go < 0 ? 0 : loading(t - j, load).still.at(go, j);
          hops[i][j] = go;
          if (go == 0) {
            next[i][j] = down[i][j];
          }
        }
      }
    }
  }

  /** The next fold's values come in beside the steps of the present one, or after its results. */
  private void beginLoad(int t, int[] load, int done) {
    int f = first(load);
    if (f < load.length
        && (f == 0 || (pipelined ? start[f - 1] <= t && load[f - 1] + rows <= t : done >= f))) {
      load[f] = t;
    }
  }

  private void beginSteps(int t, int[] load) {
    int f = first(start);
    if (f < start.length
        && load[f] != Integer.MAX_VALUE
        && load[f] + rows <= t
        && (f == 0 || start[f - 1] + folds.get(f - 1).steps <= t)) {
      start[f] = t;
    }
  }

  private static int first(int[] times) {
    int f = 0;
    while (f < times.length && times[f] != Integer.MAX_VALUE) {
      f++;
    }
    return f;
  }

  /** The row whose value enters a column: the lowest row's first; -1 where none does. */
  private int entering(int t, int[] load) {
    for (int begun : load) {
      long since = (long) t - begun;
      if (since >= 0 && since < rows) {
        return rows - 1 - (int) since;
      }
    }
    return -1;
  }

  private Fold loading(int t, int[] load) {
    for (int f = 0; f < load.length; f++) {
      long since = (long) t - load[f];
      if (since >= 0 && since < rows) {
        return folds.get(f);
      }
    }
    throw new AssertionError();
  }

  /** Sums stay; when they are complete they leave down the columns. */
  private void outputsStay() {
    Token[][] right = new Token[rows][columns];
    long[][] down = new long[rows][columns];
    long[][] sum = new long[rows][columns];
    long[][] complete = new long[rows][columns];
    long[][] leaving = new long[rows][columns];
    int[] toLeave = new int[columns];
    boolean[] full = new boolean[columns];
    int[] fold = new int[columns];
    for (int t = 0; fold[columns - 1] < folds.size(); t++) {
      beginOutputs(t, fold[columns - 1]);
      for (int j = columns - 1; j >= 0; j--) {
        if (full[j]) {
          if (toLeave[j] > 0) {
            throw new AssertionError("results of two folds meet in column " + j);
          }
          for (int i = 0; i < rows; i++) {
            leaving[i][j] = complete[i][j];
          }
          toLeave[j] = rows;
          full[j] = false;
        }
        if (toLeave[j] > 0) {
          folds.get(fold[j]).results.add(--toLeave[j], j, leaving[rows - 1][j]);
          lastLeft = t;
          for (int i = rows - 1; i > 0; i--) {
            leaving[i][j] = leaving[i - 1][j];
          }
          fold[j] += toLeave[j] == 0 ? 1 : 0;
        }
        for (int i = rows - 1; i >= 0; i--) {
          Token a = j == 0 ? left(i, t) : right[i][j - 1];
          long b = i == 0 ? top(j, t) : down[i - 1][j];
          if (a != null) {
            sum[i][j] = (a.first ? 0 : sum[i][j]) + a.value * b;
            if (a.last) {
              complete[i][j] = sum[i][j];
              full[j] |= i == rows - 1;
            }
          }
          right[i][j] = a;
          down[i][j] = b;
        }
      }
    }
  }

  /** The last step of a fold comes at least as many cycles after that of the one before as rows. */
  private void beginOutputs(int t, int done) {
    int f = first(start);
    if (f == start.length) {
      return;
    }
    if (f > 0) {
      int before = start[f - 1] + folds.get(f - 1).steps;
      boolean clear =
          pipelined ? before <= t && before + rows <= t + folds.get(f).steps : done >= f;
      if (!clear) {
        return;
      }
    }
    start[f] = t;
  }

  private long top(int j, int t) {
    for (int f = 0; f < folds.size(); f++) {
      long step = (long) t - j - start[f];
      if (step >= 0 && step < folds.get(f).steps) {
        return folds.get(f).still.at((int) step, j);
      }
    }
    return 0;
  }
}
