package whyc.onnx;

import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

/**
 * What a model file may ask for. A file of some kilobytes can name tensors of any size, and
 * functions that call functions that call functions; all that is refused before memory or time is
 * spent on it. The bounds are far above what classifiers have: the largest in use have some ten
 * thousand nodes, and values of some ten million elements.
 */
final class Limits {
  private Limits() {}

  /** Nodes of a model, functions written out where they are called. */
  static final int NODES = 200_000;

  /** Lines that nodes are written in. */
  static final int LINES = 1_000_000;

  /** Functions that call each other, and branches of {@code If}, within each other. */
  static final int DEPTH = 32;

  /** Elements of one value: 2 GiB in single precision. */
  static final long ELEMENTS = 1L << 29;

  /** Elements of one value that is not in the file, but made when it is read. */
  static final int MADE = 1 << 24;

  /** Taps of all max-pooling windows: their derivative is written tap by tap. */
  static final int TAPS = 1 << 16;

  /** Bytes of the Java heap that all values which are known when a model is read may take. */
  static final long KNOWN_BYTES = Runtime.getRuntime().maxMemory() / 2;

  /** The number of elements that a binding is about to make, or a refusal. */
  static int made(long count) {
    if (count < 0 || count > MADE) {
      throw new RefusedArgument(
          "wants to make a value of at most "
              + MADE
              + " elements when the model is read, got "
              + count);
    }
    return (int) count;
  }

  /** A value of the graph. */
  static void value(TensorType type) {
    if (type.shape().size() > ELEMENTS) {
      throw new RefusedArgument("a value wants at most " + ELEMENTS + " elements, got " + type);
    }
  }

  /** What a tensor takes on the heap; 32-bit floats may stay in the file. */
  static long heapBytes(TensorType type) {
    int each =
        switch (type.element()) {
          case FLOAT32 -> 4;
          case FLOAT64 -> 8;
          case FLOAT16 -> 12; // as double and float when it is read
          case INT8, UINT8, BOOL -> 1;
          case INT16, UINT16, INT32, UINT32, INT64, UINT64 -> 8;
        };
    return (long) each * type.shape().size();
  }

  /** A tensor that is about to be decoded from the file. */
  static void decoded(TensorType type) {
    if (type.element() != ElementType.FLOAT32 && heapBytes(type) > KNOWN_BYTES) {
      throw new RefusedArgument(
          "a tensor wants at most " + KNOWN_BYTES + " bytes, half of the Java heap, got " + type);
    }
  }
}
