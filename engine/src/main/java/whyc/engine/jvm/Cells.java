package whyc.engine.jvm;

import java.util.List;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * The elements of a row-major value one by one, as doubles, whatever they are and wherever they
 * lie: what plain kernels read and write. Nothing is allocated.
 */
final class Cells {
  private enum Place {
    VALUES,
    WEIGHTS,
    INTEGERS,
    DOUBLES,
    KNOWN_INTEGERS,
    KNOWN_DOUBLES
  }

  private static final long[] NO_INTEGERS = {};
  private static final double[] NO_DOUBLES = {};

  private final Place place;
  private final ElementType element;
  private final Shape shape;
  private final int offset;
  private final long[] knownIntegers;
  private final double[] knownDoubles;

  private Cells(
      Place place,
      ElementType element,
      Shape shape,
      int offset,
      long[] knownIntegers,
      double[] knownDoubles) {
    this.place = place;
    this.element = element;
    this.shape = shape;
    this.offset = offset;
    this.knownIntegers = knownIntegers;
    this.knownDoubles = knownDoubles;
  }

  static Cells of(Arrangement a, Weights weights, Value v, Recipe.Places places) {
    ElementType element = a.graph().type(v).element();
    Shape shape = a.graph().type(v).shape();
    boolean doubles = element == ElementType.FLOAT64;
    boolean integers = a.bank(v) == Arrangement.Bank.INTEGERS;
    if (!a.isConstant(v)) {
      Place place = doubles ? Place.DOUBLES : integers ? Place.INTEGERS : Place.VALUES;
      return new Cells(place, element, shape, places.offset(v), NO_INTEGERS, NO_DOUBLES);
    }
    Tensor t = a.constant(v).value();
    if (doubles) {
      return new Cells(Place.KNOWN_DOUBLES, element, shape, 0, NO_INTEGERS, t.doubles());
    }
    if (integers) {
      return new Cells(Place.KNOWN_INTEGERS, element, shape, 0, t.longs(), NO_DOUBLES);
    }
    int offset = FusedTail.plainConstant(weights, a.constant(v));
    return new Cells(Place.WEIGHTS, element, shape, offset, NO_INTEGERS, NO_DOUBLES);
  }

  static List<Cells> of(Arrangement a, Weights weights, List<Value> values, Recipe.Places places) {
    return values.stream().map(v -> of(a, weights, v, places)).toList();
  }

  Shape shape() {
    return shape;
  }

  ElementType element() {
    return element;
  }

  /** The same, counted from another element. */
  Cells from(int start) {
    return new Cells(place, element, shape, offset + start, knownIntegers, knownDoubles);
  }

  double get(Banks banks, int i) {
    return switch (place) {
      case VALUES -> banks.values()[offset + i];
      case WEIGHTS -> banks.weights()[offset + i];
      case INTEGERS -> banks.integers()[offset + i];
      case DOUBLES -> Double.longBitsToDouble(banks.integers()[offset + i]);
      case KNOWN_INTEGERS -> knownIntegers[offset + i];
      case KNOWN_DOUBLES -> knownDoubles[offset + i];
    };
  }

  /** An element of a whole-number type. */
  long integer(Banks banks, int i) {
    return place == Place.KNOWN_INTEGERS ? knownIntegers[offset + i] : banks.integers()[offset + i];
  }

  /** Rounds to the element type, as tensors do. */
  void set(Banks banks, int i, double x) {
    switch (element) {
      case FLOAT32 -> banks.values()[offset + i] = (float) x;
      case FLOAT16 ->
          banks.values()[offset + i] = Float.float16ToFloat(Float.floatToFloat16((float) x));
      case BOOL -> banks.values()[offset + i] = x != 0 ? 1 : 0;
      case FLOAT64 -> banks.integers()[offset + i] = Double.doubleToRawLongBits(x);
      case INT8 -> banks.integers()[offset + i] = (byte) (long) x;
      case UINT8 -> banks.integers()[offset + i] = (long) x & 0xff;
      case INT16, UINT16, INT32, UINT32, INT64, UINT64 -> banks.integers()[offset + i] = (long) x;
    }
  }

  /** Stores an integer: modulo 2^32 where 32 bits are stored. */
  void setInteger(Banks banks, int i, long x) {
    banks.integers()[offset + i] = element == ElementType.INT32 ? (int) x : x;
  }

  /** Fills elements with a number. */
  void fill(Banks banks, int count, double x) {
    for (int i = 0; i < count; i++) {
      set(banks, i, x);
    }
  }

  /**
   * Copies elements, which are rounded to the type that they have there.
   *
   * @param step elements from one to the next, here; {@code toStep} there
   */
  void copy(Banks banks, int at, int step, Cells to, int toAt, int toStep, int count) {
    if (step == 1 && toStep == 1 && place == Place.VALUES && to.element == ElementType.INT8) {
      toBytes(banks, at, to.offset + toAt, count);
      return;
    }
    if (step == 1 && toStep == 1 && place == Place.INTEGERS && to.element == ElementType.FLOAT32) {
      toNumbers(banks, at, to.offset + toAt, count);
      return;
    }
    if (to.place != Place.VALUES || (place != Place.VALUES && place != Place.WEIGHTS)) {
      for (int i = 0; i < count; i++) {
        to.set(banks, toAt + i * toStep, get(banks, at + i * step));
      }
      return;
    }
    float[] source = place == Place.VALUES ? banks.values() : banks.weights();
    float[] target = banks.values();
    int from = offset + at;
    int into = to.offset + toAt;
    if (step == 1 && toStep == 1) {
      System.arraycopy(source, from, target, into, count);
      return;
    }
    for (int i = 0; i < count; i++) {
      target[into + i * toStep] = source[from + i * step];
    }
  }

  /** Codes that floats hold, as a loop that a compiler makes vectors of. */
  private void toBytes(Banks banks, int at, int into, int count) {
    float[] source = banks.values();
    long[] target = banks.integers();
    for (int i = 0; i < count; i++) {
      target[into + i] = (byte) (long) source[offset + at + i];
    }
  }

  /** Integers in floats, likewise. */
  private void toNumbers(Banks banks, int at, int into, int count) {
    long[] source = banks.integers();
    float[] target = banks.values();
    for (int i = 0; i < count; i++) {
      target[into + i] = source[offset + at + i];
    }
  }
}
