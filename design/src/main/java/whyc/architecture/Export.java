package whyc.architecture;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;
import whyc.op.Clip;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A trained network as a graph, its batch normalisation folded into the convolutions:
 *
 * <pre>{@code
 * s = gamma / sqrt(variance + epsilon)
 * bn(conv(x, w)) = conv(x, w * s) + (beta - mean * s)      s, beta, mean: one number an output channel
 * }</pre>
 */
final class Export {
  static final String OUTPUT = "logits";

  private final Architecture network;
  private final Map<String, float[]> weights = new HashMap<>();
  private final Builder b = new Builder();

  private Export(Architecture network, Weights weights) {
    this.network = network;
    List<Parameter> parameters = network.parameters();
    for (int i = 0; i < parameters.size(); i++) {
      this.weights.put(parameters.get(i).name(), weights.get(i));
    }
  }

  /** The graph, typed for {@link Model#TYPED_BATCH} images. */
  static Graph graph(Architecture network, Weights weights) {
    return new Export(network, weights).graph();
  }

  /** As an ONNX file, with what whyc needs to prepare a picture in its metadata. */
  static OnnxModel onnx(
      Architecture network, Weights weights, Normalisation by, Map<String, String> facts) {
    ModelProto.Builder model = OnnxWriter.write(graph(network, weights), true).toBuilder();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("whyc.input", "unit");
    all.put("whyc.mean", Normalisation.joined(by.mean()));
    all.put("whyc.std", Normalisation.joined(by.deviation()));
    all.put("whyc.resize", "stretch");
    all.putAll(facts);
    all.forEach((key, value) ->
        model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value)));
    return OnnxModel.parse(network.id() + ".onnx", model.build().toByteArray());
  }

  /** As whyc reads it back. */
  static Model model(OnnxModel file) {
    return Model.read(file, Optional.empty());
  }

  private Graph graph() {
    TensorType image =
        TensorType.of(
            ElementType.FLOAT32,
            Model.TYPED_BATCH,
            network.channels(),
            network.resolution(),
            network.resolution());
    Map<String, Value> results = new HashMap<>();
    Value last = b.emit(new Input(Architecture.INPUT, image), List.of());
    results.put(Architecture.INPUT, last);
    for (Unit unit : network.units()) {
      last = unit(unit, results);
      results.put(unit.name(), last);
    }
    Value features = b.reshape(b.mean(last, 2, 3), 0, -1);
    Value matrix =
        constant(Architecture.LINEAR + ".weight", Shape.of(network.classes(), network.features()));
    Value product = b.matMul(features, b.transposeMatrix(matrix));
    Value scores =
        b.add(product, constant(Architecture.LINEAR + ".bias", Shape.of(network.classes())));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, scores);
    return b.finish(outputs);
  }

  private Value unit(Unit unit, Map<String, Value> results) {
    double[] scale = scale(unit);
    Value x = Objects.requireNonNull(results.get(unit.input()));
    Value convolved = b.emit(new Conv(unit.window(), unit.groups()), x, weight(unit, scale));
    Value y = b.add(convolved, shift(unit, scale));
    b.name(y, unit.name());
    if (unit.addend().isPresent()) {
      y = b.add(y, Objects.requireNonNull(results.get(unit.addend().get())));
    }
    return unit.activated() ? activated(y) : y;
  }

  private Value activated(Value x) {
    return switch (network.activation()) {
      case RELU -> b.relu(x);
      case RELU6 -> b.emit(new Clip(0, 6), x);
    };
  }

  private double[] scale(Unit unit) {
    float[] gamma = values(unit.name() + ".gamma");
    float[] variance = values(unit.name() + ".variance");
    double[] scale = new double[gamma.length];
    Arrays.setAll(scale, c -> gamma[c] / Math.sqrt((double) variance[c] + TorchNetwork.EPSILON));
    return scale;
  }

  private Value weight(Unit unit, double[] scale) {
    float[] folded = values(unit.name() + ".weight").clone();
    int each = folded.length / scale.length;
    for (int i = 0; i < folded.length; i++) {
      folded[i] = (float) (folded[i] * scale[i / each]);
    }
    Shape shape =
        Shape.of(
            unit.outputChannels(),
            unit.inputChannels() / unit.groups(),
            unit.kernel(),
            unit.kernel());
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
    return Objects.requireNonNull(weights.get(parameter));
  }
}
