package whyc.engine.jvm;

import java.util.Arrays;
import whyc.engine.jvm.code.Lanes;
import whyc.tensor.Shape;

/** How the elements of a value lie in the arena. */
sealed interface Layout {

  Shape shape();

  /** Elements, padding included. */
  int size();

  /** Where the element of this row-major index lies, from the start of the value. */
  int at(int index);

  /** Writes all elements, given in row-major order, and zeros around them. */
  void write(float[] elements, float[] values, int offset);

  /** Reads all elements in row-major order. */
  void read(float[] values, int offset, float[] elements);

  /** Row-major, without gaps. */
  record Plain(Shape shape) implements Layout {
    @Override
    public int size() {
      return shape.size();
    }

    @Override
    public int at(int index) {
      return index;
    }

    @Override
    public void write(float[] elements, float[] values, int offset) {
      System.arraycopy(elements, 0, values, offset, size());
    }

    @Override
    public void read(float[] values, int offset, float[] elements) {
      System.arraycopy(values, offset, elements, 0, size());
    }
  }

  /**
   * Channels innermost: {@code [n][top+h+bottom][left+w+right][pixelStride]}. What lies beyond the
   * channels and around the image is zero, always. A matrix {@code [n,c]} is an image of one pixel.
   *
   * <p>Under a window the numbers of one row of taps then lie side by side over all channels, so
   * that the innermost loop of a convolution is long: 1x1 convolutions run at 270 GFLOP/s where
   * blocks of 16 channels gave 215 (Zen 5, one thread).
   *
   * @param pixelStride channels, rounded up to whole vectors unless nothing is stored by vectors
   */
  record Image(Shape shape, int pixelStride, Border border) implements Layout {
    public Image {
      if (shape.rank() != 4 && (shape.rank() != 2 || !border.isNone())) {
        throw new IllegalArgumentException("an image wants [n,c,h,w] or [n,c], got " + shape);
      }
    }

    int images() {
      return shape.dim(0);
    }

    int channels() {
      return shape.dim(1);
    }

    int height() {
      return shape.rank() == 4 ? shape.dim(2) : 1;
    }

    int width() {
      return shape.rank() == 4 ? shape.dim(3) : 1;
    }

    int rowStride() {
      return (border.left() + width() + border.right()) * pixelStride;
    }

    int imageStride() {
      return (border.top() + height() + border.bottom()) * rowStride();
    }

    /** From the start of an image to its first pixel. */
    int origin() {
      return border.top() * rowStride() + border.left() * pixelStride;
    }

    /** Where a pixel's first channel lies. */
    int at(int image, int row, int column) {
      return origin() + image * imageStride() + row * rowStride() + column * pixelStride;
    }

    @Override
    public int size() {
      return Math.multiplyExact(images(), imageStride());
    }

    @Override
    public int at(int index) {
      int column = index % width();
      int row = index / width() % height();
      int channel = index / (width() * height()) % channels();
      int image = index / (width() * height() * channels());
      return at(image, row, column) + channel;
    }

    @Override
    public void write(float[] elements, float[] values, int offset) {
      clearBorder(values, offset);
      int from = 0;
      for (int n = 0; n < images(); n++) {
        for (int c = 0; c < pixelStride; c++) {
          for (int y = 0; y < height(); y++) {
            int to = offset + at(n, y, 0) + c;
            for (int x = 0; x < width(); x++, to += pixelStride) {
              values[to] = c < channels() ? elements[from++] : 0;
            }
          }
        }
      }
    }

    @Override
    public void read(float[] values, int offset, float[] elements) {
      int to = 0;
      for (int n = 0; n < images(); n++) {
        for (int c = 0; c < channels(); c++) {
          for (int y = 0; y < height(); y++) {
            int from = offset + at(n, y, 0) + c;
            for (int x = 0; x < width(); x++, from += pixelStride) {
              elements[to++] = values[from];
            }
          }
        }
      }
    }

    /** Whether there is anything but the elements. */
    boolean isPadded() {
      return !border.isNone() || channels() != pixelStride;
    }

    /** Vectors of the elements, without a border. */
    int vectors(Lanes lanes) {
      return withoutBorder().size() / lanes.count();
    }

    /** The same without zeros around the images. */
    Image withoutBorder() {
      return new Image(shape, pixelStride, Border.NONE);
    }

    /** Writes the zeros around the images of a value that starts at {@code offset}. */
    void clearBorder(float[] values, int offset) {
      if (border.isNone()) {
        return;
      }
      int between = (border.left() + border.right()) * pixelStride;
      int row = width() * pixelStride;
      for (int n = 0; n < images(); n++) {
        int start = offset + n * imageStride();
        int end = start + imageStride();
        int at = start + origin();
        Arrays.fill(values, start, at, 0);
        for (int y = 1; y < height(); y++) {
          at += row;
          Arrays.fill(values, at, at + between, 0);
          at += between;
        }
        Arrays.fill(values, at + row, end, 0);
      }
    }
  }
}
