#include "kernels.h"

/*
 * DOWN channels of ACROSS vectors of places of a convolution by one tap, all in registers.
 *
 *   rows[o][j] = sum over c of x[c][j] * w[c][o]
 *
 * x[c + 1] lies `plane` behind x[c], rows[o + 1] lies `step` behind rows[o].
 */
KERNEL void conv_point_tile(sum_t *restrict rows, const x_t *x, const w_t *w, int channels, int plane, int step) {
  enum { DOWN = LANES == 16 && OUTPUTS == 8 ? 8 : 4, ACROSS = !WIDE ? 1 : LANES == 8 ? 3 : 2 };
#if LANES > 1
  typedef wide_t lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
#else
  typedef wide_t lanes;
#endif
  lanes sums[DOWN][ACROSS];
  for (int o = 0; o < DOWN; o++)
    for (int l = 0; l < ACROSS; l++) sums[o][l] = (lanes){0};
  for (int c = 0; c < channels; c++, x += plane, w += OUTPUTS) {
    lanes next[ACROSS];
    for (int l = 0; l < ACROSS; l++) next[l] = LOADED(lanes, LANES, x + l * LANES);
    for (int o = 0; o < DOWN; o++)
      for (int l = 0; l < ACROSS; l++) sums[o][l] += (wide_t)w[o] * next[l];
  }
  for (int o = 0; o < DOWN; o++) memcpy(rows + o * step, sums[o], sizeof sums[o]);
}
