#include "kernels.h"

/*
 * One row of one channel of a convolution.
 *
 *   row[j] = sum over c, u, v of x[c][i*sy + u*dy - top][j*sx + v*dx - left] * w[c][u][v]
 *
 * Beyond the image lies the number `padding`.
 */
KERNEL void conv_row(sum_t *restrict row, const x_t *x, const w_t *w, struct window k, int channels,
                     int height, int width, int i, int columns, x_t padding) {
  for (int j = 0; j < columns; j++) row[j] = 0;
  for (int c = 0; c < channels; c++) {
    for (int u = 0; u < k.height; u++) {
      const int y = i * k.stride_y + u * k.dilation_y - k.top;
      const int seen = y >= 0 && y < height;
      for (int v = 0; v < k.width; v++) {
        const w_t weight = w[(c * k.height + u) * k.width + v];
        const int offset = v * k.dilation_x - k.left;
        int first = offset < 0 ? (k.stride_x - 1 - offset) / k.stride_x : 0;
        int end = width > offset ? (width - 1 - offset) / k.stride_x + 1 : 0;
        if (!seen) end = 0;
        if (end > columns) end = columns;
        if (first > end) first = end;
        const wide_t beyond = (wide_t)times(padding, weight);
        if (beyond != 0) {
          for (int j = 0; j < first; j++) row[j] = (sum_t)((wide_t)row[j] + beyond);
          for (int j = end; j < columns; j++) row[j] = (sum_t)((wide_t)row[j] + beyond);
        }
        if (first == end) continue;
        const x_t *from = x + (c * height + y) * width + first * k.stride_x + offset;
        sum_t *to = row + first;
        const int count = end - first;
        if (k.stride_x == 1) {
          for (int j = 0; j < count; j++)
            to[j] = (sum_t)((wide_t)to[j] + (wide_t)times(from[j], weight));
        } else {
          for (int j = 0; j < count; j++)
            to[j] = (sum_t)((wide_t)to[j] + (wide_t)times(from[j * k.stride_x], weight));
        }
      }
    }
  }
}
