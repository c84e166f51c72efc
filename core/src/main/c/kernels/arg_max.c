#include "kernels.h"

/* Which of some numbers is the first of the largest. */
KERNEL int64_t arg_max(const x_t *x, int extent, int step) {
  int best = 0;
  for (int i = 1; i < extent; i++)
    if (x[i * step] > x[best * step]) best = i;
  return best;
}
