/* A code of 1, 2, 4 or 8 bits out of many, the first in the lowest bits of a byte. */
KERNEL int code(const uint8_t *codes, int at, int bits) {
  const int in_byte = 8 / bits;
  return codes[at / in_byte] >> at % in_byte * bits & ((1 << bits) - 1);
}
