#include "kernels.h"

/* The sum of the window that begins at (y, x0); what lies beyond the image adds nothing. */
KERNEL sum_t sum_pool(const x_t *x, struct window k, int height, int width, int y, int x0) {
  sum_t sum = 0;
  for (int u = 0; u < k.height; u++, y += k.dilation_y) {
    if (y < 0 || y >= height) continue;
    for (int v = 0, at = x0; v < k.width; v++, at += k.dilation_x) {
      if (at >= 0 && at < width) sum = (sum_t)((wide_t)sum + (wide_t)x[y * width + at]);
    }
  }
  return sum;
}
