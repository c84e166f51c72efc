package whyc.pass;

import java.util.List;
import java.util.Optional;
import whyc.graph.Builder;
import whyc.op.Add;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.Requantize;
import whyc.op.Value;
import whyc.op.route.Route;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Approximate products that only leave out low bits of their operands, as exact products of
 * operands without those bits.
 *
 * <pre>{@code
 * product(x, w) = (x & ~(2^k - 1)) * (w & ~(2^l - 1))
 * x & ~(2^k - 1) = 2^k * floor(x / 2^k)
 * floor(x / 2^k) = round((2 x - (2^k - 1)) / 2^(k+1))          the numerator is odd: no ties
 * }</pre>
 *
 * So what multiplies exactly, floats and stock ONNX among them, gives the same integers. Applies to
 * masks of adjoining bits up to the highest; other products stay as they are.
 */
public final class MaskOperands extends Rewriting {
  @Override
  Optional<Value> rewrite(Builder b, Primitive op, List<Value> operands) {
    return switch (op) {
      case IntegerConv c when c.padding() == 0 ->
          masked(b, c.product(), operands, c.with(Product.exact()));
      case IntegerConvTranspose c -> masked(b, c.product(), operands, c.with(Product.exact()));
      case IntegerMatMul m -> masked(b, m.product(), operands, new IntegerMatMul(Product.exact()));
      default -> Optional.empty();
    };
  }

  private static Optional<Value> masked(
      Builder b, Product product, List<Value> operands, Primitive exact) {
    if (product instanceof Product.Exact) {
      return Optional.empty();
    }
    return mask(b, product, operands)
        .map(m ->
            b.emit(
                exact,
                List.of(
                    masked(b, operands.get(0), Integer.numberOfTrailingZeros(m.leftMask())),
                    masked(b, operands.get(1), Integer.numberOfTrailingZeros(m.rightMask())))));
  }

  /** The masks of a product of these operands, where it has some that this pass can write. */
  private static Optional<Route.Masked> mask(Builder b, Product product, List<Value> operands) {
    boolean left = b.type(operands.get(0)).element() == ElementType.INT8;
    boolean right = b.type(operands.get(1)).element() == ElementType.INT8;
    return Route.of(product, left, right, 0) instanceof Route.Masked m
            && isHigh(m.leftMask())
            && isHigh(m.rightMask())
        ? Optional.of(m)
        : Optional.empty();
  }

  /** Whether a mask keeps the highest bit and all down to some other. */
  private static boolean isHigh(int mask) {
    return mask != 0 && mask + Integer.lowestOneBit(mask) == Product.CODES;
  }

  /** A value without its lowest bits. */
  private static Value masked(Builder b, Value x, int bits) {
    if (bits == 0) {
      return x;
    }
    Optional<Tensor> known = b.constant(x);
    return known.isPresent() ? b.constant(masked(known.get(), bits)) : maskedByRounding(b, x, bits);
  }

  private static Tensor masked(Tensor t, int bits) {
    double[] values = t.doubles();
    double[] kept = new double[values.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = Math.scalb(Math.floor(Math.scalb(values[i], -bits)), bits);
    }
    return Tensor.of(t.type(), kept);
  }

  private static Value maskedByRounding(Builder b, Value x, int bits) {
    ElementType element = b.type(x).element();
    Value wide = b.cast(x, ElementType.INT32);
    Value twice = b.emit(new Add(), wide, wide);
    Value odd = b.emit(new Add(), twice, b.constant(integer(1 - (1 << bits))));
    Value floor = b.emit(new Requantize(element, bits + 1), odd, b.constant(integer(1)));
    return b.emit(new Requantize(element, 0), floor, b.constant(integer(1 << bits)));
  }

  private static Tensor integer(int value) {
    return Tensor.of(new TensorType(ElementType.INT32, Shape.of(1)), new long[] {value});
  }
}
