package whyc.app.image;

import java.util.Optional;

/**
 * Raw scores {@code [height, width]} and the range of values that the colours span.
 *
 * <p>The scores stay raw: only the picture is scaled, and its caption keeps the raw minimum and
 * maximum. A map whose values differ by no more than float rounding ({@code max - min <= 4 * 2^-23
 * * max|v|}) is constant, and is never stretched to colours.
 */
public final class HeatMap {
  /** How raw values become colours. */
  public enum Scale {
    /** Colours from the minimum to the maximum. */
    MIN_MAX,
    /** Colours from 0 to the maximum, for maps without negative values. */
    ZERO_MAX,
    /** Colours from -max|v| to max|v|: zero has the middle colour. */
    SYMMETRIC
  }

  private static final double ROUNDING = 4 * 0x1p-23;

  private final int height;
  private final int width;
  private final float[] values;
  private final Scale scale;
  private final double minimum;
  private final double maximum;
  private final double low;
  private final double high;
  private final String what;
  private final Optional<HeatMap> raw;

  private HeatMap(
      float[] values,
      int height,
      int width,
      Scale scale,
      double minimum,
      double maximum,
      double limit,
      String what,
      Optional<HeatMap> raw) {
    this.values = values;
    this.height = height;
    this.width = width;
    this.scale = scale;
    this.minimum = minimum;
    this.maximum = maximum;
    this.what = what;
    this.raw = raw;
    double most = Math.max(Math.abs(minimum), Math.abs(maximum));
    this.low =
        switch (scale) {
          case MIN_MAX -> Math.max(minimum, -limit);
          case ZERO_MAX -> Math.min(0, minimum);
          case SYMMETRIC -> -Math.min(most, limit);
        };
    this.high = scale == Scale.SYMMETRIC ? Math.min(most, limit) : Math.min(maximum, limit);
  }

  /** A map {@code [height, width]}; values that are not finite are refused. */
  public static HeatMap of(float[] values, int height, int width, Scale scale) {
    return of(values, height, width, scale, Double.POSITIVE_INFINITY, "raw map");
  }

  /**
   * The same, its colours ending at {@code limit} in absolute value.
   *
   * @param what its values are, for the caption
   */
  static HeatMap of(float[] values, int height, int width, Scale scale, double limit, String what) {
    if (height < 1 || width < 1 || values.length != Math.multiplyExact(height, width)) {
      throw new IllegalArgumentException(
          "HeatMap wants values [h,w], got %d for [%d,%d]".formatted(values.length, height, width));
    }
    double minimum = Double.POSITIVE_INFINITY;
    double maximum = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new PictureException(
            "a heat map wants finite values, got %s at row %d, column %d"
                .formatted(values[i], i / width, i % width));
      }
      minimum = Math.min(minimum, values[i]);
      maximum = Math.max(maximum, values[i]);
    }
    return new HeatMap(
        values.clone(),
        height,
        width,
        scale,
        minimum,
        maximum,
        limit > 0 ? limit : Double.POSITIVE_INFINITY,
        what,
        Optional.empty());
  }

  /** This map as a finished form of a raw one, whose size and range the caption gives. */
  public HeatMap of(HeatMap rawMap) {
    return new HeatMap(
        values,
        height,
        width,
        scale,
        minimum,
        maximum,
        Double.POSITIVE_INFINITY,
        what,
        Optional.of(rawMap));
  }

  /** The map that a caption describes. */
  HeatMap raw() {
    return raw.orElse(this);
  }

  /** What its values are, in words. */
  String what() {
    return what;
  }

  public int height() {
    return height;
  }

  public int width() {
    return width;
  }

  public Scale scale() {
    return scale;
  }

  /** The smallest raw value. */
  public double minimum() {
    return minimum;
  }

  /** The largest raw value. */
  public double maximum() {
    return maximum;
  }

  /** The value where the colours begin. */
  public double low() {
    return low;
  }

  /** The value where the colours end. */
  public double high() {
    return high;
  }

  public boolean isConstant() {
    return maximum - minimum <= ROUNDING * Math.max(Math.abs(minimum), Math.abs(maximum));
  }

  /** Whether some values lie beyond the ends of the colours. */
  public boolean isClipped() {
    return minimum < low || maximum > high;
  }

  /**
   * {@code 0} at {@code low}, {@code 1} at {@code high}, {@code 0.5} at zero of a symmetric scale.
   */
  double unit(double value) {
    return (value - low) / (high - low);
  }

  float[] values() {
    return values;
  }
}
