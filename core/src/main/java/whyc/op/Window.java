package whyc.op;

import java.util.stream.IntStream;

/**
 * A window that slides over the two spatial axes of an image {@code [n,c,h,w]}.
 *
 * @param height extent of the window, in taps
 * @param top padding above the image; {@code bottom} below it, and so on
 */
public record Window(
    int height,
    int width,
    int strideY,
    int strideX,
    int top,
    int left,
    int bottom,
    int right,
    int dilationY,
    int dilationX) {

  /** No number of a window, and no reach of one, is larger: sums of them stay within an int. */
  private static final int MAX_REACH = 1 << 28;

  public Window {
    if (IntStream.of(height, width, strideY, strideX, dilationY, dilationX).min().orElse(1) < 1) {
      throw new IllegalArgumentException(
          "a window wants extents, strides and dilations of at least 1, got "
              + "extents %d,%d strides %d,%d dilations %d,%d"
                  .formatted(height, width, strideY, strideX, dilationY, dilationX));
    }
    if (IntStream.of(strideY, strideX, top, left, bottom, right)
            .anyMatch(v -> Math.abs((long) v) > MAX_REACH)
        || Math.max(reach(height, dilationY), reach(width, dilationX)) > MAX_REACH) {
      throw new IllegalArgumentException(
          "a window wants strides, padding and a reach of at most %d, got extents %d,%d strides %d,%d dilations %d,%d padding %d,%d,%d,%d"
              .formatted(
                  MAX_REACH, height, width, strideY, strideX, dilationY, dilationX, top, left,
                  bottom, right));
    }
  }

  private static long reach(int extent, int dilation) {
    return (extent - 1L) * dilation + 1;
  }

  /** A window without padding or dilation. */
  public static Window of(int height, int width, int stride) {
    return new Window(height, width, stride, stride, 0, 0, 0, 0, 1, 1);
  }

  public Window padded(int top, int left, int bottom, int right) {
    return new Window(
        height, width, strideY, strideX, top, left, bottom, right, dilationY, dilationX);
  }

  public Window withStrides(int y, int x) {
    return new Window(height, width, y, x, top, left, bottom, right, dilationY, dilationX);
  }

  /** Number of taps. */
  public int area() {
    return Math.multiplyExact(height, width);
  }

  /** Positions that the window takes over {@code extent} rows: 0 or less if it does not fit. */
  public int outputHeight(int extent) {
    return Math.floorDiv(extent + top + bottom - dilationY * (height - 1) - 1, strideY) + 1;
  }

  public int outputWidth(int extent) {
    return Math.floorDiv(extent + left + right - dilationX * (width - 1) - 1, strideX) + 1;
  }

  /** Whether windows neither overlap nor leave the image. */
  public boolean isTiling() {
    return height == strideY
        && width == strideX
        && dilationY == 1
        && dilationX == 1
        && top + left + bottom + right == 0;
  }
}
