package whyc.bench.train;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.OnnxWriter;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A trained network as an ONNX file: the network's own description becomes a graph, batch
 * normalisation folded into the convolutions.
 *
 * <pre>{@code
 * s = gamma / sqrt(variance + epsilon)
 * bn(conv(x, w)) = conv(x, w * s) + (beta - mean * s)      s, beta, mean: one number an output channel
 * }</pre>
 */
final class OnnxExport {
  /** Typed like graphs of free batch: see {@code docs/decisions/002-batch-free-graphs.md}. */
  private static final int BATCH = 3;

  private final ResidualNetwork network;
  private final Map<String, float[]> weights = new HashMap<>();
  private final Builder b = new Builder();

  private OnnxExport(ResidualNetwork network, Weights weights) {
    this.network = network;
    List<Parameter> parameters = network.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      this.weights.put(parameters.get(i).name(), weights.get(i));
    }
  }

  /**
   * The file, with what whyc needs to prepare a picture in its metadata.
   *
   * @param metadata further entries, such as the measured accuracy
   */
  static ModelProto of(ResidualNetwork network, Weights weights, Map<String, String> metadata) {
    ModelProto.Builder model =
        OnnxWriter.write(new OnnxExport(network, weights).graph(), true).toBuilder();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("whyc.input", "unit");
    all.put("whyc.mean", ImageSet.mean().replaceAll("[\\[\\]]", ""));
    all.put("whyc.std", ImageSet.deviation().replaceAll("[\\[\\]]", ""));
    all.put("whyc.resize", "crop");
    all.put("whyc.labels", String.join("\n", WeightsFile.CLASS_NAMES));
    all.putAll(new TreeMap<>(metadata));
    all.forEach((key, value) ->
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return model.build();
  }

  private Graph graph() {
    TensorType image =
        TensorType.of(ElementType.FLOAT32, BATCH, ImageSet.COLOURS, ImageSet.SIDE, ImageSet.SIDE);
    Map<String, Value> results = new HashMap<>();
    results.put(ResidualNetwork.INPUT, b.emit(new Input(ResidualNetwork.INPUT, image), List.of()));
    for (Unit unit : network.units()) {
      results.put(unit.name(), unit(unit, results));
    }
    Value last = results.getOrDefault(network.units().getLast().name(), new Value(0));
    Value features = b.reshape(b.mean(last, 2, 3), 0, -1);
    Value matrix = constant("linear.weight", Shape.of(ImageSet.CLASSES, network.features()));
    Value product = b.matMul(features, b.transposeMatrix(matrix));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("logits", b.add(product, constant("linear.bias", Shape.of(ImageSet.CLASSES))));
    return b.finish(outputs);
  }

  private Value unit(Unit unit, Map<String, Value> results) {
    Value x = results.getOrDefault(unit.input(), new Value(0));
    double[] scale = scale(unit);
    int pad = unit.kernel() / 2;
    Window window =
        Window.of(unit.kernel(), unit.kernel(), unit.stride()).padded(pad, pad, pad, pad);
    Value y = b.add(b.emit(new Conv(window, 1), x, weight(unit, scale)), shift(unit, scale));
    y = unit.addend().isEmpty() ? y : b.add(y, results.getOrDefault(unit.addend().get(), x));
    y = unit.relu() ? b.relu(y) : y;
    b.name(y, unit.name());
    return y;
  }

  private double[] scale(Unit unit) {
    float[] gamma = values(unit.name() + ".gamma");
    float[] variance = values(unit.name() + ".variance");
    double[] scale = new double[gamma.length];
    for (int c = 0; c < scale.length; c++) {
      scale[c] = gamma[c] / Math.sqrt((double) variance[c] + ResidualNetwork.BATCH_NORM_EPSILON);
    }
    return scale;
  }

  private Value weight(Unit unit, double[] scale) {
    float[] folded = values(unit.name() + ".weight").clone();
    int each = folded.length / scale.length;
    for (int i = 0; i < folded.length; i++) {
      folded[i] = (float) (folded[i] * scale[i / each]);
    }
    Shape shape =
        Shape.of(unit.outputChannels(), unit.inputChannels(), unit.kernel(), unit.kernel());
    return b.emit(new Constant(Tensor.of(shape, folded)), List.of(), unit.name() + ".weight");
  }

  private Value shift(Unit unit, double[] scale) {
    float[] beta = values(unit.name() + ".beta");
    float[] mean = values(unit.name() + ".mean");
    float[] shift = new float[scale.length];
    for (int c = 0; c < shift.length; c++) {
      shift[c] = (float) (beta[c] - mean[c] * scale[c]);
    }
    Tensor tensor = Tensor.of(Shape.of(shift.length, 1, 1), shift);
    return b.emit(new Constant(tensor), List.of(), unit.name() + ".bias");
  }

  private Value constant(String name, Shape shape) {
    return b.emit(new Constant(Tensor.of(shape, values(name))), List.of(), name);
  }

  private float[] values(String parameter) {
    return weights.getOrDefault(parameter, new float[0]);
  }
}
