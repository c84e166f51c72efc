// Goes over all pairs of operands of a number of multipliers at once, whose products stand next to each other.
//
//   Vproducts BITS TABLE...        a table: 2^(2*BITS) products of 32 bits, little endian, at a * 2^BITS + b
//
// Says for each table how many products differ, and the first pair that does.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <vector>

#include "Vproducts.h"

int main(int argc, char** argv) {
  const int bits = std::atoi(argv[1]);
  const int count = argc - 2;
  const uint64_t mask = (uint64_t{1} << (2 * bits)) - 1;
  std::vector<std::vector<uint32_t>> tables;
  for (int t = 0; t < count; t++) {
    std::vector<uint32_t> table(size_t{1} << (2 * bits));
    std::ifstream in(argv[2 + t], std::ios::binary);
    if (!in.read(reinterpret_cast<char*>(table.data()), table.size() * sizeof(uint32_t))) {
      std::printf("%s is too short\n", argv[2 + t]);
      return 1;
    }
    tables.push_back(std::move(table));
  }
  std::vector<long> wrong(count), first(count, -1);
  Vproducts products;
  for (uint32_t pair = 0; pair <= mask; pair++) {
    products.a_i = pair >> bits;
    products.b_i = pair & ((1u << bits) - 1);
    products.eval();
    for (int t = 0; t < count; t++) {
      const int at = 2 * bits * t;
      const uint64_t words = products.p_o[at / 32] | uint64_t{products.p_o[at / 32 + 1]} << 32;
      if (((words >> (at % 32)) & mask) != (tables[t][pair] & mask)) {
        first[t] = wrong[t]++ == 0 ? pair : first[t];
      }
    }
  }
  for (int t = 0; t < count; t++) {
    std::printf("%ld %ld\n", wrong[t], first[t]);
  }
  return 0;
}
