package whyc.onnx;

import java.util.List;
import java.util.Optional;
import whyc.op.Value;

/** What an ONNX operator means in lines of ours. */
interface Binding {
  /**
   * Appends the lines and returns the node's results, in order; trailing ones may be left out. A
   * result without elements is nothing.
   */
  List<Optional<Value>> bind(OnnxNode node);

  /** A function from a node to its one result. */
  interface Single {
    Value value(OnnxNode node);
  }

  /** A function from a node to its one result, which may have no elements. */
  interface Partial {
    Optional<Value> value(OnnxNode node);
  }

  /** A function from a node to its results. */
  interface Several {
    List<Value> values(OnnxNode node);
  }

  static Binding single(Single single) {
    return n -> List.of(Optional.of(single.value(n)));
  }

  static Binding partial(Partial partial) {
    return n -> List.of(partial.value(n));
  }

  static Binding several(Several several) {
    return n -> several.values(n).stream().map(Optional::of).toList();
  }
}
