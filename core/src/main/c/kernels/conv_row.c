#include "kernels.h"

/*
 * One row of one channel of a convolution by ROWS x TAPS weights.
 *
 *   row[j] = sum over c, u, v of x[c][i*sy + u*dy - top][j*STRIDE + v*DILATION - left] * w[c][u][v]
 *
 * Beyond the image lies the number `padding`; where PADS is 0, a product with it is 0.
 */
KERNEL void conv_row(sum_t *restrict row, const x_t *x, const w_t *w, struct window k, int channels,
                     int height, int width, int i, int columns, x_t padding) {
  enum { PLACES = 8, REACH = (PLACES - 1) * STRIDE + (TAPS - 1) * DILATION + 1 };
  for (int j = 0; j < columns; j += PLACES) {
    wide_t sums[PLACES] = {0};
    const int first = j * STRIDE - k.left;
    const int inside = first >= 0 && first + REACH <= width;
    for (int c = 0; c < channels; c++) {
      for (int u = 0; u < ROWS; u++) {
        const int y = i * k.stride_y + u * k.dilation_y - k.top;
        const int seen = y >= 0 && y < height;
        if (!seen && !PADS) continue;
        const x_t *line = x + (c * height + (seen ? y : 0)) * width;
        const x_t *from = line;
        x_t edge[REACH];
        if (seen && inside) {
          from = line + first;
        } else {
          for (int n = 0; n < REACH; n++)
            edge[n] = seen && first + n >= 0 && first + n < width ? line[first + n] : padding;
          from = edge;
        }
        for (int v = 0; v < TAPS; v++) {
          const w_t weight = w[(c * ROWS + u) * TAPS + v];
          for (int n = 0; n < PLACES; n++)
            sums[n] += (wide_t)times(from[n * STRIDE + v * DILATION], weight);
        }
      }
    }
    for (int n = 0; n < PLACES && j + n < columns; n++) row[j + n] = (sum_t)sums[n];
  }
}
