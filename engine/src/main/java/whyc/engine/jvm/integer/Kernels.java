package whyc.engine.jvm.integer;

/** The inner loops of integer products. All results are exact, so the twins agree in every bit. */
sealed interface Kernels permits PlainKernels, VectorKernels {

  /** Rows that {@link #multiply} computes at once. */
  int ROWS = 8;

  /** Bytes of one row of a table of products: 256 low bytes, then 256 high bytes. */
  int TABLE_ROW = 512;

  /** Vectors where the JVM was started with them, else plain loops. */
  static Kernels create() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        ? new VectorKernels()
        : new PlainKernels();
  }

  /**
   * The number of terms from which on {@link #multiply} for each of them is slower than {@link
   * #lookUp}, as measured: {@code bench/results/products.md}.
   */
  int mostTerms();

  /** Lanes that {@link #multiply} computes at once. */
  int productLanes();

  /** Lanes of a panel of codes. */
  int tableLanes();

  /** How far {@link #copy} and {@link #map} may write behind what they were asked for. */
  int slack();

  /**
   * Puts in place of each code what stands for it: {@code to[toAt + i*toStep + j] =
   * factors[from[fromAt + i*fromStep + j]]}, row by row, so that what is written behind one row is
   * overwritten by the next.
   *
   * @param count of each row
   */
  void map(
      byte[] from,
      int fromAt,
      int fromStep,
      int rows,
      int count,
      short[] factors,
      float[] to,
      int toAt,
      int toStep);

  /**
   * Joins runs of codes to one row of a panel.
   *
   * @param runs for each its start behind {@code fromAt}, and where in the row it ends
   */
  void copy(byte[] from, int fromAt, int[] runs, int runsAt, int count, byte[] to, int toAt);

  /**
   * {@code y[i*pitch + j] = sum_t left[t*ROWS + i] * right[rightAt + offsets[t] + j]} for all
   * lanes.
   *
   * @param rows that are wanted; what happens to others up to {@link #ROWS} is left open
   * @param taps terms of each sum
   * @param chunk taps whose sum is an integer of at most 2^24 in size, whatever the order, so that
   *     single precision holds it; the sums of chunks are added as integers
   */
  void multiply(
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
      int pitch);

  /**
   * {@code y[j] = sum_t (table[left[t]][panel[t*tableLanes + j]] + bias)} for the first lanes of a
   * panel, which holds a row of codes for each tap.
   *
   * @param table rows of {@link #TABLE_ROW} bytes, which hold unsigned numbers of 16 bits
   * @param lanes how many lanes of the panel count
   * @param scratch {@link #tableLanes} numbers that do not survive
   */
  void lookUp(
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
      int scratchAt);
}
