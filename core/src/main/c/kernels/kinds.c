/*
 * What a compiler assumes of an x86 processor that it was not told of is one of 2003. There this file
 * includes itself, once for each kind of processor that has longer vectors; every function gets the
 * kind's name, and the last one asks the processor which it is.
 */
#if defined(__GNUC__) && defined(__x86_64__) && !defined(__AVX512F__)
#define KIND_ASKED
NAMES
#define KIND_WITHIN
#define KERNEL __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))) static inline
#define KIND(name) name##_avx512
#define LANES 16
#include "PROGRAM.c"
#undef KERNEL
#undef KIND
#undef LANES
#define KERNEL __attribute__((target("avx2,fma"))) static inline
#define KIND(name) name##_avx2
#define LANES 8
#include "PROGRAM.c"
#undef KERNEL
#undef KIND
#undef LANES
#undef KIND_WITHIN
#define KIND(name) name##_plain
#endif

#define KERNEL static inline
