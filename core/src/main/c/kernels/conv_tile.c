#include "kernels.h"

/*
 * OUTPUTS channels of one row of a convolution by ROWS x TAPS weights.
 *
 *   rows[o][j] = sum over c, u, v of x[c][i*sy + u*dy - top][j*STRIDE + v*DILATION - left] * w[c][u][v][o]
 *
 * Sums of COLUMNS places, OUTPUTS each, stay in registers while all taps are added; LANES of them
 * are one vector. Weights lie so that a vector of them is loaded at once. Places beyond the last
 * column are computed, too: a row has `step` places, a multiple of COLUMNS.
 */
KERNEL void conv_tile(float *restrict rows, const float *x, const float *w, struct window k,
                      int channels, int height, int width, int i, int columns, int step) {
#if LANES > 1
  typedef float lanes __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
#else
  typedef float lanes;
#endif
  enum { VECTORS = OUTPUTS / LANES, REACH = (COLUMNS - 1) * STRIDE + (TAPS - 1) * DILATION + 1 };
  const int begin = i * k.stride_y - k.top;
  const int u0 = begin < 0 ? (k.dilation_y - 1 - begin) / k.dilation_y : 0;
  const int below = (height - 1 - begin + k.dilation_y) / k.dilation_y;
  const int end = height > begin ? (below < ROWS ? below : ROWS) : 0;
  const int top = begin + u0 * k.dilation_y;
  for (int j = 0; j < columns; j += COLUMNS) {
    lanes sums[COLUMNS][VECTORS];
    memset(sums, 0, sizeof sums);
    const int first = j * STRIDE - k.left;
    const int inside = first >= 0 && first + REACH <= width;
    for (int c = 0; c < channels; c++) {
      const float *line = x + (c * height + top) * width;
      const lanes *taps = (const lanes *)(w + (c * ROWS + u0) * TAPS * OUTPUTS);
      for (int u = u0; u < end; u++, line += k.dilation_y * width) {
        const float *from = line + first;
        float edge[REACH];
        if (!inside) {
          for (int n = 0; n < REACH; n++)
            edge[n] = first + n >= 0 && first + n < width ? line[first + n] : 0;
          from = edge;
        }
        for (int v = 0; v < TAPS; v++, taps += VECTORS)
          for (int n = 0; n < COLUMNS; n++)
            for (int l = 0; l < VECTORS; l++)
              sums[n][l] += from[n * STRIDE + v * DILATION] * taps[l];
      }
    }
    float placed[COLUMNS * OUTPUTS];
    memcpy(placed, sums, sizeof sums);
    for (int o = 0; o < OUTPUTS; o++)
      for (int n = 0; n < COLUMNS; n++) rows[o * step + j + n] = placed[n * OUTPUTS + o];
  }
}
