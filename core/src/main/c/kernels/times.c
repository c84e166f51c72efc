/* A product, in the type that products are summed in. */
KERNEL sum_t times(x_t a, w_t b) { return (sum_t)a * (sum_t)b; }
