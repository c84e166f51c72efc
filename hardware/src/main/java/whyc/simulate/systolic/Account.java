package whyc.simulate.systolic;

/**
 * What work on an array comes to.
 *
 * @param elements rows by columns of the array
 * @param multiplyAdds that the array does, those with padding included
 * @param folds tiles of the stationary operand, or of the output
 * @param usedElements elements that hold something, summed over the folds
 * @param computeCycles by the array's {@link Convention}
 * @param stallCycles in which the array waits for the memory behind the buffers
 * @param sram bytes between array and buffers
 * @param dram bytes between buffers and the memory behind them
 */
public record Account(
    long elements,
    long multiplyAdds,
    long folds,
    long usedElements,
    long computeCycles,
    long stallCycles,
    BytesMoved sram,
    BytesMoved dram) {

  public long cycles() {
    return computeCycles + stallCycles;
  }

  /** Multiply-adds by those that all elements could do in the time: 0 to 1. */
  public double utilisation() {
    return cycles() == 0 ? 0 : (double) multiplyAdds / elements / cycles();
  }

  /** The share of the elements that hold something, the mean over the folds. */
  public double mappingEfficiency() {
    return folds == 0 ? 0 : (double) usedElements / elements / folds;
  }

  /** This work and then the other on the same array. */
  public Account plus(Account other) {
    if (elements != other.elements) {
      throw new IllegalArgumentException(
          "accounts of one array want equal elements, got %d and %d"
              .formatted(elements, other.elements));
    }
    return new Account(
        elements,
        multiplyAdds + other.multiplyAdds,
        folds + other.folds,
        usedElements + other.usedElements,
        computeCycles + other.computeCycles,
        stallCycles + other.stallCycles,
        sram.plus(other.sram),
        dram.plus(other.dram));
  }
}
