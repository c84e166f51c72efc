#include "kernels.h"

/* Whether a product of 64 bits by 32 fits 64. */
KERNEL int fits(int64_t x, int64_t m) {
  if (m == 0 || m == -1) return m == 0 || x > INT64_MIN;
  return m > 0 ? x <= INT64_MAX / m && x >= INT64_MIN / m : x >= INT64_MAX / m && x <= INT64_MIN / m;
}
