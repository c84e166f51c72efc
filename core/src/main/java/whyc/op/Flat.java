package whyc.op;

/**
 * A primitive whose result does not change with small changes of its operands, or is no number to
 * change: it has no derivative, and none is asked for.
 */
public sealed interface Flat extends Primitive
    permits And,
        ArgMax,
        Ceil,
        Equal,
        Floor,
        Greater,
        IntegerConv,
        IntegerConvTranspose,
        IntegerMatMul,
        IsInf,
        IsNaN,
        MaxPoolSwitches,
        Not,
        OneHot,
        Or,
        Requantize,
        Round,
        Sign,
        Xor {
  @Override
  default boolean isDifferentiable(int operand) {
    return false;
  }

  @Override
  default Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException(name() + " has no derivative");
  }
}
