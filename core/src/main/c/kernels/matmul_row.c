#include "kernels.h"

/* One row of a matrix product: row[j] = sum over k of a[k] * b[k][j]. */
KERNEL void matmul_row(sum_t *restrict row, const x_t *a, const w_t *b, int depth, int columns) {
  for (int j = 0; j < columns; j++) row[j] = 0;
  for (int k = 0; k < depth; k++) {
    const w_t *from = b + k * columns;
    for (int j = 0; j < columns; j++)
      row[j] = (sum_t)((wide_t)row[j] + (wide_t)times(a[k], from[j]));
  }
}
