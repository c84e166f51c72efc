#include "kernels.h"

#include "conv_plane_spread.c"

/*
 * `count` rows, from row i on, of a convolution of one channel by ROWS x TAPS weights.
 *
 *   rows[r][j] = sum over u, v of x[(i + r)*sy + u*dy - top][j*STRIDE + v*DILATION - left] * w[u][v]
 *
 * The image is spread first, so that what a tap meets lies side by side for all places:
 * spread[v][q][r][j] = x[(i + r)*sy + q - top][j*STRIDE + v*DILATION - left], and 0 beyond the image.
 * Vectors run past the end of both arrays by less than 16 places.
 */
KERNEL void conv_plane(sum_t *restrict rows, x_t *restrict spread, const x_t *x, const w_t *w,
                       struct window k, int height, int width, int i, int count, int columns) {
  enum { ACROSS = LANES > 1 ? 1 : 4 };
#if LANES > 1
  typedef wide_t lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
#else
  typedef wide_t lanes;
#endif
  const int deep = count + (ROWS - 1) * k.dilation_y / k.stride_y;
  for (int v = 0; v < TAPS; v++)
    for (int q = 0; q < k.stride_y; q++)
      conv_plane_spread(spread + (v * k.stride_y + q) * deep * columns, x, k, v * DILATION - k.left,
                        i * k.stride_y + q - k.top, height, width, deep, columns);
  int at[ROWS][TAPS];
  for (int u = 0; u < ROWS; u++)
    for (int v = 0; v < TAPS; v++)
      at[u][v] = ((v * k.stride_y + u * k.dilation_y % k.stride_y) * deep + u * k.dilation_y / k.stride_y) * columns;
  for (int j = 0; j < count * columns; j += LANES * ACROSS) {
    lanes sums[ACROSS];
    for (int l = 0; l < ACROSS; l++) sums[l] = (lanes){0};
    for (int u = 0; u < ROWS; u++)
      for (int v = 0; v < TAPS; v++)
        for (int l = 0; l < ACROSS; l++)
          sums[l] += (wide_t)w[u * TAPS + v] * LOADED(lanes, LANES, spread + at[u][v] + j + l * LANES);
    memcpy(rows + j, sums, sizeof sums);
  }
}
