package whyc.target.c;

import java.util.List;

/**
 * How a step computes its first line.
 *
 * @param axes of its loops
 * @param rowType what kernels sum in
 * @param rowElements what one call of a kernel gives at most; 0 where no kernel fills a row
 */
record Heart(Axes axes, CType rowType, int rowElements, List<Part> parts) {
  /** The row buffer's name in C. */
  static final String ROWS = "rows";
}
