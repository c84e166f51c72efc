package whyc.engine.jvm.integer;

import java.util.Arrays;
import java.util.stream.IntStream;
import whyc.op.Window;

/**
 * An image laid out so that every tap of a window reads runs of neighbours.
 *
 * <p>Each channel stands there with its padding, once for each phase of the strides that a tap
 * falls into: row i and column j of phase (p,q) is row {@code i*strideY + p} and column {@code
 * j*strideX + q} of the padded channel. A tap is then a shift, whatever stride, dilation and
 * padding are.
 */
final class Planes {
  private static final Window POINT = Window.of(1, 1, 1);

  private final Window window;
  private final int channels;
  private final int height;
  private final int width;
  private final int outputHeight;
  private final int outputWidth;

  /** Rows and columns of one phase. */
  private final int rows;

  private final int columns;

  /** The phases {@code p * strideX + q} that taps fall into, in the order of their planes. */
  private final int[] phases;

  Planes(Window window, int channels, int height, int width) {
    this.window = window;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.outputHeight = window.outputHeight(height);
    this.outputWidth = window.outputWidth(width);
    this.rows = outputHeight + (window.height() - 1) * window.dilationY() / window.strideY();
    this.columns = outputWidth + (window.width() - 1) * window.dilationX() / window.strideX();
    this.phases = IntStream.range(0, window.area()).map(this::phase).distinct().sorted().toArray();
  }

  private int offsetY(int tap) {
    return tap / window.width() * window.dilationY();
  }

  private int offsetX(int tap) {
    return tap % window.width() * window.dilationX();
  }

  private int phase(int tap) {
    return offsetY(tap) % window.strideY() * window.strideX() + offsetX(tap) % window.strideX();
  }

  /** Elements of all channels. */
  int size() {
    return Math.multiplyExact(channels * phases.length, rows * columns);
  }

  /** Positions of the window. */
  int positions() {
    return outputHeight * outputWidth;
  }

  /**
   * Places of a phase from the first position of the window to its last, those between rows of
   * positions included: computing them, too, is cheaper than joining the rows.
   */
  int places() {
    return (outputHeight - 1) * columns + outputWidth;
  }

  /**
   * Picks the positions of the window out of numbers for neighbouring places.
   *
   * @param place of the first number
   * @param to where the first position's number goes
   */
  void gather(int[] numbers, int at, int place, int count, int[] to, int toAt) {
    int end = Math.min(place + count, places());
    if (columns == outputWidth) {
      System.arraycopy(numbers, at, to, toAt + place, end - place);
      return;
    }
    for (int p = place; p < end; ) {
      int row = p / columns;
      int column = p % columns;
      int length = Math.min(outputWidth - column, end - p);
      if (length > 0) {
        System.arraycopy(numbers, at + p - place, to, toAt + row * outputWidth + column, length);
      }
      p = (row + 1) * columns;
    }
  }

  /** Whether each position reads a single number of each channel, the same that it stands at. */
  boolean isPointwise() {
    return window.equals(POINT);
  }

  /** For each channel and tap where the window's first position reads. */
  int[] taps() {
    int[] taps = new int[channels * window.area()];
    for (int k = 0; k < taps.length; k++) {
      int tap = k % window.area();
      int plane = k / window.area() * phases.length + Arrays.binarySearch(phases, phase(tap));
      taps[k] =
          (plane * rows + offsetY(tap) / window.strideY()) * columns
              + offsetX(tap) / window.strideX();
    }
    return taps;
  }

  /** The most that {@link #runs} writes for that many positions. */
  static int mostRuns(int positions) {
    return 2 * positions;
  }

  /**
   * The runs of neighbours that positions {@code from} to {@code to} read: the start of each, and
   * how many positions there are up to its end.
   *
   * @return how many runs there are
   */
  int runs(int from, int to, int[] runs, int at) {
    int count = 0;
    for (int p = from; p < to; ) {
      int column = p % outputWidth;
      int end = columns == outputWidth ? to : Math.min(to, p - column + outputWidth);
      runs[at + 2 * count] = p / outputWidth * columns + column;
      runs[at + 2 * count + 1] = end - from;
      count++;
      p = end;
    }
    return count;
  }

