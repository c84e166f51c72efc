#include "kernels.h"

/* Reads `count` codes of BITS bits, from code `at` on, one to a byte of `to`. */
KERNEL void unpack(uint8_t *to, const uint8_t *codes, int at, int count) {
  enum { IN_BYTE = 8 / BITS, MASK = (1 << BITS) - 1 };
  codes += at / IN_BYTE;
  for (int place = at % IN_BYTE; count > 0; place = 0, codes++) {
    const int here = count < IN_BYTE - place ? count : IN_BYTE - place;
    const int byte = *codes;
    if (here == IN_BYTE) {
      for (int k = 0; k < IN_BYTE; k++) to[k] = (uint8_t)(byte >> k * BITS & MASK);
    } else {
      for (int k = 0; k < here; k++) to[k] = (uint8_t)(byte >> (place + k) * BITS & MASK);
    }
    to += here;
    count -= here;
  }
}
