package whyc.app.image;

/**
 * Where a network input lies on the picture it was made from: the rectangle of the picture, in
 * pixels, that the input plane covers.
 *
 * <pre>{@code
 * x = left + u * width  / inputWidth      u in [0, inputWidth]
 * y = top  + v * height / inputHeight     v in [0, inputHeight]      pixel i covers [i, i+1]
 * }</pre>
 *
 * Inside the picture for {@code crop}; reaching over its edges for {@code fit}, where the input has
 * a border.
 */
public record Placement(double left, double top, double width, double height) {
  public Placement {
    if (!(width > 0 && height > 0) || !Double.isFinite(left + top + width + height)) {
      throw new IllegalArgumentException(
          "Placement wants a rectangle with finite, positive sides, got %s x %s at (%s, %s)"
              .formatted(width, height, left, top));
    }
  }

  /** The input covers the whole picture and nothing else. */
  public static Placement whole(int pictureWidth, int pictureHeight) {
    return new Placement(0, 0, pictureWidth, pictureHeight);
  }
}
