package whyc.simulate.systolic;

import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The bytes that one product moves, as {@code docs/accelerators/systolic.md} derives them.
 *
 * <p>Between array and buffers every fold reads what enters it. Behind the buffers an operand
 * passes once if half a buffer holds what later folds use again, else once for every pass over it;
 * partial sums stay if half a buffer holds them, else each is written and read back. Of the two
 * orders of the folds, columns outside or rows outside, the one that moves fewer bytes is taken.
 */
record ProductBytes(SystolicArray array, Product product, Extents extents) {
  static ProductBytes of(SystolicArray array, Product product) {
    return new ProductBytes(array, product, Extents.of(array.dataflow(), product));
  }

  private long rowFolds() {
    return extents.rowFolds(array.rows());
  }

  private long columnFolds() {
    return extents.columnFolds(array.columns());
  }

  private long inputMatrix() {
    return product.places() * product.depth();
  }

  private long weightMatrix() {
    return product.depth() * product.outputs();
  }

  private long outputMatrix() {
    return product.places() * product.outputs();
  }

  BytesMoved sram() {
    return switch (array.dataflow()) {
      case OUTPUT_STATIONARY ->
          values(inputMatrix() * columnFolds(), weightMatrix() * rowFolds(), 0);
      case WEIGHT_STATIONARY -> values(inputMatrix() * columnFolds(), weightMatrix(), resumed());
      case INPUT_STATIONARY -> values(inputMatrix(), weightMatrix() * columnFolds(), resumed());
    };
  }

  /** Results that another fold adds to. */
  private long resumed() {
    return outputMatrix() * (rowFolds() - 1);
  }

  /**
   * @param inputs values of the image behind the input matrix
   */
  BytesMoved dram(long inputs) {
    return Stream.of(true, false)
        .map(columnsOutside -> dram(Math.min(inputs, inputMatrix()), columnsOutside))
        .min(Comparator.comparingLong(BytesMoved::total))
        .orElseThrow();
  }

  private BytesMoved dram(long inputs, boolean columnsOutside) {
    Memory memory = array.memory();
    long kept = columnsOutside ? inputs : Math.ceilDiv(inputs, rowFolds());
    long inputPasses = memory.holdsInputs(kept) ? 1 : columnFolds();
    return switch (array.dataflow()) {
      case OUTPUT_STATIONARY -> {
        long reused = columnsOutside ? Math.ceilDiv(weightMatrix(), columnFolds()) : weightMatrix();
        long weightPasses = memory.holdsWeights(reused) ? 1 : rowFolds();
        yield values(inputs * inputPasses, weightMatrix() * weightPasses, 0);
      }
      case WEIGHT_STATIONARY ->
          values(inputs * inputPasses, weightMatrix(), spilled(columnsOutside));
      case INPUT_STATIONARY -> {
        long reused = columnsOutside ? weightMatrix() : Math.ceilDiv(weightMatrix(), rowFolds());
        long weightPasses = memory.holdsWeights(reused) ? 1 : columnFolds();
        yield values(inputs, weightMatrix() * weightPasses, spilled(columnsOutside));
      }
    };
  }

  /** Partial sums that the buffer cannot hold until the next fold of rows adds to them. */
  private long spilled(boolean columnsOutside) {
    long waiting =
        columnsOutside
            ? extents.steps() * Math.min(array.columns(), extents.columnExtent())
            : outputMatrix();
    return array.memory().holdsPartials(waiting) ? 0 : resumed();
  }

  private BytesMoved values(long inputs, long weights, long partials) {
    Widths widths = array.memory().widths();
    return new BytesMoved(
        inputs * widths.inputBytes(),
        weights * widths.weightBytes(),
        partials * widths.partialBytes(),
        partials * widths.partialBytes(),
        outputMatrix() * widths.outputBytes());
  }
}
