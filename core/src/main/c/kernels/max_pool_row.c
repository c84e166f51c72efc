#include "kernels.h"

/*
 * The largest value under the windows of one row of places; what lies beyond the image never wins.
 * Tap by tap for the whole row, so that compilers make vectors of it.
 */
KERNEL void max_pool_row(x_t *restrict row, const x_t *x, struct window k, int height, int width,
                         int i, int columns) {
  for (int j = 0; j < columns; j++) row[j] = LOWEST;
  for (int u = 0; u < ROWS; u++) {
    const int y = i * k.stride_y + u * k.dilation_y - k.top;
    if (y < 0 || y >= height) continue;
    for (int v = 0; v < TAPS; v++) {
      const int offset = v * k.dilation_x - k.left;
      const int first = offset < 0 ? (STRIDE - 1 - offset) / STRIDE : 0;
      int end = width > offset ? (width - 1 - offset) / STRIDE + 1 : 0;
      if (end > columns) end = columns;
      for (int j = first; j < end; j++) {
        const x_t next = x[y * width + j * STRIDE + offset];
        const x_t best = row[j];
        row[j] = (next > best) | UNORDERED(next) ? next : best;
      }
    }
  }
}
