package whyc.app.image;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import whyc.onnx.OnnxPrologue;
import whyc.onnx.OnnxPrologue.Channels;
import whyc.onnx.OnnxPrologue.Resize;

/**
 * From a picture to a network input.
 *
 * <pre>{@code
 * x = (u8 * scale - mean_c) / std_c       u8 in 0..255, after resizing; c in the tensor's order
 *
 * grey: u8 = floor((19595 R + 38470 G + 7471 B + 32768) / 65536)     BT.601 luma, Pillow's mode L
 * }</pre>
 *
 * Resizing filters with a triangle that widens when shrinking ({@link Resampler}), in double
 * precision, and rounds once to bytes, as Pillow does, so a picture resized beforehand gives the
 * same tensor; a picture that already has the size keeps its bytes.
 *
 * @param width the input's width
 * @param height the input's height
 * @param resize what happens to a picture of another shape
 * @param cropFraction the share of the largest centred crop that {@code CROP} keeps: 1 all of it,
 *     0.875 the customary ImageNet evaluation (short side to 256, centre 224)
 * @param channels the channels, in order
 * @param layout the order of the axes
 * @param scale the factor on the byte, before the mean is taken off
 * @param mean one number for every channel
 * @param std one number for every channel
 */
public record Preprocessing(
    int width,
    int height,
    Resize resize,
    double cropFraction,
    Channels channels,
    Layout layout,
    double scale,
    List<Double> mean,
    List<Double> std) {

  /** Order of the axes behind the batch. */
  public enum Layout {
    NCHW,
    NHWC
  }

  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    require(width > 0 && height > 0, "a width and a height of at least 1", width + "x" + height);
    require(
        cropFraction > 0 && cropFraction <= 1,
        "a crop fraction above 0 and at most 1",
        cropFraction);
    require(Double.isFinite(scale) && scale != 0, "a finite scale other than 0", scale);
    require(mean.size() == channels.count(), "one mean for every channel of " + channels, mean);
    require(std.size() == channels.count(), "one std for every channel of " + channels, std);
    require(mean.stream().allMatch(Double::isFinite), "finite means", mean);
    require(std.stream().allMatch(s -> Double.isFinite(s) && s > 0), "std above 0", std);
  }

  private static void require(boolean holds, String rule, Object came) {
    if (!holds) {
      throw new PictureException("preprocessing wants " + rule + ", got " + came);
    }
  }

  /**
   * A convention by its name, with {@code CROP} and {@code NCHW}.
   *
   * <table>
   * <caption>Presets</caption>
   * <tr><th>name</th><th>input</th><th>used by</th></tr>
   * <tr><td>{@code imagenet}</td><td>RGB, (u8/255 - (.485 .456 .406)) / (.229 .224 .225)</td>
   * <td>torchvision, timm</td></tr>
   * <tr><td>{@code caffe}</td><td>BGR, u8 - (103.939 116.779 123.68)</td>
   * <td>Caffe, Keras ResNet and VGG</td></tr>
   * <tr><td>{@code tf}</td><td>RGB, u8/127.5 - 1</td>
   * <td>TensorFlow, Keras MobileNet and Inception</td></tr>
   * <tr><td>{@code unit}</td><td>RGB, u8/255</td>
   * <td>MLPerf Tiny visual wake words</td></tr>
   * <tr><td>{@code raw}</td><td>RGB, u8</td>
   * <td>MLPerf Tiny image classification</td></tr>
   * </table>
   */
  public static Preprocessing named(String name, int width, int height) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "imagenet" ->
          rgb(width, height, 1 / 255.0, List.of(.485, .456, .406), List.of(.229, .224, .225));
      case "caffe" ->
          rgb(width, height, 1, List.of(103.939, 116.779, 123.68), List.of(1.0, 1.0, 1.0))
              .withOrder(Channels.BGR);
      case "tf" -> rgb(width, height, 1 / 127.5, List.of(1.0, 1.0, 1.0), List.of(1.0, 1.0, 1.0));
      case "unit" -> rgb(width, height, 1 / 255.0, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
      case "raw" -> rgb(width, height, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
      default ->
          throw new PictureException(
              "preprocessing is one of " + String.join(", ", names()) + ", got \"" + name + "\"");
    };
  }

  /** The names that {@link #named} knows. */
  public static List<String> names() {
    return List.of("imagenet", "caffe", "tf", "unit", "raw");
  }

  private static Preprocessing rgb(
      int width, int height, double scale, List<Double> mean, List<Double> std) {
    return new Preprocessing(
        width, height, Resize.CROP, 1, Channels.RGB, Layout.NCHW, scale, mean, std);
  }

  public Preprocessing withSize(int newWidth, int newHeight) {
    return new Preprocessing(
        newWidth, newHeight, resize, cropFraction, channels, layout, scale, mean, std);
  }

  public Preprocessing withResize(Resize newResize) {
    return new Preprocessing(
        width, height, newResize, cropFraction, channels, layout, scale, mean, std);
  }

  public Preprocessing withCropFraction(double fraction) {
    return new Preprocessing(width, height, resize, fraction, channels, layout, scale, mean, std);
  }

  public Preprocessing withLayout(Layout newLayout) {
    return new Preprocessing(
        width, height, resize, cropFraction, channels, newLayout, scale, mean, std);
  }

  public Preprocessing withScale(double newScale) {
    return new Preprocessing(
        width, height, resize, cropFraction, channels, layout, newScale, mean, std);
  }

  public Preprocessing withNormalisation(List<Double> newMean, List<Double> newStd) {
    return new Preprocessing(
        width, height, resize, cropFraction, channels, layout, scale, newMean, newStd);
  }

  /**
   * The same with other channels; going to grey averages mean and std, coming from grey repeats
   * them, RGB to BGR keeps the order given.
   */
  public Preprocessing withChannels(Channels newChannels) {
    if (newChannels.count() == channels.count()) {
      return withOrder(newChannels);
    }
    return new Preprocessing(
        width,
        height,
        resize,
        cropFraction,
        newChannels,
        layout,
        scale,
        Collections.nCopies(newChannels.count(), average(mean)),
        Collections.nCopies(newChannels.count(), average(std)));
  }

  private Preprocessing withOrder(Channels order) {
    return new Preprocessing(width, height, resize, cropFraction, order, layout, scale, mean, std);
  }

  private static double average(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** The same inside an ONNX file; pictures of {@code GREY} then have one channel. */
  public OnnxPrologue prologue() {
    return new OnnxPrologue(
        width,
        height,
        switch (resize) {
          case FIT -> OnnxPrologue.Resize.FIT;
          case CROP -> OnnxPrologue.Resize.CROP;
          case STRETCH -> OnnxPrologue.Resize.STRETCH;
        },
        cropFraction,
        switch (channels) {
          case RGB -> OnnxPrologue.Channels.RGB;
          case BGR -> OnnxPrologue.Channels.BGR;
          case GREY -> OnnxPrologue.Channels.GREY;
        },
        layout == Layout.NHWC,
        scale,
        mean,
        std);
  }

  /** The tensor: {@code [C,H,W]} or {@code [H,W,C]}, after {@link #layout}. */
  public float[] apply(Picture picture) {
    Box inside = inside(picture.width(), picture.height());
    Picture resized = resize(picture, source(picture.width(), picture.height()), inside);
    float[][] values = table();
    int count = channels.count();
    float[] x = new float[Math.multiplyExact(count, Math.multiplyExact(width, height))];
    byte[] rgb = resized.bytes();
    for (int row = 0; row < inside.height; row++) {
      for (int column = 0; column < inside.width; column++) {
        int from = 3 * (row * inside.width + column);
        int pixel = (inside.top + row) * width + inside.left + column;
        for (int c = 0; c < count; c++) {
          int at = layout == Layout.NCHW ? c * width * height + pixel : pixel * count + c;
          x[at] = values[c][level(rgb, from, c)];
        }
      }
    }
    return x;
  }

  /**
   * What the network sees, as a picture of its size; a border from {@code FIT} is drawn in the mean
   * colour.
   */
  public Picture view(Picture picture) {
    Box inside = inside(picture.width(), picture.height());
    Picture resized = resize(picture, source(picture.width(), picture.height()), inside);
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < rgb.length; i++) {
      int c = channels == Channels.GREY ? 0 : channels == Channels.BGR ? 2 - i % 3 : i % 3;
      rgb[i] = (byte) Math.clamp(Math.round(mean.get(c) / scale), 0, 255);
    }
    for (int row = 0; row < inside.height; row++) {
      int to = 3 * ((inside.top + row) * width + inside.left);
      System.arraycopy(resized.bytes(), 3 * row * inside.width, rgb, to, 3 * inside.width);
    }
    return Picture.owning(width, height, rgb);
  }

  /** Where the network input lies on a picture of this size. */
  public Placement placement(int pictureWidth, int pictureHeight) {
    Box source = source(pictureWidth, pictureHeight);
    Box inside = inside(pictureWidth, pictureHeight);
    double dx = (double) source.width / inside.width;
    double dy = (double) source.height / inside.height;
    return new Placement(
        source.left - inside.left * dx, source.top - inside.top * dy, width * dx, height * dy);
  }

  private int level(byte[] rgb, int from, int c) {
    return switch (channels) {
      case RGB -> rgb[from + c] & 0xff;
      case BGR -> rgb[from + 2 - c] & 0xff;
      case GREY ->
          (19595 * (rgb[from] & 0xff)
                  + 38470 * (rgb[from + 1] & 0xff)
                  + 7471 * (rgb[from + 2] & 0xff)
                  + 32768)
              >> 16;
    };
  }

  /** {@code [channel, u8]}: the formula, 256 times. */
  private float[][] table() {
    float[][] values = new float[channels.count()][256];
    for (int c = 0; c < values.length; c++) {
      for (int u8 = 0; u8 < 256; u8++) {
        values[c][u8] = (float) ((u8 * scale - mean.get(c)) / std.get(c));
      }
    }
    return values;
  }

  private record Box(int left, int top, int width, int height) {}

  /** The part of the picture that is used. */
  private Box source(int w, int h) {
    if (resize != Resize.CROP) {
      return new Box(0, 0, w, h);
    }
    double unit = cropFraction * Math.min((double) w / width, (double) h / height);
    int keptWidth = Math.clamp(Math.round(unit * width), 1, w);
    int keptHeight = Math.clamp(Math.round(unit * height), 1, h);
    return new Box((w - keptWidth) / 2, (h - keptHeight) / 2, keptWidth, keptHeight);
  }

  /** The part of the input that it fills. */
  private Box inside(int w, int h) {
    if (resize != Resize.FIT) {
      return new Box(0, 0, width, height);
    }
    double unit = Math.min((double) width / w, (double) height / h);
    int filledWidth = Math.clamp(Math.round(unit * w), 1, width);
    int filledHeight = Math.clamp(Math.round(unit * h), 1, height);
    return new Box(
        (width - filledWidth) / 2, (height - filledHeight) / 2, filledWidth, filledHeight);
  }

  private static Picture resize(Picture picture, Box source, Box inside) {
    if (source.width == inside.width && source.height == inside.height) {
      return cut(picture, source);
    }
    return Resampler.resize(
        cut(picture, source),
        Resampler.of(Resampler.Kernel.TRIANGLE, source.width, inside.width),
        Resampler.of(Resampler.Kernel.TRIANGLE, source.height, inside.height));
  }

  private static Picture cut(Picture picture, Box box) {
    if (box.width == picture.width() && box.height == picture.height()) {
      return picture;
    }
    byte[] rgb = new byte[3 * box.width * box.height];
    for (int row = 0; row < box.height; row++) {
      int from = 3 * ((box.top + row) * picture.width() + box.left);
      System.arraycopy(picture.bytes(), from, rgb, 3 * row * box.width, 3 * box.width);
    }
    return Picture.owning(box.width, box.height, rgb);
  }
}
