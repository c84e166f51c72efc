#include "kernels.h"

/* Writes `count` codes of BITS bits, one to a byte in `from`, from code `at` on. */
KERNEL void pack(uint8_t *codes, int at, const uint8_t *from, int count) {
  enum { IN_BYTE = 8 / BITS, MASK = (1 << BITS) - 1 };
  uint8_t *to = codes + at / IN_BYTE;
  for (int place = at % IN_BYTE; count > 0; place = 0, to++) {
    const int here = count < IN_BYTE - place ? count : IN_BYTE - place;
    int byte = 0;
    if (here == IN_BYTE) {
      for (int k = 0; k < IN_BYTE; k++) byte |= (from[k] & MASK) << k * BITS;
    } else {
      byte = *to;
      for (int k = 0; k < here; k++) {
        const int shift = (place + k) * BITS;
        byte = (byte & ~(MASK << shift)) | (from[k] & MASK) << shift;
      }
    }
    *to = (uint8_t)byte;
    from += here;
    count -= here;
  }
}
