/*
 * Floats in a vector of the machine that is compiled for, and places of a row whose sums its
 * registers hold. Where a processor may have longer vectors than the compiler was told of, kernels
 * are there for those, too, and the processor is asked.
 */
#if defined(__GNUC__) && defined(__AVX512F__)
#define WHYC_LANES 16
#define WHYC_COLUMNS 8
#elif defined(__GNUC__) && defined(__AVX__)
#define WHYC_LANES 8
#define WHYC_COLUMNS 4
#elif defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON) || defined(__VSX__))
#define WHYC_LANES 4
#define WHYC_COLUMNS 2
#else
#define WHYC_LANES 1
#define WHYC_COLUMNS 1
#endif
#define WHYC_LANES_OF_8 (WHYC_LANES < 8 ? WHYC_LANES : 8)
#define WHYC_LANES_OF_4 (WHYC_LANES < 4 ? WHYC_LANES : 4)
#if defined(__GNUC__) && defined(__x86_64__) && WHYC_LANES < 16
#define WHYC_DISPATCH
#endif
