package whyc.op;

import java.util.List;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A function of one number, applied to each element. */
public sealed interface Unary extends Primitive
    permits Abs,
        Acos,
        Asin,
        Atan,
        Ceil,
        Clip,
        Cos,
        Cosh,
        Erf,
        Exp,
        Floor,
        IsInf,
        IsNaN,
        Log,
        Neg,
        Not,
        Relu,
        Round,
        Sigmoid,
        Sign,
        Sin,
        Sinh,
        Softplus,
        Sqrt,
        Tan,
        Tanh {

  double apply(double x);

  @Override
  default TensorType infer(List<TensorType> operands) {
    Refuse.unless(operands.size() == 1, this, "one operand", operands);
    return operands.getFirst();
  }

  @Override
  default Tensor evaluate(List<Tensor> operands) {
    double[] x = operands.getFirst().doubles();
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      y[i] = apply(x[i]);
    }
    return Tensor.of(infer(List.of(operands.getFirst().type())), y);
  }

  @Override
  default Cost cost(List<TensorType> operands) {
    return Cost.elementary((long) operationsPerElement() * operands.getFirst().shape().size());
  }

  /** 1 for a comparison or a sign change, {@link Cost#TRANSCENDENTAL} for a series. */
  default int operationsPerElement() {
    return Cost.TRANSCENDENTAL;
  }
}
