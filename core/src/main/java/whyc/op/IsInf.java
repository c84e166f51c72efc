package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

/**
 * Whether x is an infinity.
 *
 * @param negative whether minus infinity counts
 * @param positive whether plus infinity counts
 */
public record IsInf(boolean negative, boolean positive) implements Unary, Flat {
  @Override
  public double apply(double x) {
    return Double.isInfinite(x) && (x > 0 ? positive : negative) ? 1 : 0;
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    return Unary.super.infer(operands).with(ElementType.BOOL);
  }
}
