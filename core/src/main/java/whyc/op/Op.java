package whyc.op;

import java.util.List;
import whyc.tensor.TensorType;

/**
 * What one line of a graph does. An operator is a record of its attributes; none of them mentions
 * the batch size, so that one graph serves every batch: it is typed for a batch, not written for
 * it.
 */
public sealed interface Op permits Primitive, Composite {

  /**
   * The type of the result; refuses operands that do not fit with a sentence that says the rule.
   */
  TensorType infer(List<TensorType> operands);

  /** The operator's name, as it stands in the text form and in messages. */
  default String name() {
    return getClass().getSimpleName();
  }
}
