package whyc.architecture;

/**
 * Blocks of one width, one after the other.
 *
 * @param depth number of blocks; 0 where a network has no such stage
 * @param width channels of each block's result
 * @param kernel side of the windows, odd
 * @param stride of the first block
 * @param expansion inner channels of a block, by the width (residual) or by the input (mobile)
 */
public record Stage(int depth, int width, int kernel, int stride, int expansion) {
  @Override
  public String toString() {
    return "%dx%dk%ds%de%d".formatted(depth, width, kernel, stride, expansion);
  }
}
