#include "kernels.h"

#include "code.c"

/*
 * What comes to the place (y, x0) of the image from the windows whose switch points there. Switches
 * are codes of `bits` bits each, the first of this plane is code `plane`.
 */
KERNEL sum_t max_pool_route(const uint8_t *switches, int bits, int plane, const x_t *dy,
                            struct window k, int height, int width, int y, int x0) {
  sum_t sum = 0;
  for (int u = 0; u < k.height; u++) {
    const int from_row = y + k.top - u * k.dilation_y;
    const int i = from_row / k.stride_y;
    if (from_row < 0 || from_row % k.stride_y != 0 || i >= height) continue;
    for (int v = 0; v < k.width; v++) {
      const int from_column = x0 + k.left - v * k.dilation_x;
      const int j = from_column / k.stride_x;
      if (from_column < 0 || from_column % k.stride_x != 0 || j >= width) continue;
      if (code(switches, plane + i * width + j, bits) == u * k.width + v)
        sum = (sum_t)((wide_t)sum + (wide_t)dy[i * width + j]);
    }
  }
  return sum;
}
