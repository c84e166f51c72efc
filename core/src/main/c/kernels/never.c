#include "kernels.h"

/* Whether an integer is no number. */
KERNEL int never(x_t x) {
  (void)x;
  return 0;
}
