#include "kernels.h"

/* The largest value of the window that begins at (y, x0); what lies beyond the image never wins. */
KERNEL x_t max_pool(const x_t *x, struct window k, int height, int width, int y, int x0) {
  x_t best = LOWEST;
  for (int u = 0; u < k.height; u++, y += k.dilation_y) {
    if (y < 0 || y >= height) continue;
    for (int v = 0, at = x0; v < k.width; v++, at += k.dilation_x) {
      if (at < 0 || at >= width) continue;
      const x_t next = x[y * width + at];
      if (next > best || UNORDERED(next)) best = next;
    }
  }
  return best;
}
