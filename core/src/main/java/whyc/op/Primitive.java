package whyc.op;

import java.util.List;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** An operator that is not made of others. This list is the whole alphabet of the compiler. */
public sealed interface Primitive extends Op
    permits Binary,
        Cast,
        Concat,
        Constant,
        Conv,
        ConvTranspose,
        Expand,
        ExpandAs,
        Flat,
        Gate,
        Gather,
        GatherElements,
        Input,
        MatMul,
        MaxPool,
        MaxPoolGradient,
        MaxPoolRoute,
        Pad,
        QuantizeLinear,
        Reduction,
        Reshape,
        ReshapeAs,
        Slice,
        Softmax,
        Squeeze,
        SumPool,
        Transpose,
        Unary,
        Unsqueeze,
        Where {

  /**
   * The meaning of the operator, in plain loops over doubles, rounded once to the result's type.
   */
  Tensor evaluate(List<Tensor> operands);

  /**
   * Whether the result depends on an operand smoothly, almost everywhere, and not as a constant.
   */
  default boolean isDifferentiable(int operand) {
    return true;
  }

  /**
   * Appends the cotangent of one operand, given that of the result: {@code <cotangent, d result> =
   * <vjp, d operand>}. Asked only where {@link #isDifferentiable} holds.
   */
  Value vjp(Emit g, Site at, int operand);

  /** Arithmetic for one evaluation. */
  Cost cost(List<TensorType> operands);
}
