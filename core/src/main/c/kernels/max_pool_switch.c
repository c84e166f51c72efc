#include "kernels.h"

/*
 * Which tap of the windows of one row of places holds the first of the largest values; 255 where a window
 * sees no value. Tap by tap for the whole row, so that compilers make vectors of it: `best` holds the
 * largest values so far, and numbers of taps are as wide as those.
 */
KERNEL void max_pool_switch(bits_t *restrict row, x_t *restrict best, const x_t *x, struct window k, int height,
                            int width, int i, int columns) {
  for (int j = 0; j < columns; j++) row[j] = 255;
  for (int j = 0; j < columns; j++) best[j] = 0;
  for (int u = 0; u < ROWS; u++) {
    const int y = i * k.stride_y + u * k.dilation_y - k.top;
    if (y < 0 || y >= height) continue;
    for (int v = 0; v < TAPS; v++) {
      const bits_t tap = (bits_t)(u * TAPS + v);
      const int offset = v * k.dilation_x - k.left;
      const int first = offset < 0 ? (STRIDE - 1 - offset) / STRIDE : 0;
      int end = width > offset ? (width - 1 - offset) / STRIDE + 1 : 0;
      if (end > columns) end = columns;
      for (int j = first; j < end; j++) {
        const x_t next = x[y * width + j * STRIDE + offset];
        const int wins = (row[j] == 255) | (next > best[j]) | UNORDERED(next);
        best[j] = wins ? next : best[j];
        row[j] = wins ? tap : row[j];
      }
    }
  }
}
