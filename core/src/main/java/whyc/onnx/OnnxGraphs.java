package whyc.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import whyc.graph.Graph;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Reads ONNX graphs of any kind: classifiers have a door of their own, {@link Model}. */
public final class OnnxGraphs {
  private OnnxGraphs() {}

  /**
   * The graph of a model, all primitives.
   *
   * @param open types of the inputs that are given when the graph runs
   * @param known values of the inputs that are given now, as if they were initialisers; nothing for
   *     a tensor without elements
   */
  public static Graph read(
      OnnxModel model, Map<String, TensorType> open, Map<String, Optional<Tensor>> known) {
    if (known.isEmpty()) {
      return Importer.read(model, open);
    }
    GraphProto.Builder graph = model.proto().getGraph().toBuilder();
    known.forEach((name, value) ->
        graph.addInitializer(
            value
                .map(v -> TensorData.write(name, v))
                .orElseGet(() -> TensorProto.newBuilder().setName(name).addDims(0).build())));
    return Importer.read(
        new OnnxModel(
            model.name(), model.folder(), model.proto().toBuilder().setGraph(graph).build()),
        open);
  }

  /** A tensor from the bytes of an ONNX tensor file; nothing if it has no elements. */
  public static Optional<Tensor> tensor(byte[] bytes) {
    try {
      TensorProto proto = TensorProto.parseFrom(bytes);
      return proto.getDimsList().contains(0L)
          ? Optional.empty()
          : Optional.of(TensorData.read(proto, new ExternalData(Optional.empty())));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("a tensor file wants a whole protobuf record", e);
    }
  }

  /** The ONNX operators that are understood; those of other domains with the domain in front. */
  public static SortedSet<String> operators() {
    return Bindings.operators();
  }
}
