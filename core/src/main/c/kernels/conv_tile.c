#include "kernels.h"

/*
 * OUTPUTS channels of `count` rows, from row i on, of a convolution by ROWS x TAPS weights.
 *
 *   rows[o][r][j] = sum over c, u, v of image[c][r*sy + u*dy][j*STRIDE + v*DILATION] * w[c][u][v][o]
 *
 * image[c] has `deep` rows of `pitch` numbers: those that are needed, with what lies beside the image, see
 * conv_pad. Rows above and below the image are left out. Sums of PLACES places, TOGETHER channels each, stay
 * in registers while all taps are added; WIDTH of them are one vector. Weights lie so that a vector of them
 * is loaded at once. rows[o + 1] lies `step` behind rows[o]; what is computed past the end of a row is
 * written, too, before the next row is.
 */
KERNEL void conv_tile(sum_t *restrict rows, const wide_t *image, const w_t *w, struct window k, int channels,
                      int height, int i, int count, int columns, int deep, int pitch, int step) {
#if LANES < OUTPUTS
#define WIDTH LANES
#else
#define WIDTH OUTPUTS
#endif
  enum { VECTORS = TOGETHER / WIDTH, PLACES = LANES > 1 ? LANES / 2 : 1 };
#if LANES > 1
  typedef wide_t lanes __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
#else
  typedef wide_t lanes;
#endif
  for (int r = 0; r < count; r++) {
    const int begin = (i + r) * k.stride_y - k.top;
    const int u0 = begin < 0 ? (k.dilation_y - 1 - begin) / k.dilation_y : 0;
    const int below = (height - 1 - begin + k.dilation_y) / k.dilation_y;
    const int end = height > begin ? (below < ROWS ? below : ROWS) : 0;
    for (int j = 0; j < columns; j += PLACES) {
      for (int o = 0; o < OUTPUTS; o += TOGETHER) {
        lanes sums[PLACES][VECTORS];
        for (int n = 0; n < PLACES; n++)
          for (int l = 0; l < VECTORS; l++) sums[n][l] = (lanes){0};
        for (int c = 0; c < channels; c++) {
          const wide_t *from = image + (c * deep + r * k.stride_y + u0 * k.dilation_y) * pitch + j * STRIDE;
          const w_t *taps = w + (c * ROWS + u0) * TAPS * OUTPUTS + o;
          for (int u = u0; u < end; u++, from += k.dilation_y * pitch) {
            for (int v = 0; v < TAPS; v++, taps += OUTPUTS) {
              lanes weight[VECTORS];
              for (int l = 0; l < VECTORS; l++) weight[l] = LOADED(lanes, WIDTH, taps + l * WIDTH);
              for (int n = 0; n < PLACES; n++)
                for (int l = 0; l < VECTORS; l++)
                  sums[n][l] += from[n * STRIDE + v * DILATION] * weight[l];
            }
          }
        }
        sum_t placed[PLACES * TOGETHER];
        memcpy(placed, sums, sizeof sums);
        for (int m = 0; m < TOGETHER; m++)
          for (int n = 0; n < PLACES; n++) rows[(o + m) * step + r * columns + j + n] = placed[n * TOGETHER + m];
      }
    }
  }
#undef WIDTH
}
