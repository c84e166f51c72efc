#include "kernels.h"

/* A whole number within bounds. */
KERNEL int64_t clamp(int64_t x, int64_t low, int64_t high) {
  return x < low ? low : x > high ? high : x;
}
