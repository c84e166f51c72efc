package whyc.engine.jvm.integer;

/** Loops that are right by inspection. */
record PlainKernels(int productLanes, int tableLanes) implements Kernels {

  /** Rows of a panel that stay near the processor. */
  PlainKernels() {
    this(256, 256);
  }

  @Override
  public int mostTerms() {
    return 1;
  }

  @Override
  public int slack() {
    return 0;
  }

  @Override
  public void map(
      byte[] from,
      int fromAt,
      int fromStep,
      int rows,
      int count,
      short[] factors,
      float[] to,
      int toAt,
      int toStep) {
    for (int i = 0; i < rows; i++) {
      int source = fromAt + i * fromStep;
      int target = toAt + i * toStep;
      for (int j = 0; j < count; j++) {
        to[target + j] = factors[from[source + j] & 0xff];
      }
    }
  }

  @Override
  public void copy(
      byte[] from, int fromAt, int[] runs, int runsAt, int count, byte[] to, int toAt) {
    int lane = 0;
    for (int r = 0; r < count; r++) {
      int end = runs[runsAt + 2 * r + 1];
      System.arraycopy(from, fromAt + runs[runsAt + 2 * r], to, toAt + lane, end - lane);
      lane = end;
    }
  }

  @Override
  public void multiply(
      int rows,
      float[] left,
      int leftAt,
      float[] right,
      int rightAt,
      int[] offsets,
      int taps,
      int chunk,
      int[] y,
      int yAt,
      int pitch) {
    for (int i = 0; i < rows; i++) {
      int row = yAt + i * pitch;
      java.util.Arrays.fill(y, row, row + productLanes, 0);
      for (int t = 0; t < taps; t++) {
        int factor = (int) left[leftAt + t * ROWS + i];
        int from = rightAt + offsets[t];
        for (int j = 0; j < productLanes; j++) {
          y[row + j] += factor * (int) right[from + j];
        }
      }
    }
  }

  @Override
  public void lookUp(
      byte[] left,
      int leftAt,
      byte[] panel,
      int panelAt,
      int taps,
      byte[] table,
      int bias,
      int[] y,
      int yAt,
      int lanes,
      int[] scratch,
      int scratchAt) {
    java.util.Arrays.fill(y, yAt, yAt + lanes, taps * bias);
    for (int t = 0; t < taps; t++) {
      int row = (left[leftAt + t] & 0xff) * TABLE_ROW;
      int from = panelAt + t * tableLanes;
      for (int j = 0; j < lanes; j++) {
        int at = row + (panel[from + j] & 0xff);
        y[yAt + j] += (table[at] & 0xff) | (table[at + 256] & 0xff) << 8;
      }
    }
  }
}
