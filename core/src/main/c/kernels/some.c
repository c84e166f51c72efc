/*
 * A vector of numbers that lie side by side: as wide as they are, or of less bits. Those are written out one
 * by one, of which compilers make one instruction.
 */
#define SOME_1(x, i) (x)[i]
#define SOME_2(x, i) SOME_1(x, i), SOME_1(x, (i) + 1)
#define SOME_4(x, i) SOME_2(x, i), SOME_2(x, (i) + 2)
#define SOME_8(x, i) SOME_4(x, i), SOME_4(x, (i) + 4)
#define SOME_16(x, i) SOME_8(x, i), SOME_8(x, (i) + 8)
#define SOME_OF(count, x) SOME_##count(x, 0)
#define SOME(count, x) SOME_OF(count, x)
#define SAME(type, count, x) (*(const type *)(x))
#define WIDENED(type, count, x) ((type){SOME(count, x)})
