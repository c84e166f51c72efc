package whyc.multiplier;

/**
 * The partial products that an array adds up.
 *
 * <pre>{@code
 * sum over kept i, j of s_i * s_j * a_i * b_j * 2^(i+j)       s = -1 for a sign bit, else 1
 * }</pre>
 */
final class Cells {
  private final OperandForm form;

  /** For each row the bits of b that are kept; with the sign's, all above it are. */
  private final int[] masks;

  private Cells(OperandForm form, int[] masks) {
    this.form = form;
    this.masks = masks;
  }

  /** Whether there is a cell of bit i of the first and bit j of the second operand. */
  interface Kept {
    boolean at(int i, int j);
  }

  static Cells of(OperandForm form, Kept kept) {
    int[] masks = new int[form.bits()];
    for (int i = 0; i < masks.length; i++) {
      for (int j = 0; j < masks.length; j++) {
        masks[i] |= kept.at(i, j) ? form.value(1 << j) : 0;
      }
    }
    return new Cells(form, masks);
  }

  int sum(int a, int b) {
    int top = masks.length - 1;
    int sum = 0;
    for (int i = 0; i < top; i++) {
      sum += -(a >> i & 1) & (b & masks[i]) << i;
    }
    int last = -(a >> top & 1) & (b & masks[top]) << top;
    return form.signed() ? sum - last : sum + last;
  }

  /** For each column, by weight, how many cells it holds. */
  int[] heights() {
    int bits = form.bits();
    int[] heights = new int[2 * bits];
    for (int i = 0; i < bits; i++) {
      for (int j = 0; j < bits; j++) {
        heights[i + j] += masks[i] >> j & 1;
      }
    }
    return heights;
  }
}
