package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.TensorType;

/** The other truth value. */
public record Not() implements Unary, Flat {
  @Override
  public double apply(double x) {
    return x == 0 ? 1 : 0;
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
