#include "kernels.h"

/* An index as a place: a negative one counts from the end, one beyond the ends means the end. */
KERNEL int place(int64_t index, int extent) {
  if (index < 0) index += extent;
  return index < 0 ? 0 : index >= extent ? extent - 1 : (int)index;
}
