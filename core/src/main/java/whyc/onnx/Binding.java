package whyc.onnx;

import java.util.List;
import whyc.op.Value;

/** What an ONNX operator means in lines of ours. */
interface Binding {
  /** Appends the lines and returns the node's results, in order; trailing ones may be left out. */
  List<Value> bind(OnnxNode node);

  /** A binding with one result. */
  interface Single extends Binding {
    Value value(OnnxNode node);

    @Override
    default List<Value> bind(OnnxNode node) {
      return List.of(value(node));
    }
  }

  static Binding single(Single single) {
    return single;
  }
}
