package whyc.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An ONNX file as it was read: not yet understood, but whole.
 *
 * @param name what messages call it
 * @param folder where its external data may lie
 */
public record OnnxModel(String name, Optional<Path> folder, ModelProto proto) {

  /** What protobuf can address. Larger models keep their weights in files beside them. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

  public static OnnxModel read(Path file) {
    String name = String.valueOf(file.getFileName());
    try {
      if (Files.isDirectory(file)) {
        throw new ModelException(file + ": a model wants to be a file, got a folder");
      }
      long size = Files.size(file);
      if (size == 0 || size > MAX_BYTES) {
        throw new ModelException(
            name + ": a model file wants 1 to " + MAX_BYTES + " bytes, got " + size);
      }
      long heap = Runtime.getRuntime().maxMemory();
      if (size > heap / 2) {
        throw new ModelException(
            name + ": a model file wants a Java heap of twice its " + size + " bytes, got " + heap);
      }
      return parse(
          name,
          Optional.of(file.toAbsolutePath().normalize().getParent()),
          readAll(file, (int) size));
    } catch (java.nio.file.NoSuchFileException e) {
      throw new ModelException(file + ": there is no such model file", e);
    } catch (IOException e) {
      throw new ModelException(file + ": the model file cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads in pieces: one large read would leave a buffer of the same size outside the heap. */
  private static byte[] readAll(Path file, int size) throws IOException {
    byte[] bytes = new byte[size];
    try (InputStream in = Files.newInputStream(file)) {
      int at = 0;
      for (int n; at < size && (n = in.read(bytes, at, Math.min(1 << 16, size - at))) > 0; ) {
        at += n;
      }
    }
    return bytes;
  }

  public static OnnxModel parse(String name, byte[] bytes) {
    return parse(name, Optional.empty(), bytes);
  }

  private static OnnxModel parse(String name, Optional<Path> folder, byte[] bytes) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      in.enableAliasing(
          true); // weights stay in the file's bytes instead of being copied out of them
      ModelProto proto = ModelProto.parseFrom(in);
      OnnxModel model = new OnnxModel(name, folder, proto);
      if (!proto.hasGraph() || proto.getOpsetImportCount() == 0) {
        throw new ModelException(
            name
                + ": an ONNX model wants a graph and an operator set, got neither or one; is this an ONNX file?");
      }
      if (model.opset() < 1) {
        throw new ModelException(
            name + ": a model wants an operator set of at least 1, got " + model.opset());
      }
      return model;
    } catch (IOException e) {
      throw new ModelException(
          name
              + ": an ONNX file wants whole protobuf records; this one is cut off, damaged or something else ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  /** The version of the default operator set. */
  public int opset() {
    return proto.getOpsetImportList().stream()
        .filter(o -> o.getDomain().isEmpty() || o.getDomain().equals("ai.onnx"))
        .mapToInt(o -> Math.clamp(o.getVersion(), 0, Integer.MAX_VALUE))
        .findFirst()
        .orElseThrow(() ->
            new ModelException(
                name
                    + ": a model wants the default operator set, got "
                    + proto.getOpsetImportList().stream()
                        .map(OperatorSetIdProto::getDomain)
                        .toList()));
  }

  public Map<String, String> metadata() {
    Map<String, String> map = new LinkedHashMap<>();
    for (StringStringEntryProto e : proto.getMetadataPropsList()) {
      map.put(e.getKey(), e.getValue());
    }
    return map;
  }

  ExternalData external() {
    return new ExternalData(folder);
  }
}
