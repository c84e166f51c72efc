#include "kernels.h"

/* to[r][j] = x[y + r*sy][j*STRIDE + offset], and 0 beyond the image. */
KERNEL void conv_plane_spread(x_t *restrict to, const x_t *x, struct window k, int offset, int y, int height,
                              int width, int deep, int columns) {
  int first = offset < 0 ? (STRIDE - 1 - offset) / STRIDE : 0;
  int end = width > offset ? (width - 1 - offset) / STRIDE + 1 : 0;
  if (first > columns) first = columns;
  if (end > columns) end = columns;
  if (STRIDE * k.stride_y == 1 && columns == width && first < end) {
    /* Rows lie side by side on both sides: they are copied as one, and what went round is cleared. */
    const int above = y < 0 ? (-y < deep ? -y : deep) : 0;
    const int below = height - y < deep ? (height - y > above ? height - y : above) : deep;
    const int length = (below - above) * width - first - (columns - end);
    memset(to, 0, sizeof *to * (size_t)(above * columns));
    if (below > above)
      memcpy(to + above * columns + first, x + (y + above) * width + offset + first, sizeof *to * (size_t)length);
    memset(to + below * columns, 0, sizeof *to * (size_t)((deep - below) * columns));
    for (int r = above; r < below; r++) {
      for (int j = 0; j < first; j++) to[r * columns + j] = 0;
      for (int j = end; j < columns; j++) to[r * columns + j] = 0;
    }
    return;
  }
  for (int r = 0; r < deep; r++, y += k.stride_y, to += columns) {
    const int seen = y >= 0 && y < height;
    const int from = y * width + offset;
    for (int j = 0; j < (seen ? first : columns); j++) to[j] = 0;
    if (!seen) continue;
    for (int j = first; j < end; j++) to[j] = x[from + j * STRIDE];
    for (int j = end; j < columns; j++) to[j] = 0;
  }
}
