#include "kernels.h"

/* Reads `count` codes of BITS bits, from code `at` on, one to a byte of `to`. */
KERNEL void unpack(uint8_t *to, const uint8_t *codes, int at, int count) {
  enum { IN_BYTE = 8 / BITS, MASK = (1 << BITS) - 1 };
  int i = 0;
  for (; i < count && (at + i) % IN_BYTE != 0; i++)
    to[i] = (uint8_t)(codes[(at + i) / IN_BYTE] >> (at + i) % IN_BYTE * BITS & MASK);
  for (; i + IN_BYTE <= count; i += IN_BYTE) {
    const int byte = codes[(at + i) / IN_BYTE];
    for (int k = 0; k < IN_BYTE; k++) to[i + k] = (uint8_t)(byte >> k * BITS & MASK);
  }
  for (; i < count; i++)
    to[i] = (uint8_t)(codes[(at + i) / IN_BYTE] >> (at + i) % IN_BYTE * BITS & MASK);
}
