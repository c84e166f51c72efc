/* Numbers of 32 bits in a vector of the machine that is compiled for. */
#if defined(__GNUC__) && defined(__AVX512F__)
#define LANES 16
#elif defined(__GNUC__) && defined(__AVX__)
#define LANES 8
#elif defined(__GNUC__) && (defined(__SSE2__) || defined(__ARM_NEON) || defined(__VSX__))
#define LANES 4
#else
#define LANES 1
#endif
