#include "kernels.h"

/* Which tap of a window holds the first of the largest values; 255 where it sees no value. */
KERNEL uint8_t max_pool_switch(const x_t *x, struct window k, int height, int width, int y, int x0) {
  int tap = 255;
  x_t best = 0;
  for (int u = 0; u < k.height; u++, y += k.dilation_y) {
    if (y < 0 || y >= height) continue;
    for (int v = 0, at = x0; v < k.width; v++, at += k.dilation_x) {
      if (at < 0 || at >= width) continue;
      const x_t next = x[y * width + at];
      if (tap == 255 || next > best || UNORDERED(next)) {
        tap = u * k.width + v;
        best = next;
      }
    }
  }
  return (uint8_t)tap;
}
