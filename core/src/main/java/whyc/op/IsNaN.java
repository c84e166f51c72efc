package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

/** Whether x is not a number. */
public record IsNaN() implements Unary, Flat {
  @Override
  public double apply(double x) {
    return Double.isNaN(x) ? 1 : 0;
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    return Unary.super.infer(operands).with(ElementType.BOOL);
  }

  @Override
  public int operationsPerElement() {
    return 1;
  }
}
