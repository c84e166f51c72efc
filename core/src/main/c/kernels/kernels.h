/*
 * What stands before the kernels when one of these files is compiled by itself. In a generated
 * program the words below are replaced: each kernel is written once for every set of types that a
 * network needs.
 */
#ifndef WHYC_KERNELS_H
#define WHYC_KERNELS_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#define KERNEL static inline

typedef float x_t;    /* an operand */
typedef float w_t;    /* a weight */
typedef float sum_t;  /* a sum of products */
typedef uint32_t bits_t; /* without a sign, as wide as an operand */
typedef float wide_t; /* the same without a sign where sums are integers, so that they may wrap */

#define LOWEST (-INFINITY)
#define UNORDERED isnan
#define SHIFT 9

#define LOADED WIDENED
#define OUTPUTS 16
#define TOGETHER 16
#define WIDE 1

enum { ROWS = 3, TAPS = 3, STRIDE = 1, DILATION = 1, PADS = 0, BITS = 2 };
static const int16_t TABLE[65536] = {0};

#include "lanes.c"
#include "some.c"
#include "times.c"
#include "window.c"

#endif
