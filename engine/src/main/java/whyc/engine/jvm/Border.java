package whyc.engine.jvm;

/** Zeros around an image, so that windows may reach over its edge. In pixels. */
record Border(int top, int left, int bottom, int right) {
  static final Border NONE = new Border(0, 0, 0, 0);

  /** Room for both. */
  Border union(Border other) {
    return new Border(
        Math.max(top, other.top),
        Math.max(left, other.left),
        Math.max(bottom, other.bottom),
        Math.max(right, other.right));
  }

  boolean isNone() {
    return equals(NONE);
  }
}
