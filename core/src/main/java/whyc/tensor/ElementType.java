package whyc.tensor;

/** The kind of number that a tensor holds. */
public enum ElementType {
  FLOAT32(4, true),
  FLOAT64(8, true),
  FLOAT16(2, true),
  INT8(1, false),
  UINT8(1, false),
  INT16(2, false),
  UINT16(2, false),
  INT32(4, false),
  UINT32(4, false),
  INT64(8, false),
  UINT64(8, false),
  BOOL(1, false);

  private final int bytes;
  private final boolean floating;

  ElementType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Whether values have a fraction, and so a derivative. */
  public boolean isFloating() {
    return floating;
  }

  /** The smallest value of an integer type. */
  public double min() {
    return switch (this) {
      case INT8 -> Byte.MIN_VALUE;
      case INT16 -> Short.MIN_VALUE;
      case INT32 -> Integer.MIN_VALUE;
      case INT64 -> Long.MIN_VALUE;
      case UINT8, UINT16, UINT32, UINT64, BOOL -> 0;
      case FLOAT16 -> -65504;
      case FLOAT32 -> -Float.MAX_VALUE;
      case FLOAT64 -> -Double.MAX_VALUE;
    };
  }

  /** The largest value of an integer type; of a floating type, the largest finite one. */
  public double max() {
    return switch (this) {
      case INT8 -> Byte.MAX_VALUE;
      case INT16 -> Short.MAX_VALUE;
      case INT32 -> Integer.MAX_VALUE;
      case INT64 -> Long.MAX_VALUE;
      case UINT8 -> 255;
      case UINT16 -> 65535;
      case UINT32 -> 4294967295.0;
      case UINT64 -> 0x1p64;
      case BOOL -> 1;
      case FLOAT16 -> 65504;
      case FLOAT32 -> Float.MAX_VALUE;
      case FLOAT64 -> Double.MAX_VALUE;
    };
  }
}
