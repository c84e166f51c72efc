package whyc.engine.jvm;

import java.util.Arrays;
import whyc.tensor.Shape;

/** How the elements of a value lie in the arena. */
sealed interface Layout {

  Shape shape();

  /** Elements, padding included. */
  int size();

  /** Where the element of this row-major index lies, from the start of the value. */
  int at(int index);

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
  }

  /**
   * Channels in blocks, which are innermost: {@code [n][c/block][top+h+bottom][left+w+right][block]}.
   * What lies beyond the channels and around the image is zero, always. With blocks of one channel
   * these are planes with a border. A matrix {@code [n,c]} is an image of one pixel.
   */
  record Blocked(Shape shape, int block, Border border) implements Layout {
    public Blocked {
      if (shape.rank() != 4 && (shape.rank() != 2 || !border.isNone())) {
        throw new IllegalArgumentException("blocks want [n,c,h,w] or [n,c], got " + shape);
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

    int blocks() {
      return Math.ceilDiv(channels(), block);
    }

    int rowStride() {
      return (border.left() + width() + border.right()) * block;
    }

    int planeStride() {
      return (border.top() + height() + border.bottom()) * rowStride();
    }

    int imageStride() {
      return blocks() * planeStride();
    }

    /** From the start of a plane to its first pixel. */
    int origin() {
      return border.top() * rowStride() + border.left() * block;
    }

    /** Where a pixel's first lane lies. */
    int at(int image, int channelBlock, int row, int column) {
      return origin()
          + image * imageStride()
          + channelBlock * planeStride()
          + row * rowStride()
          + column * block;
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
      return at(image, channel / block, row, column) + channel % block;
    }

    /** Whether the value has anything but its elements. */
    boolean isPadded() {
      return !border.isNone() || channels() % block != 0;
    }

    /** Writes the border's zeros of some planes (images times blocks). */
    void clearBorder(float[] values, int offset, int fromPlane, int toPlane) {
      if (border.isNone()) {
        return;
      }
      int between = (border.left() + border.right()) * block;
      for (int p = fromPlane; p < toPlane; p++) {
        int start = offset + p * planeStride();
        Arrays.fill(values, start, start + origin(), 0);
        int rowEnd = start + origin() + width() * block;
        for (int y = 1; between > 0 && y < height(); y++, rowEnd += rowStride()) {
          Arrays.fill(values, rowEnd, rowEnd + between, 0);
        }
        int end = start + planeStride();
        Arrays.fill(values, start + origin() + (height() - 1) * rowStride() + width() * block, end, 0);
      }
    }
  }
}
