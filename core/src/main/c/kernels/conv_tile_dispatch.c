#include "conv_tile.c"

KERNEL void conv_tile_dispatch(float *restrict rows, const float *x, const float *w, struct window k,
                               int channels, int height, int width, int i, int columns, int step) {
#ifdef WHYC_DISPATCH
  if (__builtin_cpu_supports("avx512vl")) {
    conv_tile_avx512(rows, x, w, k, channels, height, width, i, columns, step);
    return;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    conv_tile_avx2(rows, x, w, k, channels, height, width, i, columns, step);
    return;
  }
#endif
  conv_tile_plain(rows, x, w, k, channels, height, width, i, columns, step);
}
