package whyc.compile;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import whyc.graph.Graph;
import whyc.onnx.OnnxWriter;
import whyc.onnx.QuantizedWriter;
import whyc.op.Value;
import whyc.pass.LowerForOnnx;
import whyc.pass.quantize.Quantized;

/**
 * A quantised graph as an ONNX model of the default domain, whose results have the bits of the
 * graph's own evaluation.
 *
 * @param inIntegers whether it is written with the quantised operators of ONNX; otherwise its
 *     integers are written as floats that hold them exactly, as explanations and 16 bits want
 */
public record QuantizedOnnx(ModelProto proto, boolean inIntegers) {

  /**
   * Writes a graph.
   *
   * @param dynamicBatch whether the first extent of inputs and outputs is left open
   */
  public static QuantizedOnnx of(Quantized q, boolean dynamicBatch) {
    Map<Value, Double> scales = new HashMap<>();
    q.codes().forEach((v, codes) -> scales.put(v, codes.scale()));
    Optional<ModelProto> integers = QuantizedWriter.write(q.graph(), scales, dynamicBatch);
    return integers
        .map(proto -> new QuantizedOnnx(proto, true))
        .orElseGet(() -> new QuantizedOnnx(inFloats(q.graph(), dynamicBatch), false));
  }

  /** The model with entries that say where it comes from. */
  public ModelProto withMetadata(Map<String, String> entries) {
    ModelProto.Builder model = proto.toBuilder();
    entries.forEach((key, value) ->
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private static ModelProto inFloats(Graph g, boolean dynamicBatch) {
    return OnnxWriter.write(new LowerForOnnx().apply(g), dynamicBatch);
  }
}
