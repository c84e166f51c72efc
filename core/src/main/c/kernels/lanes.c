/* Numbers of 32 bits in a vector of the machine that is compiled for. */
#if !defined(__GNUC__) || (__GNUC__ < 9 && !defined(__clang__))
#define LANES 1
#elif defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX__)
#define LANES 8
#elif defined(__SSE2__) || defined(__ARM_NEON) || defined(__VSX__)
#define LANES 4
#else
#define LANES 1
#endif
#if LANES > 1
#define WIDENED(type, x) __builtin_convertvector(x, type)
#else
#define WIDENED(type, x) ((type)(x))
#endif