  /** Lays out the codes of an image. */
  void lay(byte[] image, int imageAt, byte padding, byte[] to, int toAt) {
    int at = toAt;
    for (int c = 0; c < channels; c++) {
      for (int phase : phases) {
        int p = phase / window.strideX() - window.top();
        int q = phase % window.strideX();
        int first = firstColumn(q);
        int last = lastColumn(q);
        for (int i = 0; i < rows; i++, at += columns) {
          int row = i * window.strideY() + p;
          boolean inside = row >= 0 && row < height && first < last;
          Arrays.fill(to, at, at + (inside ? first : columns), padding);
          if (inside) {
            int source = imageAt + (c * height + row) * width + q - window.left();
            for (int j = first; j < last; j++) {
              to[at + j] = image[source + j * window.strideX()];
            }
            Arrays.fill(to, at + last, at + columns, padding);
          }
        }
      }
    }
  }

  /**
   * Lays out what stands for each code of an image. Behind what is laid out there is {@link
   * Kernels#slack} room.
   */
  void lay(
      byte[] image,
      int imageAt,
      byte padding,
      short[] factors,
      float[] to,
      int toAt,
      Kernels kernels) {
    int at = toAt;
    for (int c = 0; c < channels; c++) {
      for (int phase : phases) {
        if (window.strideX() == 1 && window.strideY() == 1) {
          layRows(image, imageAt + c * height * width, factors, to, at, kernels);
        } else {
          layPhase(image, imageAt + c * height * width, phase, factors, to, at);
        }
        fillBorder(phase, factors[padding & 0xff], to, at);
        at += rows * columns;
      }
    }
  }

  private void layRows(
      byte[] image, int imageAt, short[] factors, float[] to, int toAt, Kernels kernels) {
    int top = firstRow(0);
    int left = firstColumn(0);
    int count = lastRow(0) - top;
    int length = lastColumn(0) - left;
    if (count > 0 && length > 0) {
      int from = imageAt + (top - window.top()) * width + left - window.left();
      int into = toAt + top * columns + left;
      kernels.map(image, from, width, count, length, factors, to, into, columns);
    }
  }

  private void layPhase(
      byte[] image, int imageAt, int phase, short[] factors, float[] to, int toAt) {
    int p = phase / window.strideX();
    int q = phase % window.strideX();
    int step = window.strideX();
    int last = lastColumn(q);
    for (int i = firstRow(p); i < lastRow(p); i++) {
      int row = i * window.strideY() + p - window.top();
      int from = imageAt + row * width + q - window.left();
      for (int j = firstColumn(q); j < last; j++) {
        to[toAt + i * columns + j] = factors[image[from + j * step] & 0xff];
      }
    }
  }

  private void fillBorder(int phase, float border, float[] to, int at) {
    int top = firstRow(phase / window.strideX());
    int bottom = Math.max(top, lastRow(phase / window.strideX()));
    int left = firstColumn(phase % window.strideX());
    int right = Math.max(left, lastColumn(phase % window.strideX()));
    Arrays.fill(to, at, at + top * columns, border);
    for (int i = top; i < bottom; i++) {
      Arrays.fill(to, at + i * columns, at + i * columns + left, border);
      Arrays.fill(to, at + i * columns + right, at + (i + 1) * columns, border);
    }
    Arrays.fill(to, at + bottom * columns, at + rows * columns, border);
  }

  /** The first row of a phase that lies within the image. */
  private int firstRow(int phase) {
    return Math.clamp(Math.ceilDiv(window.top() - phase, window.strideY()), 0, rows);
  }

  private int lastRow(int phase) {
    int last = Math.floorDiv(height - 1 + window.top() - phase, window.strideY()) + 1;
    return Math.clamp(last, 0, rows);
  }

  /** The first column of a phase that lies within the image. */
  private int firstColumn(int phase) {
    return Math.clamp(Math.ceilDiv(window.left() - phase, window.strideX()), 0, columns);
  }

  private int lastColumn(int phase) {
    int last = Math.floorDiv(width - 1 + window.left() - phase, window.strideX()) + 1;
    return Math.clamp(last, 0, columns);
  }
}
