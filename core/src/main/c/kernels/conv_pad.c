#include "kernels.h"

/*
 * to[c][r][j] = x[c][y + r][j - left], and 0 beside the image: `deep` rows of `pitch` numbers of each channel.
 * Rows above and below the image stay as they are.
 */
KERNEL void conv_pad(wide_t *restrict to, const x_t *x, int channels, int height, int width, int y, int left,
                     int deep, int pitch) {
  const int first = left > 0 ? left : 0;
  const int from = left > 0 ? 0 : -left;
  const int room = pitch - first < width - from ? pitch - first : width - from;
  const int count = room > 0 ? room : 0;
  for (int c = 0; c < channels; c++) {
    for (int r = 0; r < deep; r++, to += pitch) {
      if (y + r < 0 || y + r >= height) continue;
      const x_t *line = x + (c * height + y + r) * width + from;
      for (int j = 0; j < first; j++) to[j] = 0;
      for (int j = 0; j < count; j++) to[first + j] = (wide_t)line[j];
      for (int j = first + count; j < pitch; j++) to[j] = 0;
    }
  }
}
