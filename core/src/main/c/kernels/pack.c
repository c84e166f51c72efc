#include "kernels.h"

/* Writes `count` codes of BITS bits, one to a byte in `from`, from code `at` on. */
KERNEL void pack(uint8_t *codes, int at, const uint8_t *from, int count) {
  enum { IN_BYTE = 8 / BITS, MASK = (1 << BITS) - 1 };
  int i = 0;
  for (; i < count && (at + i) % IN_BYTE != 0; i++) {
    uint8_t *to = codes + (at + i) / IN_BYTE;
    const int shift = (at + i) % IN_BYTE * BITS;
    *to = (uint8_t)((*to & ~(MASK << shift)) | (from[i] & MASK) << shift);
  }
  for (; i + IN_BYTE <= count; i += IN_BYTE) {
    int byte = 0;
    for (int k = 0; k < IN_BYTE; k++) byte |= (from[i + k] & MASK) << k * BITS;
    codes[(at + i) / IN_BYTE] = (uint8_t)byte;
  }
  for (; i < count; i++) {
    uint8_t *to = codes + (at + i) / IN_BYTE;
    const int shift = (at + i) % IN_BYTE * BITS;
    *to = (uint8_t)((*to & ~(MASK << shift)) | (from[i] & MASK) << shift);
  }
}
