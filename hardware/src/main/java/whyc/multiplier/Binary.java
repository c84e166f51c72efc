package whyc.multiplier;

/** Powers of two about a number. */
final class Binary {
  private Binary() {}

  /** How many bits a size has from its leading one on; none for 0. */
  static int length(int size) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(size);
  }

  /** The place of the leading one. */
  static int log2(int size) {
    return length(size) - 1;
  }

  /** The size without its leading one. */
  static int rest(int size) {
    return size - Integer.highestOneBit(size);
  }
}
