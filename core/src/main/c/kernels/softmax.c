#include "kernels.h"

/* e^x over its sum along the first axis of x[extent][step]. */
KERNEL void softmax(x_t *restrict y, const x_t *x, int extent, int step) {
  for (int j = 0; j < step; j++) {
    x_t largest = LOWEST;
    for (int i = 0; i < extent; i++)
      if (x[i * step + j] > largest) largest = x[i * step + j];
    double sum = 0;
    for (int i = 0; i < extent; i++) {
      y[i * step + j] = (x_t)exp(x[i * step + j] - largest);
      sum += y[i * step + j];
    }
    for (int i = 0; i < extent; i++) y[i * step + j] = (x_t)(y[i * step + j] / sum);
  }
}
