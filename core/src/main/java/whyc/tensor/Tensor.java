package whyc.tensor;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Values in row-major order. Immutable: an array that was handed over, or that was handed out, must
 * not be written to afterwards; it is shared so that weights are held once.
 *
 * <p>32-bit and 16-bit floats are held as {@code float}, 64-bit floats as {@code double}, bytes and
 * truth values as {@code byte}, all other integers as {@code long}. Weights that stand in a file as
 * 32-bit floats stay there, as a buffer over its bytes: most of them are only ever handed on.
 */
public final class Tensor {
  private final TensorType type;
  private final Object values;

  /** The hash once it was asked for, else 0. */
  private int hash;

  private Tensor(TensorType type, Object values, int length) {
    if (length != type.shape().size()) {
      throw new IllegalArgumentException(
          "a tensor " + type + " wants " + type.shape().size() + " values, got " + length);
    }
    this.type = type;
    this.values = values;
  }

  public static Tensor of(Shape shape, float... values) {
    return new Tensor(new TensorType(ElementType.FLOAT32, shape), values, values.length);
  }

  public static Tensor of(Shape shape, double... values) {
    return new Tensor(new TensorType(ElementType.FLOAT64, shape), values, values.length);
  }

  public static Tensor of(Shape shape, long... values) {
    return new Tensor(new TensorType(ElementType.INT64, shape), values, values.length);
  }

  /** Floats that stay where they are; the buffer must not change. */
  public static Tensor of(Shape shape, FloatBuffer values) {
    FloatBuffer own = values.slice();
    return new Tensor(new TensorType(ElementType.FLOAT32, shape), own, own.remaining());
  }

  /** Bytes as they are stored, of {@code INT8}, {@code UINT8} or {@code BOOL}. */
  public static Tensor ofBytes(ElementType element, Shape shape, byte... values) {
    if (element.bytes() != 1) {
      throw new IllegalArgumentException("bytes want a type of one byte, got " + element);
    }
    return new Tensor(new TensorType(element, shape), values, values.length);
  }

