package whyc.rtl;

import java.util.Optional;
import java.util.OptionalInt;
import whyc.op.Value;
import whyc.tensor.Tensor;

/**
 * What makes codes of sums.
 *
 * <pre>{@code
 * code = requantize(sum + bias[o], factor[o], shift)
 * code = requantize(+-code * 2^left + residual, 1, shift of the sum)
 * code = 0 where the gate is closed; where code < 0 and relu; at most the ceiling
 * }</pre>
 *
 * @param bias one for each output channel, or one for all
 * @param factor likewise
 */
record Epilogue(
    Optional<Tensor> bias,
    Tensor factor,
    int shift,
    Optional<Residual> residual,
    boolean relu,
    Optional<Value> gate,
    OptionalInt ceiling) {

  /**
   * A stored value that is added.
   *
   * @param ownLeft binary places that the sums' codes are moved up
   * @param left places that the value's codes are moved up
   * @param right places that are rounded off the value's codes before
   * @param shift places to round off the sum of both
   */
  record Residual(
      Value value, int ownLeft, boolean ownMinus, int left, int right, boolean minus, int shift) {}
}
