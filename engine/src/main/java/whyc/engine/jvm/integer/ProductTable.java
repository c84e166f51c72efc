package whyc.engine.jvm.integer;

import whyc.op.Product;
import whyc.op.route.Route;

/**
 * The table of a product as {@link Kernels#lookUp} reads it.
 *
 * @param bytes for each code of one operand the low and the high bytes of its products, less the
 *     bias
 * @param bias the smallest product
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record ProductTable(byte[] bytes, int bias) {

  /** The product of the value that picks a row and of the value that picks a place in it. */
  interface Entry {
    int of(int row, int column);
  }

  /** Rows by the codes of the left operand. */
  static ProductTable byLeft(Product p, boolean leftSigned, boolean rightSigned) {
    return of(Route.values(leftSigned), Route.values(rightSigned), p::of);
  }

  /** Rows by the codes of the right operand. */
  static ProductTable byRight(Product p, boolean leftSigned, boolean rightSigned) {
    return of(
        Route.values(rightSigned), Route.values(leftSigned), (row, column) -> p.of(column, row));
  }

  private static ProductTable of(int[] rows, int[] columns, Entry entry) {
    int bias = Integer.MAX_VALUE;
    for (int row : rows) {
      for (int column : columns) {
        bias = Math.min(bias, entry.of(row, column));
      }
    }
    byte[] bytes = new byte[Product.CODES * Kernels.TABLE_ROW];
    for (int i = 0; i < Product.CODES; i++) {
      for (int j = 0; j < Product.CODES; j++) {
        int above = entry.of(rows[i], columns[j]) - bias;
        bytes[i * Kernels.TABLE_ROW + j] = (byte) above;
        bytes[i * Kernels.TABLE_ROW + 256 + j] = (byte) (above >> 8);
      }
    }
    return new ProductTable(bytes, bias);
  }
}
