package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;
import whyc.tensor.TensorType;

/**
 * Weights in files beside the model. A model file is not trusted: what it names must lie in its own
 * folder, links followed, and must hold as many bytes as the tensor's type says.
 *
 * @param folder where the model stands; absent for a model that came without a file
 */
record ExternalData(Optional<Path> folder) {

  ByteBuffer read(TensorProto proto, long bytes) {
    Map<String, String> entries =
        proto.getExternalDataList().stream()
            .collect(
                Collectors.toMap(
                    StringStringEntryProto::getKey, StringStringEntryProto::getValue, (a, b) -> b));
    String location = entries.getOrDefault("location", "");
    Path file = resolve(location);
    if (bytes > Integer.MAX_VALUE) {
      throw new RefusedArgument(
          "external data wants at most " + Integer.MAX_VALUE + " bytes a tensor, got " + bytes);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long offset = number(entries, "offset", 0);
      long length = number(entries, "length", bytes);
      if (length != bytes || offset < 0 || offset > channel.size() - length) {
        throw new RefusedArgument(
            "external data wants %d bytes at offset %d of %s, which has %d; the tensor wants %d"
                .formatted(length, offset, location, channel.size(), bytes));
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    } catch (IOException e) {
      throw new RefusedArgument("external data cannot be read: " + location, e);
    }
  }

  /** Whether a model keeps any weight outside its file. */
  static boolean isUsed(ModelProto model) {
    return weights(model).anyMatch(ExternalData::isOutside);
  }

  /** The bytes of all weights that a model keeps outside its file. */
  static long bytes(ModelProto model) {
    return weights(model)
        .filter(ExternalData::isOutside)
        .mapToLong(t -> type(t).bytes())
        .reduce(0, Math::addExact);
  }

  private static boolean isOutside(TensorProto t) {
    return t.getDataLocation() == TensorProto.DataLocation.EXTERNAL;
  }

  private static Stream<TensorProto> weights(ModelProto model) {
    return Stream.concat(
        weights(model.getGraph()),
        model.getFunctionsList().stream().flatMap(f -> weights(f.getNodeList())));
  }

  private static Stream<TensorProto> weights(GraphProto graph) {
    return Stream.concat(graph.getInitializerList().stream(), weights(graph.getNodeList()));
  }

  /**
   * What stands in attributes, and in the graphs that are attributes: branches, bodies of loops.
   */
  private static Stream<TensorProto> weights(List<NodeProto> nodes) {
    return nodes.stream()
        .flatMap(n -> n.getAttributeList().stream())
        .flatMap(a ->
            Stream.of(
                    Stream.of(a.getT()),
                    a.getTensorsList().stream(),
                    Stream.of(a.getG()).filter(g -> a.hasG()).flatMap(ExternalData::weights),
                    a.getGraphsList().stream().flatMap(ExternalData::weights))
                .flatMap(t -> t));
  }

  private static TensorType type(TensorProto t) {
    return new TensorType(
        TensorData.element(t.getDataType()),
        new Shape(t.getDimsList().stream().map(Math::toIntExact).toList()));
  }

  /** The model with all its weights inside. */
  ModelProto embed(ModelProto model) {
    if (!isUsed(model)) {
      return model;
    }
    ModelProto.Builder whole = model.toBuilder();
    embed(whole.getGraphBuilder());
    whole.getFunctionsBuilderList().forEach(f -> embed(f.getNodeBuilderList()));
    return whole.build();
  }

  private void embed(GraphProto.Builder graph) {
    graph.getInitializerBuilderList().forEach(this::embed);
    embed(graph.getNodeBuilderList());
  }

  private void embed(List<NodeProto.Builder> nodes) {
    for (NodeProto.Builder n : nodes) {
      for (AttributeProto.Builder a : n.getAttributeBuilderList()) {
        if (a.hasT()) {
          embed(a.getTBuilder());
        }
        a.getTensorsBuilderList().forEach(this::embed);
        if (a.hasG()) {
          embed(a.getGBuilder());
        }
        a.getGraphsBuilderList().forEach(this::embed);
      }
    }
  }

  private void embed(TensorProto.Builder t) {
    TensorProto outside = t.build();
    if (isOutside(outside)) {
      t.clearExternalData()
          .clearDataLocation()
          .setRawData(ByteString.copyFrom(read(outside, type(outside).bytes())));
    }
  }

  private Path resolve(String location) {
    try {
      Path root =
          folder
              .orElseThrow(() -> new RefusedArgument("external data wants a model file beside it"))
              .toRealPath();
      Path file = root.resolve(location).normalize();
      boolean within =
          !location.isEmpty() && !Path.of(location).isAbsolute() && file.startsWith(root);
      // What a link points to is what is opened, so that the link cannot change in between.
      Path real = within ? file.toRealPath() : root;
      if (!real.startsWith(root) || !Files.isRegularFile(real)) {
        throw new RefusedArgument(
            "external data wants a file inside the model's folder, got \"" + location + "\"");
      }
      return real;
    } catch (IOException | InvalidPathException e) {
      throw new RefusedArgument(
          "external data wants a file inside the model's folder, got \""
              + location
              + "\", which is not there",
          e);
    }
  }

  private static long number(Map<String, String> entries, String key, long otherwise) {
    try {
      return entries.containsKey(key) ? Long.parseLong(entries.get(key)) : otherwise;
    } catch (NumberFormatException e) {
      throw new RefusedArgument(
          "external data wants a number as " + key + ", got " + entries.get(key));
    }
  }
}
