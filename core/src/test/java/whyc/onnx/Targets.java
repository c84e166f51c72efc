package whyc.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.explain.Explanation;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.graph.Verifier;
import whyc.op.Value;
import whyc.pass.LowerForOnnx;
import whyc.pass.Simplify;
import whyc.refusal.Refused;
import whyc.tensor.Npy;
import whyc.tensor.Tensor;

/**
 * What untrusted bytes go through. Refusals are sentences in the exceptions that readers and
 * explanations promise; whatever else is thrown is a finding.
 */
final class Targets {
  private Targets() {}

  /** Models are refused with larger sentences than this never. */
  private static final int MAX_SENTENCE = 1100;

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
   * @return how far it came: 0 refused, 1 read, 2 explained
   */
  static int model(byte[] bytes) {
    Model model;
    try {
      model = Model.read(OnnxModel.parse("fuzz.onnx", bytes), Optional.empty());
    } catch (ModelException e) {
      checkSentence(e);
      return 0;
    }
    Verifier.verify(model.graph());
    ModelProto written;
    try {
      written = explained(model);
    } catch (IllegalArgumentException e) {
      checkRefusal(e); // no class scores, or an operator without a derivative
      return 1;
    }
    OnnxModel.parse("written.onnx", written.toByteArray());
    return 2;
  }

  /** Changes a good model as the bytes say, and does with it as above. */
  static int changedModel(byte[] choices) {
    ModelMutator.Choices random = new ModelMutator.Choices(choices);
    ModelMutator mutator = new ModelMutator(random);
    ModelProto changed = Protos.classifier();
    while (!random.isEmpty()) {
      changed = mutator.mutate(changed, 1);
    }
    return model(changed.toByteArray());
  }

  /** Reads bytes as an array, and writes it. */
  static int npy(byte[] bytes) {
    Tensor tensor;
    try {
      tensor = Npy.read(ByteBuffer.wrap(bytes));
    } catch (IllegalArgumentException e) {
      checkRefusal(e);
      return 0;
    }
    Tensor again = Npy.read(ByteBuffer.wrap(Npy.write(tensor)));
    if (!again.equals(tensor)) {
      throw new AssertionError(tensor + " is written as " + again);
    }
    return 2;
  }

  /** Whatever else is thrown is a fault of whyc, also where it is an argument's. */
  private static void checkRefusal(IllegalArgumentException e) {
    if (!(e instanceof Refused)) {
      throw new AssertionError("not refused, but failed", e);
    }
    checkSentence(e);
  }

  private static void checkSentence(RuntimeException e) {
    String sentence = String.valueOf(e.getMessage());
    if (sentence.isBlank()
        || (e instanceof ModelException && sentence.length() > MAX_SENTENCE)
        || sentence.chars().anyMatch(Character::isISOControl)) {
      throw new AssertionError("no sentence: " + sentence, e);
    }
  }
}
