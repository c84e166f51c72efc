package whyc.op;

/**
 * Where the samples of a resized axis lie on the axis they are taken from.
 *
 * <p>Sample {@code i} of {@code out} lies at
 *
 * <pre>{@code
 * HALF_PIXEL            (i + 1/2) / scale - 1/2
 * HALF_PIXEL_SYMMETRIC  the same, centred: + in/2 * (1 - out / (scale * in))
 * PYTORCH_HALF_PIXEL    as HALF_PIXEL, but 0 if out is 1
 * ALIGN_CORNERS         i * (in - 1) / (scale * in - 1), 0 if out is 1
 * ASYMMETRIC            i / scale
 * HALF_PIXEL_CENTRES    (i + 1/2) / scale
 * CROP                  start * (in - 1) + i * (end - start) * (in - 1) / (out - 1), the middle if out is 1
 * }</pre>
 *
 * as the ONNX operator Resize has them; HALF_PIXEL is that of PIL, OpenCV and TensorFlow 2.
 *
 * @param in extent that is sampled
 * @param out number of samples
 * @param scale out / in, or what out was rounded down from
 * @param start where a crop begins, as a fraction of the axis; {@code end} where it ends
 */
public record Sampling(
    Coordinates coordinates, int in, int out, double scale, double start, double end) {

  /** The conventions, named as ONNX does; HALF_PIXEL_CENTRES is tf_half_pixel_for_nn. */
  public enum Coordinates {
    HALF_PIXEL,
    HALF_PIXEL_SYMMETRIC,
    PYTORCH_HALF_PIXEL,
    ALIGN_CORNERS,
    ASYMMETRIC,
    HALF_PIXEL_CENTRES,
    CROP
  }

  public Sampling {
    if (in < 1 || out < 1 || !(scale > 0)) {
      throw new IllegalArgumentException(
          "sampling wants extents of at least 1 and a positive scale, got %d to %d by %s"
              .formatted(in, out, scale));
    }
  }

  /** From one extent to another. */
  public static Sampling of(Coordinates coordinates, int in, int out) {
    return new Sampling(coordinates, in, out, (double) out / in, 0, 1);
  }

  /** The place of a sample, in steps of the sampled axis; it may lie outside. */
  public double position(int i) {
    double half = (i + 0.5) / scale - 0.5;
    return switch (coordinates) {
      case HALF_PIXEL -> half;
      case HALF_PIXEL_SYMMETRIC -> half + in / 2.0 * (1 - out / (scale * in));
      case PYTORCH_HALF_PIXEL -> out > 1 ? half : 0;
      case ALIGN_CORNERS -> out > 1 ? i * (in - 1) / (scale * in - 1) : 0;
      case ASYMMETRIC -> i / scale;
      case HALF_PIXEL_CENTRES -> (i + 0.5) / scale;
      case CROP ->
          out > 1
              ? start * (in - 1) + i * (end - start) * (in - 1) / (out - 1)
              : (start + end) * (in - 1) / 2;
    };
  }

  /** Whether a sample lies outside of the sampled axis. */
  public boolean isOutside(int i) {
    return position(i) < 0 || position(i) > in - 1;
  }

  /** How the nearest element is found. */
  public enum Nearest {
    ROUND_PREFER_FLOOR,
    ROUND_PREFER_CEIL,
    FLOOR,
    CEIL
  }

  /**
   * The element that is nearest to each sample. Places are rounded to single precision first, as
   * runtimes compute them: at a tie the last bit decides.
   */
  public long[] nearest(Nearest mode) {
    long[] nearest = new long[out];
    for (int i = 0; i < out; i++) {
      float place = (float) position(i);
      double chosen =
          switch (mode) {
            case ROUND_PREFER_FLOOR -> Math.ceil(place - 0.5);
            case ROUND_PREFER_CEIL -> Math.floor(place + 0.5);
            case FLOOR -> Math.floor(place);
            case CEIL -> Math.ceil(place);
          };
      nearest[i] = (long) Math.clamp(chosen, 0, in - 1.0);
    }
    return nearest;
  }
}
