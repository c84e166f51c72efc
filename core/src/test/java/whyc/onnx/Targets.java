package whyc.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.explain.Explanation;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.pass.LowerForOnnx;
import whyc.pass.Simplify;

/**
 * What is done with a model file from its first byte to an explained model: the way of untrusted
 * input.
 */
final class Targets {
  private Targets() {}

  /** The model with its gradient, as a file for a runtime. */
  static ModelProto explained(Model model) {
    String output = model.graph().outputs().firstEntry().getKey();
    Graph explained = new Saliency().explain(model.graph(), Question.top(model.input(), output));
    Graph lowered = new LowerForOnnx().apply(new Simplify().apply(explained));
    SequencedMap<String, Value> added = new LinkedHashMap<>();
    added.put("saliency", lowered.output(Explanation.ATTRIBUTION));
    return OnnxWriter.append(model, lowered, added, Map.of("whyc.method", "saliency"));
  }

  /**
   * Reads bytes as a model, explains it, and writes it.
   *
   * @return whether it came that far; whatever is refused in the way that readers and explanations
   *     promise is no finding
   */
  static boolean model(byte[] bytes) {
    Model model;
    try {
      model = Model.read(OnnxModel.parse("fuzz.onnx", bytes), Optional.empty());
    } catch (ModelException e) {
      return false;
    }
    try {
      explained(model);
      return true;
    } catch (IllegalArgumentException e) {
      return false; // no class scores, or an operator without a derivative: said by the explanation
    }
  }
}
