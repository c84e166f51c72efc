package whyc.app.image;

/**
 * Paints maps over one picture: heat map alone, or blended with the picture; a caption strip stands
 * below, never over the picture.
 *
 * <p>The map {@code [h, w]} spans the network's input, which {@link Placement} puts on the picture;
 * it is interpolated bilinearly with half-pixel centres. What the network did not see stays the
 * picture, dimmed. Small pictures are enlarged by a whole factor (bicubic) to at least {@value
 * #LEAST} pixels on the long side, big ones shrunk to at most {@value #MOST}.
 */
public final class HeatmapPainter {
  static final int LEAST = 384;
  static final int MOST = 1024;

  /** The share of what was not seen, in 256ths. */
  private static final int DIMMED = 115;

  private final Picture shown;
  private final Placement placement;

  private HeatmapPainter(Picture shown, Placement placement) {
    this.shown = shown;
    this.placement = placement;
  }

  /** A painter for a picture and where the network's input lies on it. */
  public static HeatmapPainter of(Picture picture, Placement placement) {
    int longSide = Math.max(picture.width(), picture.height());
    double factor =
        longSide < LEAST ? Math.ceilDiv(LEAST, longSide) : Math.min(1, (double) MOST / longSide);
    Picture shown = picture;
    if (factor != 1) {
      int width = (int) Math.max(1, Math.round(picture.width() * factor));
      int height = (int) Math.max(1, Math.round(picture.height() * factor));
      shown =
          Resampler.resize(
              picture,
              Resampler.of(Resampler.Kernel.CUBIC, picture.width(), width),
              Resampler.of(Resampler.Kernel.CUBIC, picture.height(), height));
    }
    double dx = (double) shown.width() / picture.width();
    double dy = (double) shown.height() / picture.height();
    return new HeatmapPainter(
        shown,
        new Placement(
            placement.left() * dx,
            placement.top() * dy,
            placement.width() * dx,
            placement.height() * dy));
  }

  /** The picture at the size at which maps are painted, without a caption. */
  public Picture picture() {
    return shown;
  }

  /** The map in colours. */
  public Picture heatmap(HeatMap map, ColorMap colors, Caption caption) {
    return overlay(map, colors, caption, 1);
  }

  /** {@code (1 - alpha) * picture + alpha * colours}, on the sRGB values. */
  public Picture overlay(HeatMap map, ColorMap colors, Caption caption, double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new PictureException("an overlay wants an alpha in [0, 1], got " + alpha);
    }
    return CaptionStrip.below(blend(map, colors, alpha), map, colors, caption);
  }

  /** The overlay without a caption. */
  Picture blend(HeatMap map, ColorMap colors, double alpha) {
    int width = shown.width();
    int height = shown.height();
    double stepX = map.width() / placement.width();
    double stepY = map.height() / placement.height();
    double offsetX = -placement.left() * stepX;
    double offsetY = -placement.top() * stepY;
    double[] values =
        Resampler.resize(
            map.values(),
            map.width(),
            Resampler.of(Resampler.Kernel.TRIANGLE, map.width(), width, offsetX, stepX),
            Resampler.of(Resampler.Kernel.TRIANGLE, map.height(), height, offsetY, stepY));
    boolean constant = map.isConstant();
    int share = ColorMap.share(alpha);
    boolean[] columnSeen = seen(width, placement.left(), placement.width());
    boolean[] rowSeen = seen(height, placement.top(), placement.height());
    byte[] rgb = new byte[3 * width * height];
    for (int y = 0, pixel = 0; y < height; y++) {
      for (int x = 0; x < width; x++, pixel++) {
        int color = shown.rgb(x, y);
        if (rowSeen[y] && columnSeen[x]) {
          int heat = constant ? ColorMap.NEUTRAL : colors.at(map.unit(values[pixel]));
          put(ColorMap.mix(color, heat, share), rgb, pixel);
        } else {
          put(ColorMap.mix(0, color, DIMMED), rgb, pixel);
        }
      }
    }
    return Picture.owning(width, height, rgb);
  }

  /** Which pixels have their centre inside. */
  private static boolean[] seen(int pixels, double start, double length) {
    boolean[] seen = new boolean[pixels];
    for (int i = 0; i < pixels; i++) {
      seen[i] = i + 0.5 >= start && i + 0.5 <= start + length;
    }
    return seen;
  }

  static void put(int color, byte[] rgb, int pixel) {
    rgb[3 * pixel] = (byte) (color >> 16);
    rgb[3 * pixel + 1] = (byte) (color >> 8);
    rgb[3 * pixel + 2] = (byte) color;
  }
}
