package whyc.target.c;

import java.math.BigDecimal;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;

/** What C calls an element type, and how it writes a number of it. */
enum CType {
  FLOAT("float", "f32", "float"),
  DOUBLE("double", "f64", "double"),
  I8("int8_t", "i8", "int32_t"),
  U8("uint8_t", "u8", "uint32_t"),
  I16("int16_t", "i16", "int32_t"),
  U16("uint16_t", "u16", "uint32_t"),
  I32("int32_t", "i32", "uint32_t"),
  U32("uint32_t", "u32", "uint32_t"),
  I64("int64_t", "i64", "uint64_t"),
  U64("uint64_t", "u64", "uint64_t"),
  /** One byte, 0 or 1. */
  TRUTH("uint8_t", "bool", "uint32_t");

  private final String text;
  private final String suffix;
  private final String modular;

  CType(String text, String suffix, String modular) {
    this.text = text;
    this.suffix = suffix;
    this.modular = modular;
  }

  static CType of(ElementType element) {
    return switch (element) {
      case FLOAT32 -> FLOAT;
      case FLOAT64 -> DOUBLE;
      case INT8 -> I8;
      case UINT8 -> U8;
      case INT16 -> I16;
      case UINT16 -> U16;
      case INT32 -> I32;
      case UINT32 -> U32;
      case INT64 -> I64;
      case UINT64 -> U64;
      case BOOL -> TRUTH;
      case FLOAT16 -> throw new RefusedArgument("C wants floats of 32 or 64 bits, got float16");
    };
  }

  /** The type without a sign of so many bytes. */
  static CType unsigned(int bytes) {
    return switch (bytes) {
      case 1 -> U8;
      case 2 -> U16;
      case 4 -> U32;
      case 8 -> U64;
      default -> throw new IllegalArgumentException(bytes + " bytes");
    };
  }

  /** The type's name in C. */
  String text() {
    return text;
  }

  /** What the names of kernels for this type end in. */
  String suffix() {
    return suffix;
  }

  /** The type in which sums are taken: without a sign where a sum may leave the type, and wraps. */
  String modular() {
    return modular;
  }

  int bytes() {
    return switch (this) {
      case I8, U8, TRUTH -> 1;
      case I16, U16 -> 2;
      case FLOAT, I32, U32 -> 4;
      case DOUBLE, I64, U64 -> 8;
    };
  }

  boolean isReal() {
    return this == FLOAT || this == DOUBLE;
  }

  boolean isSigned() {
    return switch (this) {
      case FLOAT, DOUBLE, I8, I16, I32, I64 -> true;
      case U8, U16, U32, U64, TRUTH -> false;
    };
  }

  /** Whether no number of this integer type is less. */
  boolean isBelowAll(double bound) {
    return bound <= least();
  }

  /** Whether no number of this integer type is more. */
  boolean isAboveAll(double bound) {
    return bound >= most();
  }

  private double least() {
    return switch (this) {
      case I8 -> Byte.MIN_VALUE;
      case I16 -> Short.MIN_VALUE;
      case I32 -> Integer.MIN_VALUE;
      case I64 -> Long.MIN_VALUE;
      case U8, U16, U32, U64, TRUTH -> 0;
      case FLOAT, DOUBLE -> Double.NEGATIVE_INFINITY;
    };
  }

  private double most() {
    return switch (this) {
      case I8 -> Byte.MAX_VALUE;
      case U8 -> 255;
      case I16 -> Short.MAX_VALUE;
      case U16 -> 65535;
      case I32 -> Integer.MAX_VALUE;
      case U32 -> 4294967295.0;
      case I64 -> 0x1p63;
      case U64 -> 0x1p64;
      case TRUTH -> 1;
      case FLOAT, DOUBLE -> Double.POSITIVE_INFINITY;
    };
  }

  /** Below every number of the type that a comparison may meet. */
  String lowest() {
    return isReal() ? "(-INFINITY)" : literal(least());
  }

  /** A number that the type holds, exactly; larger integers go to the bounds. */
  String literal(double x) {
    return switch (this) {
      case FLOAT -> real(x, Float.toString((float) x) + "f");
      case DOUBLE -> real(x, Double.toString(x));
      case TRUTH -> x != 0 ? "1" : "0";
      case I64 -> long64((long) x);
      case U64 -> x < 0x1p63 ? (long) Math.max(x, 0) + "u" : new BigDecimal(x).toBigInteger() + "u";
      case U32 -> Math.clamp((long) x, 0, 0xffffffffL) + "u";
      case I32 ->
          x <= Integer.MIN_VALUE
              ? "INT32_MIN"
              : enclosed(Math.clamp((long) x, -1L << 31, (1L << 31) - 1));
      case I8 -> enclosed(Math.clamp((long) x, -128, 127));
      case U8 -> enclosed(Math.clamp((long) x, 0, 255));
      case I16 -> enclosed(Math.clamp((long) x, -32768, 32767));
      case U16 -> enclosed(Math.clamp((long) x, 0, 65535));
    };
  }

  /** A whole number as a constant of 64 bits. */
  static String long64(long x) {
    return x == Long.MIN_VALUE
        ? "INT64_MIN"
        : x < 0 ? "(-INT64_C(" + -x + "))" : "INT64_C(" + x + ")";
  }

  private static String real(double x, String digits) {
    if (Double.isNaN(x)) {
      return "NAN";
    }
    if (Double.isInfinite(x)) {
      return x > 0 ? "INFINITY" : "(-INFINITY)";
    }
    return digits.startsWith("-") ? "(" + digits + ")" : digits;
  }

  private static String enclosed(long x) {
    return x < 0 ? "(" + x + ")" : String.valueOf(x);
  }
}
