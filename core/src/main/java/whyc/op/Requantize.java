package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Sums of products back to codes of few bits, in integers alone.
 *
 * <pre>{@code
 * y = saturate(round half to even(x * multiplier * 2^-shift))
 *     x: any integers, mostly INT32 or INT64 sums      multiplier: INT32, broadcasts to x
 *     y: INT8, UINT8, INT16 or INT32
 * }</pre>
 *
 * The product is taken in 64 bits; what does not fit them saturates, too. A multiplier for each
 * output channel makes one scale of many. With a multiplier of 1 and no shift it narrows a type
 * without loss.
 *
 * <p>Single precision says the same, to the bit, for sums of 32 bits as long as {@code shift <= 24
 * - b}, b the bits of a result's magnitude: see {@link #isSingle}.
 *
 * @param element what the codes are stored in
 * @param shift binary places to round off, 0 to 31
 */
public record Requantize(ElementType element, int shift) implements Flat {
  private static final int MOST_SHIFT = 31;

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && !operands.get(0).element().isFloating()
            && operands.get(1).element() == ElementType.INT32
            && operands.get(1).shape().broadcastsTo(operands.get(0).shape()),
        this,
        "integers and int32 multipliers that broadcast to them",
        operands);
    Refuse.unless(
        isCode(element) && shift >= 0 && shift <= MOST_SHIFT,
        this,
        "int8, uint8, int16 or int32 for result and a shift of 0 to 31, not %s and %d"
            .formatted(element, shift),
        operands);
    return operands.get(0).with(element);
  }

  private static boolean isCode(ElementType element) {
    return switch (element) {
      case INT8, UINT8, INT16, INT32 -> true;
      case UINT16, UINT32, INT64, UINT64, BOOL, FLOAT16, FLOAT32, FLOAT64 -> false;
    };
  }

  /**
   * Whether {@code clip(round(float(x) * float(multiplier * 2^-shift)))} in single precision has
   * the same bits for every x of 32 bits and every multiplier below 2^24.
   *
   * <p>Let b be the bits of a result's magnitude, and {@code shift <= 24 - b}. The factor is a
   * float. If {@code |x| <= 2^24}, x is a float, too; the true product is a multiple of {@code
   * 2^-shift}. Below {@code 2^b} it has at most {@code b + shift <= 24} bits, so the float product
   * is exact, ties included. At {@code 2^b} and beyond it is rounded, but rounding is monotone and
   * {@code 2^b} a float, so it stays there and saturates as the true product does. If {@code |x| >
   * 2^24}, x itself is rounded, by the same argument to no less than {@code 2^24}; with a
   * multiplier of at least 1 both products are at least {@code 2^(24 - shift) >= 2^b} and saturate;
   * a multiplier of 0 gives 0.
   */
  public boolean isSingle() {
    return isExact(24);
  }

  /** The same for double precision, x of 53 bits, and multipliers that keep products there. */
  public boolean isDouble() {
    return isExact(53);
  }

  private boolean isExact(int significand) {
    return shift <= significand - bits(element);
  }

  /** Bits of the magnitude of a code. */
  private static int bits(ElementType element) {
    return 64 - Long.numberOfLeadingZeros((long) element.max());
  }

  /** The largest shift for which single precision rounds sums of 32 bits to such codes alike. */
  public static int mostSingleShift(ElementType element) {
    return 24 - bits(element);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(operands.stream().map(Tensor::type).toList());
    long[] x = operands.get(0).longs();
    long[] multiplier = operands.get(1).longs();
    long[] y = new long[x.length];
    Walk walk = new Walk(type.shape(), operands.get(1).shape());
    for (int i = 0; i < y.length; i++, walk.next()) {
      y[i] = of(x[i], multiplier[walk.at(0)]);
    }
    return Tensor.of(type, y);
  }

  /** The code for one number. */
  public long of(long x, long multiplier) {
    long low = (long) element.min();
    long high = (long) element.max();
    long product = x * multiplier;
    if (Math.multiplyHigh(x, multiplier) != product >> 63) {
      return (x < 0) == (multiplier < 0) ? high : low;
    }
    return Math.clamp(rounded(product), low, high);
  }

  private long rounded(long product) {
    if (shift == 0) {
      return product;
    }
    long floor = product >> shift;
    long rest = product - (floor << shift);
    long half = 1L << (shift - 1);
    return rest > half || (rest == half && (floor & 1) != 0) ? floor + 1 : floor;
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    Shape shape = operands.getFirst().shape();
    return Cost.elementary(3L * shape.size());
  }
}
