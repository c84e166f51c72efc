package whyc.explain;

import whyc.op.Emit;
import whyc.op.Value;
import whyc.tensor.Shape;

/**
 * Which axes of an image are which: [n,c,h,w], or [n,h,w,c] where the last extent alone is small.
 */
final class ImageAxes {
  /** Grey, grey with alpha, colours, colours with alpha. */
  private static final int MOST_CHANNELS = 4;

  private ImageAxes() {}

  static boolean isChannelsLast(Shape image) {
    return image.rank() == 4 && image.dim(3) <= MOST_CHANNELS && image.dim(1) > MOST_CHANNELS;
  }

  static boolean isImage(Shape shape) {
    return shape.rank() == 4;
  }

  static int height(Shape image) {
    return image.dim(isChannelsLast(image) ? 1 : 2);
  }

  static int width(Shape image) {
    return image.dim(isChannelsLast(image) ? 2 : 3);
  }

  static int channels(Shape image) {
    return image.dim(isChannelsLast(image) ? 3 : 1);
  }

  /** The axes over which a channel extends. */
  static int[] spatial(Emit g, Value image) {
    Shape shape = g.shape(image);
    if (!isImage(shape)) {
      return g.sampleAxes(image);
    }
    return isChannelsLast(shape) ? new int[] {1, 2} : new int[] {2, 3};
  }

  static Value channelsFirst(Emit g, Value image) {
    return isChannelsLast(g.shape(image)) ? g.transpose(image, 0, 3, 1, 2) : image;
  }

  /** A map [n,1,h,w] in the layout of an image. */
  static Value mapLike(Emit g, Value map, Value image) {
    return isChannelsLast(g.shape(image)) ? g.transpose(map, 0, 2, 3, 1) : map;
  }
}
