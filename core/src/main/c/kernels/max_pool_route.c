#include "kernels.h"

#include "unpack.c"

/*
 * What comes to row y of the image from the windows whose switch points there. Switches are codes, the first
 * of this plane is code `plane`; `codes` has room for those of one row.
 *
 *   row[column % STRIDE][column / STRIDE] = sum of dy[i][j] where switch[i][j] is the tap that meets the place
 *
 * Columns of one remainder lie side by side, `apart` from those of the next, so that each tap meets neighbours.
 */
KERNEL void max_pool_route(sum_t *restrict row, uint8_t *restrict codes, const uint8_t *switches, int plane,
                           const x_t *dy, struct window k, int height, int width, int y, int columns, int apart) {
  for (int j = 0; j < STRIDE * apart; j++) row[j] = 0;
  for (int u = 0; u < ROWS; u++) {
    const int from_row = y + k.top - u * k.dilation_y;
    const int i = from_row / k.stride_y;
    if (from_row < 0 || from_row % k.stride_y != 0 || i >= height) continue;
    unpack(codes, switches, plane + i * width, width);
    for (int v = 0; v < TAPS; v++) {
      const int offset = v * k.dilation_x - k.left;
      const int shift = offset < 0 ? -((STRIDE - 1 - offset) / STRIDE) : offset / STRIDE;
      const int remainder = offset - shift * STRIDE;
      const int count = (columns - remainder + STRIDE - 1) / STRIDE;
      const int first = shift < 0 ? -shift : 0;
      const int end = count - shift < width ? count - shift : width;
      sum_t *to = row + remainder * apart + shift;
      const x_t *from = dy + i * width;
      for (int j = first; j < end; j++)
        to[j] = (sum_t)((wide_t)to[j] + (wide_t)(codes[j] == u * TAPS + v ? from[j] : 0));
    }
  }
}
