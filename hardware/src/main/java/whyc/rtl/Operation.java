package whyc.rtl;

import java.util.List;
import java.util.Optional;
import whyc.op.Product;
import whyc.op.Value;

/**
 * Lines of a graph that the core carries out as one: sums, codes of them, and what is decided of
 * the codes on the way.
 *
 * @param lines in the graph's order
 * @param name of the model's tensor, or the operator's
 * @param result the codes, or the index
 * @param product of its sums; exact where nothing is multiplied
 * @param mask whether each code is above 0, as a value of its own
 * @param switches which tap of each window won
 */
record Operation(
    List<Value> lines,
    String name,
    Source source,
    Product product,
    Epilogue epilogue,
    Value result,
    Optional<Value> mask,
    Optional<Value> switches) {
  Operation {
    lines = List.copyOf(lines);
  }
}
