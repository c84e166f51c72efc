#include "kernels.h"

/* x * 2^-SHIFT, rounded half to even. An arithmetic shift floors. */
KERNEL int64_t rounded(int64_t x) {
  enum { PLACES = SHIFT, HALF = PLACES == 0 ? 0 : PLACES - 1 };
  const int64_t floor = x >> PLACES;
  const int64_t rest = x - floor * ((int64_t)1 << PLACES);
  const int64_t half = (int64_t)1 << HALF;
  return floor + ((rest > half) | ((rest == half) & (floor & 1)));
}
