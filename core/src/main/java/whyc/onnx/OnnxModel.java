package whyc.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import whyc.refusal.FileFault;

/**
 * An ONNX file as it was read: not yet understood, but whole.
 *
 * @param name what messages call it
 * @param folder where its external data may lie
 */
public record OnnxModel(String name, Optional<Path> folder, ModelProto proto) {

  /** What protobuf can address. Larger models keep their weights in files beside them. */
  private static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

  /** What the names of the nodes begin with that whyc writes into models, and of their results. */
  static final String OURS = "whyc/";

  /** What the names of inputs and outputs begin with that whyc adds to models. */
  public static final String OUTPUT = "whyc_";

  /** The metadata that names the methods of an explained file. */
  public static final String METHODS = "whyc.methods";

  /** The metadata that names the explained model's own input, where a picture came in its place. */
  static final String INPUT = "whyc.preprocess.input";

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
          Optional.ofNullable(file.toAbsolutePath().normalize().getParent()),
          readAll(file, (int) size));
    } catch (java.nio.file.NoSuchFileException e) {
      throw new ModelException(file + ": there is no such model file", e);
    } catch (IOException e) {
      throw new ModelException(file + ": the model file cannot be read: " + FileFault.reason(e), e);
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
              + ": an ONNX file wants whole protobuf records; this one is cut off, damaged or something else (%s)"
                  .formatted(fault(e, bytes.length)),
          e);
    }
  }

  /** What the parser met: its own words tell programmers what to do, and nobody where. */
  private static String fault(IOException e, int bytes) {
    String met = String.valueOf(e.getMessage());
    return met.contains("ended unexpectedly") || met.contains("end-group")
        ? "a record is longer than the file, of " + bytes + " bytes"
        : "of its " + bytes + " bytes, some are no record";
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

  static boolean isOurs(String name) {
    return name.startsWith(OURS);
  }

  /** Whether whyc has written explanations into this file. */
  public boolean isExplained() {
    return metadata().containsKey(METHODS);
  }

  /**
   * The model that an explained file explains: the file without what whyc added to it. Any other
   * file stays as it is. The metadata stay in any case.
   */
  OnnxModel withoutExplanation() {
    if (!isExplained()) {
      return this;
    }
    GraphProto graph = proto.getGraph();
    GraphProto.Builder plain =
        graph.toBuilder()
            .clearInput()
            .clearOutput()
            .clearNode()
            .clearInitializer()
            .clearValueInfo();
    graph.getNodeList().stream().filter(n -> !isOurs(n.getName())).forEach(plain::addNode);
    graph.getInitializerList().stream()
        .filter(t -> !isOurs(t.getName()))
        .forEach(plain::addInitializer);
    graph.getOutputList().stream()
        .filter(o -> !o.getName().startsWith(OUTPUT))
        .forEach(plain::addOutput);
    String own = metadata().getOrDefault(INPUT, "");
    for (ValueInfoProto i : graph.getValueInfoList()) {
      if (i.getName().equals(own)) {
        plain.addInput(i);
      } else {
        plain.addValueInfo(i);
      }
    }
    Set<String> weights =
        graph.getInitializerList().stream().map(TensorProto::getName).collect(Collectors.toSet());
    graph.getInputList().stream()
        .filter(i ->
            !i.getName().startsWith(OUTPUT) && (own.isEmpty() || weights.contains(i.getName())))
        .forEach(plain::addInput);
    return new OnnxModel(name, folder, proto.toBuilder().setGraph(plain).build());
  }

  /**
   * A program made from this model, as a file.
   *
   * @param program this model with lines added
   * @param destination the folder that the file is meant for: in the model's own, weights in files
   *     beside it stay there; elsewhere, or where there is no file, they come into the file
   */
  public byte[] bytes(ModelProto program, Optional<Path> destination) {
    boolean stays =
        destination.isPresent() && folder.isPresent() && isSame(destination.get(), folder.get());
    if (!stays) {
      return embedded(program).toByteArray();
    }
    bound(program, size(program));
    return program.toByteArray();
  }

  /** A program with all weights in it, those included that lie in files beside the model. */
  public ModelProto embedded(ModelProto program) {
    try {
      bound(program, Math.addExact(size(program), ExternalData.bytes(program)));
      return external().embed(program);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new ModelException(name + ": " + e.getMessage(), e);
    }
  }

  private void bound(ModelProto program, long size) {
    if (size > MAX_BYTES) {
      throw new ModelException(
          "%s: a model file wants at most %d bytes, got %d%s"
              .formatted(
                  name,
                  MAX_BYTES,
                  size,
                  ExternalData.isUsed(program)
                      ? "; written to the model's own folder, it leaves its weights where they are"
                      : ""));
    }
  }

  private static boolean isSame(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException e) {
      return false;
    }
  }

  /** Counted by parts: protobuf counts the whole in 32 bits. */
  private static long size(ModelProto model) {
    GraphProto graph = model.getGraph();
    long parts = 0;
    for (TensorProto t : graph.getInitializerList()) {
      parts += t.getSerializedSize() + 16L;
    }
    for (NodeProto n : graph.getNodeList()) {
      parts += n.getSerializedSize() + 16L;
    }
    return parts;
  }

  ExternalData external() {
    return new ExternalData(folder);
  }
}
