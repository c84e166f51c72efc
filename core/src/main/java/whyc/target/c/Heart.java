package whyc.target.c;

import java.util.List;

/**
 * How a step computes its first line.
 *
 * @param axes of its loops
 * @param buffers that its kernels write to and nobody else reads
 */
record Heart(Axes axes, List<Buffer> buffers, List<Part> parts) {
  /** The row buffer's name in C. */
  static final String ROWS = "rows";

  /** The same of other working memory, with another element in each part. */
  Heart with(List<Buffer> others, String element) {
    return new Heart(axes, others, parts.stream().map(p -> p.with(element)).toList());
  }

  /**
   * Working memory of a step, its elements in C.
   *
   * @param elements at most
   */
  record Buffer(String name, CType type, int elements) {
    /** What one call of a kernel gives. */
    static Buffer rows(CType type, int elements) {
      return new Buffer(ROWS, type, elements);
    }
  }
}
