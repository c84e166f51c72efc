package whyc.target.c;

import whyc.op.Window;
import whyc.tensor.Shape;

/** Windows over images, as kernels take them. */
final class Windows {
  private Windows() {}

  static String text(Window w) {
    return "(struct window){%d, %d, %d, %d, %d, %d, %d, %d}"
        .formatted(
            w.height(),
            w.width(),
            w.strideY(),
            w.strideX(),
            w.top(),
            w.left(),
            w.dilationY(),
            w.dilationX());
  }

  /** Where a window begins. */
  static String begin(String at, int stride, int before) {
    String scaled =
        stride == 1 || at.equals("0")
            ? at
            : "%s * %d".formatted(at.contains(" ") ? "(" + at + ")" : at, stride);
    return before == 0
        ? scaled
        : "%s %s %d".formatted(scaled, before > 0 ? "-" : "+", Math.abs(before));
  }

  /** Strides of the planes of an image [n,c,h,w]: one index for all of a plane. */
  static int[] planes(Shape image) {
    int[] strides = image.strides();
    strides[2] = 0;
    strides[3] = 0;
    return strides;
  }
}
