#include "kernels.h"

/*
 * One row of one channel of a transposed convolution: each place of x spreads over a window.
 *
 *   row[j*sx + v*dx - left] = sum over o, u of x[o][y][j] * w[o][u][v]   where y*sy + u*dy - top = i
 *
 * `step` is the distance from one o of the weight to the next.
 */
KERNEL void conv_transpose_row(sum_t *restrict row, const x_t *x, const w_t *w, struct window k,
                               int channels, int height, int width, int i, int columns, int step) {
  for (int j = 0; j < columns; j++) row[j] = 0;
  for (int o = 0; o < channels; o++) {
    for (int u = 0; u < k.height; u++) {
      const int from_row = i + k.top - u * k.dilation_y;
      const int y = from_row / k.stride_y;
      if (from_row < 0 || from_row % k.stride_y != 0 || y >= height) continue;
      const x_t *from = x + (o * height + y) * width;
      for (int v = 0; v < k.width; v++) {
        const w_t weight = w[o * step + u * k.width + v];
        const int offset = v * k.dilation_x - k.left;
        const int first = offset < 0 ? (k.stride_x - 1 - offset) / k.stride_x : 0;
        int end = columns > offset ? (columns - 1 - offset) / k.stride_x + 1 : 0;
        if (end > width) end = width;
        for (int j = first; j < end; j++) {
          sum_t *to = row + j * k.stride_x + offset;
          *to = (sum_t)((wide_t)*to + (wide_t)times(from[j], weight));
        }
      }
    }
  }
}
