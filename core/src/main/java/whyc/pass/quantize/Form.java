package whyc.pass.quantize;

import java.util.Optional;
import whyc.graph.Node;
import whyc.op.Value;
import whyc.tensor.Tensor;

/** What stands in the new graph for a line of the old one. */
sealed interface Form {

  /** Codes of the line's family. */
  record Coded(Value value) implements Form {}

  /**
   * Integers that are not rounded to codes yet: {@code value * scale}.
   *
   * @param scale FLOAT64, broadcasts to the value
   * @param bound no integer is larger
   */
  record Sums(Value value, Tensor scale, double bound) implements Form {}

  /**
   * A product with a known weight. It is written when the codes of its result are known, since the
   * scales of its weights follow from them.
   *
   * @param line the product, {@code operand} its left operand in the old graph
   * @param bias what is added, one number for each output or one for all
   */
  record Product(Node line, Value operand, Tensor weight, Optional<Tensor> bias) implements Form {}

  /** Known real numbers. */
  record Known(Tensor tensor) implements Form {}

  /** Real numbers. */
  record Real(Value value) implements Form {}

  /** Truth values and indices, which are what they were. */
  record Plain(Value value) implements Form {}
}
