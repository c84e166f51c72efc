package whyc.simulate.systolic;

import whyc.accelerator.Dataflow;

/**
 * The extents of a product along the rows, the columns and the time of an array. What does not fit
 * the rows and columns is cut into folds, one after the other.
 */
record Extents(long rowExtent, long columnExtent, long steps) {
  static Extents of(Dataflow dataflow, Product p) {
    return switch (dataflow) {
      case OUTPUT_STATIONARY -> new Extents(p.places(), p.outputs(), p.depth());
      case WEIGHT_STATIONARY -> new Extents(p.depth(), p.outputs(), p.places());
      case INPUT_STATIONARY -> new Extents(p.depth(), p.places(), p.outputs());
    };
  }

  long rowFolds(int rows) {
    return Math.ceilDiv(rowExtent, rows);
  }

  long columnFolds(int columns) {
    return Math.ceilDiv(columnExtent, columns);
  }

  /** Elements that hold something, summed over the folds. */
  long usedElements() {
    return rowExtent * columnExtent;
  }
}
