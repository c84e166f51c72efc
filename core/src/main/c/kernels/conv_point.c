#include "kernels.h"

#define conv_point_wide conv_point_tile
#define conv_point_narrow conv_point_tile
#include "conv_point_tile.c"

/*
 * OUTPUTS channels of `columns` places of a convolution by one tap, at least LANES of them.
 *
 *   rows[o][j] = sum over c of x[c][j] * w[c][o]
 *
 * Where places are left over the last vector begins further left, and computes some again.
 */
KERNEL void conv_point(sum_t *restrict rows, const x_t *x, const w_t *w, int channels, int plane, int columns) {
  enum { DOWN = LANES == 16 && OUTPUTS == 8 ? 8 : 4, MANY = LANES * (LANES == 8 ? 3 : 2) };
  for (int j = 0; j < columns;) {
    const int many = j + MANY <= columns;
    const int at = many || j < columns - LANES ? j : columns - LANES;
    for (int o = 0; o < OUTPUTS; o += DOWN) {
      if (many)
        conv_point_wide(rows + o * columns + at, x + at, w + o, channels, plane, columns);
      else
        conv_point_narrow(rows + o * columns + at, x + at, w + o, channels, plane, columns);
    }
    j = at + (many ? MANY : LANES);
  }
}