  /** Values given as doubles, each rounded to the element type. */
  public static Tensor of(TensorType type, double[] values) {
    return switch (type.element()) {
      case FLOAT64 -> new Tensor(type, values, values.length);
      case FLOAT32 -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = (float) values[i];
        }
        yield new Tensor(type, floats, floats.length);
      }
      case FLOAT16 -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
          floats[i] = Float.float16ToFloat(Float.floatToFloat16((float) values[i]));
        }
        yield new Tensor(type, floats, floats.length);
      }
      case INT8, UINT8 -> {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (long) values[i];
        }
        yield new Tensor(type, bytes, bytes.length);
      }
      case BOOL -> {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
          bytes[i] = (byte) (values[i] != 0 ? 1 : 0);
        }
        yield new Tensor(type, bytes, bytes.length);
      }
      case INT16, UINT16, INT32, UINT32, INT64, UINT64 -> {
        long[] longs = new long[values.length];
        for (int i = 0; i < longs.length; i++) {
          longs[i] = (long) values[i];
        }
        yield new Tensor(type, longs, longs.length);
      }
    };
  }

  /** Integers of any integer type that is held as {@code long}, or one value for a scalar. */
  public static Tensor of(TensorType type, long[] values) {
    return switch (type.element()) {
      case INT16, UINT16, INT32, UINT32, INT64, UINT64 -> new Tensor(type, values, values.length);
      default -> of(type, Arrays.stream(values).asDoubleStream().toArray());
    };
  }

  /** A tensor of one repeated value. */
  public static Tensor filled(TensorType type, double value) {
    double[] values = new double[type.shape().size()];
    Arrays.fill(values, value);
    return of(type, values);
  }

  /** A tensor without axes. */
  public static Tensor scalar(ElementType element, double value) {
    return of(TensorType.of(element), new double[] {value});
  }

  public TensorType type() {
    return type;
  }

  public Shape shape() {
    return type.shape();
  }

  public ElementType element() {
    return type.element();
  }

  public int size() {
    return type.shape().size();
  }

  /** What the values take on the heap; nothing where they stay in a file's bytes. */
  public long heapBytes() {
    return switch (values) {
      case float[] f -> 4L * f.length;
      case double[] d -> 8L * d.length;
      case long[] l -> 8L * l.length;
      case byte[] b -> b.length;
      default -> 0;
    };
  }

  /** The value at a row-major position. */
  public double at(int i) {
    // No switch over the types: in a young JVM that is a call for each element.
    if (values instanceof float[] f) {
      return f[i];
    }
    if (values instanceof FloatBuffer f) {
      return f.get(i);
    }
    if (values instanceof double[] d) {
      return d[i];
    }
    if (values instanceof long[] l) {
      return l[i];
    }
    byte[] b = (byte[]) values;
    return element() == ElementType.UINT8 ? b[i] & 0xff : b[i];
  }

  /** The row-major position of the largest value, the first of equals, where none is NaN. */
  public int argMax() {
    int best = 0;
    for (int i = 1; i < size(); i++) {
      best = at(i) > at(best) ? i : best;
    }
    return best;
  }

  /** The values as doubles; the tensor's own array where it holds doubles. */
  public double[] doubles() {
    if (values instanceof double[] own) {
      return own;
    }
    double[] d = new double[size()];
    if (element() == ElementType.FLOAT32 || element() == ElementType.FLOAT16) {
      float[] f = floats();
      for (int i = 0; i < d.length; i++) {
        d[i] = f[i];
      }
    } else {
      for (int i = 0; i < d.length; i++) {
        d[i] = at(i);
      }
    }
    return d;
  }

  /** The values as floats; the tensor's own array where it holds one. */
  public float[] floats() {
    if (values instanceof float[] own) {
      return own;
    }
    float[] f = new float[size()];
    if (values instanceof FloatBuffer own) {
      own.get(0, f);
      return f;
    }
    for (int i = 0; i < f.length; i++) {
      f[i] = (float) at(i);
    }
    return f;
  }

  /** The values as longs; the tensor's own array where it holds longs. Fractions are cut off. */
  public long[] longs() {
    if (values instanceof long[] own) {
      return own;
    }
    long[] l = new long[size()];
    for (int i = 0; i < l.length; i++) {
      l[i] = (long) at(i);
    }
    return l;
  }

  /** The values as ints, for attributes; a value beyond {@code int} saturates. */
  public int[] ints() {
    return Arrays.stream(longs())
        .mapToInt(v -> Math.clamp(v, Integer.MIN_VALUE, Integer.MAX_VALUE))
        .toArray();
  }

  /** The stored bytes of a type of one byte. */
  public byte[] bytes() {
    if (values instanceof byte[] own) {
      return own;
    }
    throw new IllegalArgumentException("bytes want a type of one byte, got " + type);
  }

  /** The same values under another shape of the same size. */
  public Tensor reshape(Shape shape) {
    return new Tensor(type.with(shape), values, size());
  }

  /** The elements at some row-major positions, under a shape of as many. */
  public Tensor pick(Shape shape, int[] positions) {
    int n = positions.length;
    Object picked =
        switch (values) {
          case double[] d -> {
            double[] y = new double[n];
            for (int i = 0; i < n; i++) {
              y[i] = d[positions[i]];
            }
            yield y;
          }
          case long[] l -> {
            long[] y = new long[n];
            for (int i = 0; i < n; i++) {
              y[i] = l[positions[i]];
            }
            yield y;
          }
          case byte[] b -> {
            byte[] y = new byte[n];
            for (int i = 0; i < n; i++) {
              y[i] = b[positions[i]];
            }
            yield y;
          }
          case FloatBuffer f -> {
            float[] y = new float[n];
            for (int i = 0; i < n; i++) {
              y[i] = f.get(positions[i]);
            }
            yield y;
          }
          default -> {
            float[] f = floats();
            float[] y = new float[n];
            for (int i = 0; i < n; i++) {
              y[i] = f[positions[i]];
            }
            yield y;
          }
        };
    return new Tensor(type.with(shape), picked, n);
  }

  /** The values rounded to another element type; fractions are cut off towards zero. */
  public Tensor cast(ElementType element) {
    if (element == ElementType.FLOAT32) {
      return element == element() ? this : of(shape(), floats());
    }
    return element == element() ? this : of(type.with(element), doubles());
  }

  /** Whether an element is no number. */
  public boolean hasNaN() {
    int from = firstNotFinite();
    return from >= 0 && IntStream.range(from, size()).anyMatch(i -> Double.isNaN(at(i)));
  }

  /** Where the first element is that is infinite or no number; -1 where all are finite. */
  public int firstNotFinite() {
    return switch (values) {
      case float[] f -> firstNotFinite(FloatBuffer.wrap(f));
      case FloatBuffer f -> firstNotFinite(f);
      case double[] d ->
          IntStream.range(0, d.length).filter(i -> !Double.isFinite(d[i])).findFirst().orElse(-1);
      default -> -1;
    };
  }

  /**
   * In pieces out of the buffer: one element after the other takes a young JVM ten times as long.
   */
  private static int firstNotFinite(FloatBuffer values) {
    float[] piece = new float[Math.min(1 << 12, values.limit())];
    for (int from = 0; from < values.limit(); from += piece.length) {
      int n = Math.min(piece.length, values.limit() - from);
      values.get(from, piece, 0, n);
      for (int i = 0; i < n; i++) {
        if (!Float.isFinite(piece[i])) {
          return from + i;
        }
      }
    }
    return -1;
  }

  /** Whether all elements have the same bits. */
  public boolean isUniform() {
    double first = at(0);
    for (int i = 1; i < size(); i++) {
      if (Double.doubleToRawLongBits(at(i)) != Double.doubleToRawLongBits(first)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object o) {
    return o == this || (o instanceof Tensor t && type.equals(t.type) && sameValues(t));
  }

  private boolean sameValues(Tensor t) {
    if (values instanceof FloatBuffer || t.values instanceof FloatBuffer) {
      return values.equals(t.values) || Arrays.equals(floats(), t.floats());
    }
    return switch (values) {
      case float[] f -> Arrays.equals(f, (float[]) t.values);
      case double[] d -> Arrays.equals(d, (double[]) t.values);
      case long[] l -> Arrays.equals(l, (long[]) t.values);
      case byte[] b -> Arrays.equals(b, (byte[]) t.values);
      default -> throw new AssertionError();
    };
  }

  /**
   * From the type and the first values only: weights are large and rarely collide. A file of many
   * tensors that begin alike would have to be large for that to take long.
   */
  @Override
  public int hashCode() {
    if (hash == 0) {
      int h = type.hashCode();
      for (int i = 0; i < Math.min(1024, size()); i++) {
        h = 31 * h + Double.hashCode(at(i));
      }
      hash = h;
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder s = new StringBuilder(type.toString()).append(" {");
    for (int i = 0; i < Math.min(8, size()); i++) {
      s.append(i == 0 ? "" : ", ")
          .append(element().isFloating() ? String.valueOf(at(i)) : String.valueOf((long) at(i)));
    }
    return s.append(size() > 8 ? ", ...}" : "}").toString();
  }
}
