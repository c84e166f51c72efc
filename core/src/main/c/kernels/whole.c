#include "kernels.h"

/* A real number cut off towards zero; what does not fit goes to the bounds, what is none to 0. */
KERNEL int64_t whole(double x) {
  if (x != x) return 0;
  return x <= -9223372036854775808.0 ? INT64_MIN : x >= 9223372036854775808.0 ? INT64_MAX : (int64_t)x;
}
