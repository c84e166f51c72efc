package whyc.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static whyc.onnx.Protos.classifier;
import static whyc.onnx.Protos.floats;
import static whyc.onnx.Protos.graph;
import static whyc.onnx.Protos.input;
import static whyc.onnx.Protos.integer;
import static whyc.onnx.Protos.ints;
import static whyc.onnx.Protos.longs;
import static whyc.onnx.Protos.model;
import static whyc.onnx.Protos.node;
import static whyc.onnx.Protos.output;
import static whyc.onnx.Protos.read;
import static whyc.onnx.Protos.text;
import static whyc.onnx.Protos.with;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Model files are not trusted: whatever is wrong with one is said in a sentence. */
@Timeout(300)
final class BadModelTest {
  @TempDir Path folder;

  private static void assertRefused(ModelProto model, String... parts) {
    assertThatThrownBy(() -> read(model))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("m.onnx: ")
        .hasMessageContainingAll(parts)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  private static void assertRefused(GraphProto.Builder graph, String... parts) {
    assertRefused(model(graph).build(), parts);
  }

  // Files.

  @Test
  void theModelThatTheOthersSpoilIsRead() {
    Model read = read(classifier());
    assertThat(read.dynamicBatch()).isTrue();
    assertThat(read.input()).isEqualTo("image");
  }

  @Test
  void aModelCutShortAnywhereIsRefused() {
    byte[] whole = classifier().toByteArray();
    for (int length = 0; length < whole.length; length += 1 + length / 97) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> OnnxModel.parse("part.onnx", part))
          .as("cut to %d of %d bytes", length, whole.length)
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("part.onnx: an ONNX ");
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void aModelWithFlippedBitsIsReadOrRefusedInOneSentence(long seed) {
    Random random = new Random(seed);
    byte[] whole = classifier().toByteArray();
    int refused = 0;
    for (int round = 0; round < 250; round++) {
      byte[] flipped = whole.clone();
      for (int i = 0; i < 3; i++) {
        flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        Model.read(OnnxModel.parse("flipped.onnx", flipped), Optional.empty());
      } catch (ModelException e) {
        assertThat(e.getMessage()).startsWith("flipped.onnx: ").doesNotContain("\n");
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(50);
  }

  static Stream<Arguments> noModels() {
    return Stream.of(
        Arguments.of(
            "a PNG", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 0, 0}),
        Arguments.of("a text", "hello, this is no model\n".getBytes(StandardCharsets.US_ASCII)),
        Arguments.of("a tensor", floats("w", 2, 3).toByteArray()),
        Arguments.of("zeros", new byte[64]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("noModels")
  void whatIsNoModelIsRefused(String what, byte[] bytes) {
    assertThatThrownBy(() -> OnnxModel.parse("no.onnx", bytes))
        .as(what)
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("no.onnx: an ONNX ");
  }

  @Test
  void anEmptyFileAFolderAndNothingAreRefused() throws IOException {
    Path empty = Files.createFile(folder.resolve("empty.onnx"));
    assertThatThrownBy(() -> OnnxModel.read(empty))
        .isInstanceOf(ModelException.class)
        .hasMessage("empty.onnx: a model file wants 1 to 2147483639 bytes, got 0");
    assertThatThrownBy(() -> OnnxModel.read(folder))
        .isInstanceOf(ModelException.class)
        .hasMessage(folder + ": a model wants to be a file, got a folder");
    Path none = folder.resolve("none.onnx");
    assertThatThrownBy(() -> OnnxModel.read(none))
        .isInstanceOf(ModelException.class)
        .hasMessage(none + ": there is no such model file");
  }

  /** The files have holes: they take no room on the disk, and would take gigabytes when read. */
  @ParameterizedTest
  @ValueSource(longs = {1L << 31, 1L << 33})
  void aFileThatProtobufCannotHoldIsRefusedUnread(long size) throws IOException {
    Path file = hollow("huge.onnx", size);
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessage("huge.onnx: a model file wants 1 to 2147483639 bytes, got " + size);
  }

  @Test
  void aFileThatTheHeapCannotHoldIsRefusedUnread() throws IOException {
    long heap = Runtime.getRuntime().maxMemory();
    long size = heap / 2 + 1;
    assumeTrue(size < Integer.MAX_VALUE - 8L, "the heap holds half of every model file");
    Path file = hollow("large.onnx", size);
    assertThatThrownBy(() -> OnnxModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "large.onnx: a model file wants a Java heap of twice its %d bytes, got %d"
                .formatted(size, heap));
  }

  private Path hollow(String name, long size) throws IOException {
    Path file = folder.resolve(name);
    try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
      out.setLength(size);
    }
    return file;
  }

  @Test
  void recordsWithinRecordsWithoutEndAreRefused() throws IOException {
    // model.graph(7).node(1).attribute(5).g(6).node(1) ... ten thousand times
    int[] path = {1, 5, 6};
    byte[] inner = new byte[0];
    for (int i = 0; i < 30_000; i++) {
      inner = wrapped(path[2 - i % 3], inner);
      if (inner.length > 1 << 20) {
        break;
      }
    }
    byte[] bomb = wrapped(7, inner);
    assertThatThrownBy(() -> OnnxModel.parse("deep.onnx", bomb))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("an ONNX file wants whole protobuf records");
  }

  private static byte[] wrapped(int field, byte[] inner) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeByteArray(field, inner);
    out.flush();
    return bytes.toByteArray();
  }

  @Test
  void anOperatorSetIsWanted() {
    ModelProto none = classifier().toBuilder().clearOpsetImport().build();
    assertThatThrownBy(() -> read(none)).hasMessageContaining("wants a graph and an operator set");
    assertRefused(opset("", 0), "wants an operator set of at least 1, got 0");
    assertRefused(opset("", -3), "wants an operator set of at least 1, got 0");
    assertRefused(opset("com.example", 1), "wants the default operator set, got [com.example]");
  }

  private static ModelProto opset(String domain, long version) {
    return classifier().toBuilder()
        .clearOpsetImport()
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version))
        .build();
  }

  @Test
  void aNameCannotBreakTheSentence() {
    String name = "evil\n\u001b[31mred" + "x".repeat(100_000);
    NodeProto node = node("Relu", "a", "nowhere").toBuilder().setName(name).build();
    assertThatThrownBy(() -> read(model(graph(new long[] {1, 2, 4, 4}, node))))
        .isInstanceOf(ModelException.class)
        .satisfies(e -> {
          assertThat(e.getMessage()).hasSizeLessThan(1100).startsWith("m.onnx: Relu at node");
          assertThat(e.getMessage().chars()).noneMatch(Character::isISOControl);
        });
  }

  @Test
  void theNameOfAnUnknownOperatorMayBeLong() {
    NodeProto node = node("Q".repeat(1_000_000), "a", "x");
    assertRefused(graph(new long[] {1, 2, 4, 4}, node), "m.onnx: QQQ");
  }

  // Inputs and outputs.

  @Test
  void oneImageIsWanted() {
    assertRefused(
        classifierWith(g -> g.clearInput()), "a classifier wants one input, an image, got []");
    assertRefused(
        classifierWith(g -> g.addInput(input("mask", 1, 8))),
        "wants one input, an image, got [image, mask]");
    assertRefused(
        classifierWith(g -> g.addInput(input("image", 1, 2, 8, 8))),
        "wants one input, an image, got [image, image]");
  }

  @Test
  void anImageOfUnknownRankIsRefused() {
    ValueInfoProto unknown =
        ValueInfoProto.newBuilder()
            .setName("image")
            .setType(
                input("i", 1).getType().toBuilder()
                    .setTensorType(
                        input("i", 1).getType().getTensorType().toBuilder().clearShape()))
            .build();
    assertRefused(
        classifierWith(g -> g.setInput(0, unknown)), "got none of known rank (input \"image\")");
    assertRefused(classifierWith(g -> g.setInput(0, output("image"))), "(input \"image\")");
    assertRefused(classifierWith(g -> g.setInput(0, input("image"))), "(input \"image\")");
  }

  @Test
  void anImageOfUnboundedExtentIsRefused() {
    assertRefused(
        classifierWith(g -> g.setInput(0, input("image", 1, 2, Long.MAX_VALUE, 8))),
        "an input wants known extents, got 9223372036854775807 at axis 2 (input \"image\")");
    assertRefused(
        classifierWith(g -> g.setInput(0, input("image", 1, 1 << 20, 1 << 20, 1 << 20))),
        "a shape wants at most 2147483639 elements");
    assertRefused(
        classifierWith(g -> g.setInput(0, input("image", 1, 2, 1 << 14, 1 << 15))),
        "a value wants at most 536870912 elements, got float32[1,2,16384,32768] (input \"image\")");
    long[] many = new long[100];
    Arrays.fill(many, 1);
    assertRefused(
        classifierWith(g -> g.setInput(0, input("image", many))),
        "a shape wants at most 64 extents, got 100");
  }

  @Test
  void openSidesOfAnImageAreTakenFromTheCaller() {
    GraphProto.Builder g = graph(new long[] {0, 3, 0, 0}, node("Relu", "a", "x"));
    Model read =
        Model.read(
            OnnxModel.parse("m", model(g).build().toByteArray()),
            Optional.of(new Model.Size(5, 7)));
    assertThat(read.inputType().shape()).isEqualTo(Shape.of(1, 3, 5, 7));
  }

  @Test
  void aStringImageIsRefused() {
    ValueInfoProto.Builder b = input("image", 1, 2, 8, 8).toBuilder();
    b.getTypeBuilder().getTensorTypeBuilder().setElemType(TensorProto.DataType.STRING_VALUE);
    assertRefused(
        classifierWith(g -> g.setInput(0, b)), "input \"image\": element types are", "got STRING");
  }

  @Test
  void outputsAreComputedAndNamedOnce() {
    assertRefused(
        classifierWith(g -> g.clearOutput()), "a model wants at least one output, got none");
    assertRefused(
        classifierWith(g -> g.addOutput(output("y"))),
        "output wants a name of its own, got \"y\" twice");
    assertRefused(
        classifierWith(g -> g.addOutput(output("z"))),
        "output wants a tensor that a node computes, got \"z\"");
  }

  private interface Change {
    GraphProto.Builder in(GraphProto.Builder g);
  }

  private static ModelProto classifierWith(Change change) {
    ModelProto.Builder m = classifier().toBuilder();
    return m.setGraph(change.in(m.getGraph().toBuilder())).build();
  }

  // Weights.

  private static ModelProto weight(TensorProto.Builder w) {
    return classifierWith(g -> g.setInitializer(0, w.setName("w1")));
  }

  private static TensorProto.Builder dims(long... dims) {
    return TensorProto.newBuilder()
        .setDataType(TensorProto.DataType.FLOAT_VALUE)
        .addAllDims(Arrays.stream(dims).boxed().toList());
  }

  @Test
  void extentsOfWeightsAreBounded() {
    assertRefused(
        weight(dims(Long.MAX_VALUE)), "wants extents of at least 1", "(initialiser \"w1\")");
    assertRefused(
        weight(dims(-1, 2)), "wants extents of at least 1", "got [-1, 2] (initialiser \"w1\")");
    assertRefused(weight(dims(1L << 31, 1L << 31, 4)), "(initialiser \"w1\")");
    assertRefused(weight(dims(65536, 65536, 2)), "a shape wants at most 2147483639 elements");
    long[] many = new long[1000];
    Arrays.fill(many, 1);
    assertRefused(
        weight(dims(many)), "a shape wants at most 64 extents, got 1000 (initialiser \"w1\")");
  }

  @Test
  void declaredElementsMustBeThere() {
    assertRefused(
        weight(dims((1L << 31) - 9)), "wants 2147483639 values, got 0 (initialiser \"w1\")");
    assertRefused(
        weight(dims(4, 2, 3, 3).setRawData(ByteString.copyFrom(new byte[287]))),
        "a tensor float32[4,2,3,3] wants 288 bytes, got 287 (initialiser \"w1\")");
    assertRefused(weight(dims(2).addAllFloatData(List.of(1f, 2f, 3f))), "wants 2 values, got 3");
  }

  @Test
  void aWeightWithoutElementsIsNoWeight() {
    assertRefused(weight(dims(0)), "Conv at node \"conv1\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 8, 14, 16, 23, 99, -1, Integer.MAX_VALUE})
  void elementTypesThatAreNotReadAreNamed(int type) {
    assertRefused(
        weight(dims(4, 2, 3, 3).setDataType(type)), "element types are", "(initialiser \"w1\")");
  }

  @Test
  void segmentsAndSparseWeightsAreRefused() {
    assertRefused(
        weight(dims(1).setSegment(TensorProto.Segment.newBuilder().setBegin(0))),
        "a tensor wants to be in one piece, got a segment (initialiser \"w1\")");
    assertRefused(
        classifierWith(
            g -> g.addSparseInitializer(SparseTensorProto.newBuilder().setValues(floats("s", 1)))),
        "initialisers wants dense tensors, got sparse ones");
  }

  @Test
  void twoWeightsOfOneNameAreRefused() {
    assertRefused(
        classifierWith(g -> g.addInitializer(floats("w1", 1))),
        "initialiser wants a name of its own, got \"w1\" twice");
  }

  @Test
  void weightsThatAreNoNumbersAreRefused() {
    TensorProto nan = TensorData.write("b3", Tensor.of(Shape.of(3), 1f, Float.NaN, 2f));
    assertRefused(
        classifierWith(g -> g.setInitializer(8, nan)),
        "weights want to be numbers, got NaN (initialiser \"b3\", float32[3])");
  }

  @Test
  void aNegativeVarianceIsNoNumberEither() {
    TensorProto negative = TensorData.write("variance", Tensor.of(Shape.of(4), 1f, -2f, 3f, 4f));
    assertRefused(
        classifierWith(g -> g.setInitializer(6, negative)),
        "weights want to be numbers, got NaN (what the model computes");
  }

  @Test
  void infiniteWeightsAreRead() {
    TensorProto infinite =
        TensorData.write("b1", Tensor.of(Shape.of(4), 1f, Float.NEGATIVE_INFINITY, 2f, 3f));
    assertThat(read(classifierWith(g -> g.setInitializer(1, infinite))).dynamicBatch()).isTrue();
  }

  @Test
  void aWeightThatNothingUsesMayBeAnything() {
    TensorProto nan = TensorData.write("unused", Tensor.of(Shape.of(1), Float.NaN));
    assertThat(read(classifierWith(g -> g.addInitializer(nan))).dynamicBatch()).isTrue();
  }

  // Data beside the model.

  private void assertExternal(String location, String offset, String length, String... parts)
      throws IOException {
    TensorProto.Builder w =
        dims(4, 2, 3, 3)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(entry("location", location));
    if (!offset.isEmpty()) {
      w.addExternalData(entry("offset", offset));
    }
    if (!length.isEmpty()) {
      w.addExternalData(entry("length", length));
    }
    Path model = folder.resolve("m.onnx");
    Files.write(model, weight(w).toByteArray());
    if (parts.length == 0) {
      assertThat(Model.read(OnnxModel.read(model), Optional.empty()).dynamicBatch()).isTrue();
    } else {
      assertThatThrownBy(() -> Model.read(OnnxModel.read(model), Optional.empty()))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("m.onnx: external data wants ")
          .hasMessageContainingAll(parts)
          .hasMessageEndingWith("(initialiser \"w1\")");
    }
  }

  private static ai.onnx.proto.OnnxMl.StringStringEntryProto entry(String key, String value) {
    return ai.onnx.proto.OnnxMl.StringStringEntryProto.newBuilder()
        .setKey(key)
        .setValue(value)
        .build();
  }

  @Test
  void externalDataStaysInTheModelsFolder() throws IOException {
    Path outside = Files.createDirectory(folder.resolveSibling(folder.getFileName() + "-outside"));
    Path secret = Files.write(outside.resolve("secret"), new byte[288]);
    try {
      String inside = "a file inside the model's folder, got ";
      assertExternal(secret.toString(), "", "", inside + "\"" + secret + "\"");
      assertExternal("../" + outside.getFileName() + "/secret", "", "", inside + "\"../");
      assertExternal("sub/../../" + outside.getFileName() + "/secret", "", "", inside);
      Files.createSymbolicLink(folder.resolve("link"), secret);
      assertExternal("link", "", "", inside + "\"link\"");
      Files.createSymbolicLink(folder.resolve("door"), outside);
      assertExternal("door/secret", "", "", inside + "\"door/secret\"");
      assertExternal("", "", "", inside + "\"\"");
      assertExternal(".", "", "", inside + "\".\"");
      assertExternal("none", "", "", inside + "\"none\", which is not there");
      assertExternal("a\0b", "", "", inside);
      assertExternal("/dev/zero", "", "", inside);
    } finally {
      Files.delete(secret);
      Files.delete(outside);
    }
  }

  @Test
  void externalDataMustBeThereInFull() throws IOException {
    Files.write(folder.resolve("w.bin"), new byte[300]);
    assertExternal("w.bin", "12", "288");
    assertExternal("./w.bin", "", "");
    Files.createSymbolicLink(folder.resolve("near"), folder.resolve("w.bin"));
    assertExternal("near", "", "");
    assertExternal("w.bin", "13", "", "288 bytes at offset 13 of w.bin, which has 300");
    assertExternal("w.bin", "-1", "", "at offset -1");
    assertExternal("w.bin", "9223372036854775807", "", "at offset 9223372036854775807");
    assertExternal("w.bin", "0", "9223372036854775807", "9223372036854775807 bytes");
    assertExternal("w.bin", "0", "-288", "-288 bytes");
    assertExternal("w.bin", "0", "287", "287 bytes", "the tensor wants 288");
    assertExternal("w.bin", "0x10", "", "a number as offset, got 0x10");
    assertExternal("w.bin", "99999999999999999999", "", "a number as offset");
  }

  @Test
  void aModelWithoutAFileHasNoDataBesideIt() {
    assertRefused(
        weight(
            dims(1)
                .setDataLocation(TensorProto.DataLocation.EXTERNAL)
                .addExternalData(entry("location", "w.bin"))),
        "external data wants a model file beside it");
  }

  // Graphs.

  @Test
  void aCycleIsRefused() {
    assertRefused(
        graph(new long[] {1, 2, 4, 4}, node("Add", "a", "x", "b"), node("Relu", "b", "a")),
        "Add at node \"a\" wants operands that earlier nodes compute, got \"b\": a cycle, or nodes out of order");
    assertRefused(graph(new long[] {1, 2, 4, 4}, node("Add", "a", "x", "a")), "got \"a\": a cycle");
  }

  @Test
  void aResultOfAnothersNameIsRefused() {
    assertRefused(
        graph(new long[] {1, 2, 4, 4}, node("Relu", "a", "x"), node("Tanh", "a", "x")),
        "Tanh at node \"a\" wants results with names of their own, got \"a\" again");
    assertRefused(graph(new long[] {1, 2, 4, 4}, node("Relu", "x", "x")), "got \"x\" again");
  }

  @Test
  void anUnknownOperatorTellsTheNearest() {
    assertRefused(
        graph(new long[] {1, 2, 4, 4}, node("Relux", "a", "x")),
        "Relux at node \"a\" (opset 17) is not supported; nearest: Relu");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Loop", "Scan", "If"})
  void flowThatDependsOnTheImageIsRefused(String op) {
    NodeProto node =
        with(
            node(op, "a", "x"),
            AttributeProto.newBuilder()
                .setName("body")
                .setType(AttributeProto.AttributeType.GRAPH)
                .setG(GraphProto.newBuilder().setName("b"))
                .build());
    assertRefused(graph(new long[] {1, 2, 4, 4}, node), op + " at node \"a\"", "is not supported");
  }

  @Test
  void branchesWithinBranchesAreBounded() {
    GraphProto body =
        GraphProto.newBuilder()
            .setName("b")
            .addNode(node("Identity", "r", "x"))
            .addOutput(output("r"))
            .build();
    for (int i = 0; i < 40; i++) {
      NodeProto inner =
          with(
              node("If", "r", "yes"),
              AttributeProto.newBuilder()
                  .setName("then_branch")
                  .setType(AttributeProto.AttributeType.GRAPH)
                  .setG(body)
                  .build());
      body = GraphProto.newBuilder().setName("b").addNode(inner).addOutput(output("r")).build();
    }
    GraphProto.Builder g =
        body.toBuilder()
            .addInput(input("x", 1, 2, 4, 4))
            .addInitializer(
                TensorData.write("yes", Tensor.scalar(whyc.tensor.ElementType.BOOL, 1)));
    // forty graphs are more records within each other than protobuf reads, so this one is not
    // parsed
    OnnxModel deep = new OnnxModel("m.onnx", Optional.empty(), model(g).build());
    assertThatThrownBy(() -> Model.read(deep, Optional.empty()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("wants at most 32 graphs within each other");
  }

  private static FunctionProto function(String name, NodeProto... nodes) {
    return FunctionProto.newBuilder()
        .setName(name)
        .setDomain("f")
        .addInput("i")
        .addOutput("o")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .addAllNode(List.of(nodes))
        .build();
  }

  private static NodeProto call(String function, String output, String input) {
    return node(function, output, input).toBuilder().setDomain("f").build();
  }

  @Test
  void functionsThatCallThemselvesAreRefused() {
    GraphProto.Builder g = graph(new long[] {1, 2, 4, 4}, call("self", "a", "x"));
    assertRefused(
        model(g).addFunctions(function("self", call("self", "o", "i"))).build(),
        "wants functions that do not call themselves, got 32 calls within each other");
    GraphProto.Builder h = graph(new long[] {1, 2, 4, 4}, call("ping", "a", "x"));
    assertRefused(
        model(h)
            .addFunctions(function("ping", call("pong", "o", "i")))
            .addFunctions(function("pong", call("ping", "o", "i")))
            .build(),
        "wants functions that do not call themselves");
  }

  /** Thirty functions of two calls each: a billion nodes in a kilobyte. */
  @Test
  void functionsThatGrowWithoutBoundAreRefused() {
    ModelProto.Builder m = model(graph(new long[] {1, 2, 4, 4}, call("f0", "a", "x")));
    for (int i = 0; i < 30; i++) {
      m.addFunctions(
          function("f" + i, call("f" + (i + 1), "h", "i"), call("f" + (i + 1), "o", "h")));
    }
    m.addFunctions(function("f30", node("Relu", "o", "i")));
    assertRefused(
        m.build(), "wants a model of at most 200000 nodes, functions written out, got more");
  }

  @Test
  void aFunctionThatComputesNothingIsRefused() {
    GraphProto.Builder g = graph(new long[] {1, 2, 4, 4}, call("f", "a", "x"));
    assertRefused(model(g).addFunctions(function("f")).build(), "computes no \"o\"");
  }

  // Nodes: what operators refuse, and what would be too large.

  private record Bad(
      String name, String sentence, long[] x, NodeProto node, TensorProto... weights) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Bad bad(String name, String sentence, NodeProto node, TensorProto... weights) {
    return new Bad(name, sentence, new long[] {1, 4, 6, 6}, node, weights);
  }

  private static NodeProto conv(String... inputs) {
    return node("Conv", "a", inputs);
  }

  private static final long HUGE = Long.MAX_VALUE;

  static Stream<Bad> badNodes() {
    TensorProto w = floats("w", 2, 4, 3, 3);
    return Stream.of(
        bad("operandMissing", "wants an operand 1, got [x]", node("Add", "a", "x")),
        bad("noOperands", "wants operands and attributes that fit, got []", node("Sum", "a")),
        bad(
            "strideZero",
            "wants strides of at least 1",
            with(conv("x", "w"), ints("strides", 0, 1)),
            w),
        bad(
            "stridesOfWrongLength",
            "wants 2 strides, got [1]",
            with(conv("x", "w"), ints("strides", 1)),
            w),
        bad(
            "padsOfWrongLength",
            "wants 4 pads, got [1, 1]",
            with(conv("x", "w"), ints("pads", 1, 1)),
            w),
        bad(
            "padsNegative",
            "pads of at least 0, got [1, 1] and [-1, 0, 0, 0]",
            with(conv("x", "w"), ints("pads", -1, 0, 0, 0)),
            w),
        bad(
            "padsHuge",
            "wants windows, strides, pads and extents of 0 to 16777216",
            with(conv("x", "w"), ints("pads", HUGE, 0, 0, 0)),
            w),
        bad(
            "dilationsHuge",
            "wants windows, strides, pads and extents",
            with(conv("x", "w"), ints("dilations", HUGE, HUGE)),
            w),
        bad(
            "dilationZero",
            "a window wants extents, strides and dilations of at least 1",
            with(conv("x", "w"), ints("dilations", 0, 1)),
            w),
        bad(
            "kernelLargerThanImage",
            "wants an image no smaller than the window",
            conv("x", "w"),
            floats("w", 2, 4, 7, 7)),
        bad(
            "groupsThatDoNotDivide",
            "wants channels that divide into 3 groups",
            with(conv("x", "w"), integer("group", 3)),
            w),
        bad(
            "groupsZero",
            "wants channels that divide into 0 groups",
            with(conv("x", "w"), integer("group", 0)),
            w),
        bad(
            "groupsHuge",
            "wants operands and attributes that fit",
            with(conv("x", "w"), integer("group", HUGE)),
            w),
        bad(
            "channelsOfWrongNumber",
            "wants channels that divide",
            conv("x", "w"),
            floats("w", 2, 3, 3, 3)),
        bad(
            "weightOfWrongRank",
            "wants a window of as many extents",
            conv("x", "w"),
            floats("w", 2, 4, 3)),
        bad(
            "biasOfWrongLength",
            "Add wants shapes that broadcast",
            conv("x", "w", "b"),
            w,
            floats("b", 3)),
        bad(
            "biasOfWrongType",
            "Add wants two operands of one element type",
            conv("x", "w", "b"),
            w,
            longs("b", 1, 2)),
        bad(
            "autoPadUnknown",
            "wants auto_pad NOTSET, VALID",
            with(conv("x", "w"), text("auto_pad", "MAYBE")),
            w),
        bad(
            "attributeOfWrongType",
            "wants an attribute group of type INT, got INTS",
            with(conv("x", "w"), ints("group", 1)),
            w),
        bad(
            "attributeOfWrongType2",
            "wants an attribute pads of type INTS, got INT",
            with(conv("x", "w"), integer("pads", 1)),
            w),
        bad(
            "transposedWeightOfWrongRank",
            "wants a weight of the image's rank",
            node("ConvTranspose", "a", "x", "w"),
            floats("w", 4, 2, 3)),
        bad(
            "transposedTooLarge",
            "wants windows, strides, pads and extents",
            with(node("ConvTranspose", "a", "x", "w"), ints("strides", 1 << 25, 1)),
            floats("w", 4, 2, 3, 3)),
        bad(
            "transposedGigantic",
            "elements",
            with(node("ConvTranspose", "a", "x", "w"), ints("strides", 1 << 20, 1 << 20)),
            floats("w", 4, 2, 3, 3)),
        bad("poolWithoutWindow", "wants a window of as many extents", node("MaxPool", "a", "x")),
        bad(
            "poolWindowZero",
            "a window wants extents",
            with(node("MaxPool", "a", "x"), ints("kernel_shape", 0, 0))),
        bad(
            "poolWindowHuge",
            "wants windows, strides, pads and extents",
            with(node("AveragePool", "a", "x"), ints("kernel_shape", HUGE, HUGE))),
        bad(
            "poolOutputHuge",
            "elements",
            with(
                node("AveragePool", "a", "x"),
                ints("kernel_shape", 1, 1),
                ints("pads", 1 << 20, 1 << 20, 1 << 20, 1 << 20))),
        bad(
            "softmaxAxis",
            "axis wants to be within [1,4,6,6], got 4",
            with(node("Softmax", "a", "x"), integer("axis", 4))),
        bad(
            "softmaxAxisHuge",
            "axis wants to be within [1,4,6,6], got 2147483647",
            with(node("Softmax", "a", "x"), integer("axis", HUGE))),
        bad(
            "softmaxAxisBelow",
            "axis wants to be within",
            with(node("Softmax", "a", "x"), integer("axis", Long.MIN_VALUE))),
        bad(
            "reduceAxis",
            "axis wants to be within",
            with(node("ReduceMean", "a", "x"), ints("axes", 9))),
        bad(
            "concatOfNothing",
            "output wants a tensor of at least one element, got \"y\"",
            node("Concat", "a")),
        bad(
            "concatAxis",
            "axis wants to be within",
            with(node("Concat", "a", "x", "x"), integer("axis", 7))),
        bad(
            "concatOfOthers",
            "Concat wants operands that differ in axis 1 alone",
            with(node("Concat", "a", "x", "w"), integer("axis", 1)),
            w),
        bad(
            "reshapeTwoRests",
            "Reshape wants one -1 at most",
            node("Reshape", "a", "x", "s"),
            longs("s", -1, -1)),
        bad(
            "reshapeOfOtherSize",
            "Reshape wants as many elements",
            node("Reshape", "a", "x", "s"),
            longs("s", 1, 5)),
        bad(
            "reshapeNegative",
            "Reshape wants one -1 at most",
            node("Reshape", "a", "x", "s"),
            longs("s", -2, 5)),
        bad(
            "reshapeOverflow",
            "Reshape wants as many elements",
            node("Reshape", "a", "x", "s"),
            longs("s", 1L << 31, 1L << 31, 4, 144)),
        bad(
            "reshapeCopiesNothing",
            "wants an extent to copy for each 0",
            node("Reshape", "a", "x", "s"),
            longs("s", 1, 1, 1, 1, 0)),
        bad("reshapeToImage", "known at compile time", node("Reshape", "a", "x", "x")),
        bad(
            "transposeTwice",
            "Transpose wants an operand whose axes [0, 0, 1, 2] permutes",
            with(node("Transpose", "a", "x"), ints("perm", 0, 0, 1, 2))),
        bad(
            "transposeShort",
            "Transpose wants an operand whose axes [0, 1] permutes",
            with(node("Transpose", "a", "x"), ints("perm", 0, 1))),
        bad(
            "transposeOutside",
            "Transpose wants",
            with(node("Transpose", "a", "x"), ints("perm", 0, 1, 2, HUGE))),
        bad(
            "sliceStepZero",
            "no step of 0",
            node("Slice", "a", "x", "s", "e", "s", "z"),
            longs("s", 0),
            longs("e", 3),
            longs("z", 0)),
        bad(
            "sliceLengths",
            "wants as many starts, ends",
            node("Slice", "a", "x", "s", "e"),
            longs("s", 0, 0),
            longs("e", 3)),
        bad(
            "sliceAxis",
            "axis wants to be within",
            node("Slice", "a", "x", "s", "e", "e"),
            longs("s", 0),
            longs("e", 9)),
        bad(
            "sliceOfNothing",
            "output wants a tensor of at least one element",
            node("Slice", "a", "x", "s", "s"),
            longs("s", 2)),
        bad(
            "gatherIndex",
            "an index wants to be within [-3,3), got 3",
            node("Gather", "a", "k", "i"),
            longs("k", 1, 2, 3),
            longs("i", 3)),
        bad(
            "gatherAxis",
            "axis wants to be within",
            with(node("Gather", "a", "x", "i"), integer("axis", -5)),
            longs("i", 0)),
        bad(
            "gatherNdIndex",
            "wants indices within [-1,1), got 9",
            node("GatherND", "a", "x", "i"),
            TensorData.write("i", Tensor.of(Shape.of(1, 1), 9L))),
        bad(
            "scatterOutside",
            "wants operands and attributes that fit",
            with(node("ScatterElements", "a", "x", "i", "w"), integer("axis", 0)),
            TensorData.write("i", Tensor.of(Shape.of(9, 9, 9, 9), new long[6561])),
            floats("w", 9, 9, 9, 9)),
        bad(
            "squeezeOfExtent",
            "Squeeze wants extents of 1",
            node("Squeeze", "a", "x", "s"),
            longs("s", 1)),
        bad(
            "unsqueezeTwice",
            "Unsqueeze wants one operand that takes the axes",
            node("Unsqueeze", "a", "x", "s"),
            longs("s", 1, 1)),
        bad(
            "unsqueezeOutside",
            "Unsqueeze wants one operand that takes the axes",
            node("Unsqueeze", "a", "x", "s"),
            longs("s", -9)),
        bad("padsMissing", "wants pads", node("Pad", "a", "x")),
        bad(
            "padsTooFew",
            "wants two pads an axis, got [1]",
            node("Pad", "a", "x", "p"),
            longs("p", 1)),
        bad(
            "padsGigantic",
            "wants windows, strides, pads and extents",
            node("Pad", "a", "x", "p"),
            longs("p", 0, 0, HUGE, 0, 0, 0, 0, 0)),
        bad(
            "padsToGigabytes",
            "elements",
            node("Pad", "a", "x", "p"),
            longs("p", 0, 0, 1 << 20, 1 << 20, 0, 0, 0, 0)),
        bad(
            "padsCutAll",
            "Slice wants positions",
            node("Pad", "a", "x", "p"),
            longs("p", 0, 0, -9, 0, 0, 0, 0, 0)),
        bad(
            "edgesGigantic",
            "wants to make a value of at most 16777216 elements",
            with(node("Pad", "a", "x", "p"), text("mode", "edge")),
            longs("p", 0, 0, 1 << 24, 0, 0, 0, 0, 0)),
        bad(
            "tileGigantic",
            "a shape wants at most 2147483639 elements",
            node("Tile", "a", "x", "r"),
            longs("r", 1, 1, HUGE, HUGE)),
        bad(
            "tileToGigabytes",
            "a value wants at most 536870912 elements",
            node("Tile", "a", "x", "r"),
            longs("r", 1, 1, 1 << 11, 1 << 11)),
        bad(
            "expandToGigabytes",
            "a value wants at most 536870912 elements",
            node("Expand", "a", "s", "s"),
            longs("s", 1 << 30)),
        bad(
            "filledGigantic",
            "wants to make a value of at most 16777216 elements",
            node("ConstantOfShape", "a", "s"),
            longs("s", 1 << 14, 1 << 14)),
        bad(
            "filledNegative",
            "a shape wants extents of at least 1",
            node("ConstantOfShape", "a", "s"),
            longs("s", -4)),
        bad(
            "rangeGigantic",
            "wants to make a value of at most",
            node("Range", "a", "z", "e", "o"),
            scalar("z", 0),
            scalar("e", 1L << 40),
            scalar("o", 1)),
        bad(
            "rangeOfStepZero",
            "step other than 0",
            node("Range", "a", "z", "z", "z"),
            scalar("z", 0)),
        bad(
            "trianglesGigantic",
            "wants to make a value of at most",
            node("CumSum", "a", "k", "z"),
            TensorData.write("k", Tensor.of(Shape.of(5000), new float[5000])),
            scalar("z", 0)),
        bad(
            "resizeGigantic",
            "elements",
            with(node("Resize", "a", "x", "", "f"), text("mode", "linear")),
            TensorData.write("f", Tensor.of(Shape.of(4), 1f, 1f, 1e9f, 1f))),
        bad(
            "resizeToNothing",
            "sampling wants extents of at least 1",
            node("Resize", "a", "x", "", "f"),
            TensorData.write("f", Tensor.of(Shape.of(4), 1f, 1f, 1e-9f, 1f))),
        bad(
            "resizeByNaN",
            "sampling wants",
            node("Resize", "a", "x", "", "f"),
            TensorData.write("f", Tensor.of(Shape.of(4), 1f, 1f, Float.NaN, 1f))),
        bad(
            "resizeScalesTooFew",
            "wants a scale for each of the axes",
            node("Resize", "a", "x", "", "f"),
            TensorData.write("f", Tensor.of(Shape.of(1), 2f))),
        bad(
            "blockZero",
            "a blocksize of 1 to 32768",
            with(node("DepthToSpace", "a", "x"), integer("blocksize", 0))),
        bad(
            "blockHuge",
            "a blocksize of 1 to 32768",
            with(node("DepthToSpace", "a", "x"), integer("blocksize", 65536))),
        bad(
            "blockThatDoesNotDivide",
            "Reshape wants",
            with(node("SpaceToDepth", "a", "x"), integer("blocksize", 5))),
        bad(
            "splitHuge",
            "wants num_outputs to be the number of its outputs, 1",
            with(node("Split", "a", "x"), integer("num_outputs", 1 << 30))),
        bad(
            "oneHotHuge",
            "elements",
            node("OneHot", "a", "k", "d", "v"),
            longs("k", 1, 2, 3),
            scalar("d", 1 << 30),
            longs("v", 0, 1)),
        bad(
            "einsumHuge",
            "wants an equation of at most 1000 letters",
            with(node("Einsum", "a", "x"), text("equation", "a".repeat(1 << 20)))),
        bad(
            "einsumOfOthers",
            "wants an equation of letters",
            with(node("Einsum", "a", "x"), text("equation", "b1"))),
        bad(
            "einsumRank",
            "wants a label for each axis",
            with(node("Einsum", "a", "x"), text("equation", "ab->a"))),
        bad("matMulInner", "MatMul wants", node("MatMul", "a", "x", "w"), floats("w", 5, 5)),
        bad("gemmOfFourAxes", "MatMul wants", node("Gemm", "a", "x", "w"), floats("w", 3, 3)),
        bad("lrnOfZero", "a window wants", with(node("LRN", "a", "x"), integer("size", 0))),
        bad("castToString", "element types are", with(node("Cast", "a", "x"), integer("to", 8))),
        bad("constantOfNothing", "wants an attribute value", node("Constant", "a")),
        bad(
            "groupsOfNorm",
            "wants channels that divide into 3 groups",
            with(node("GroupNormalization", "a", "x", "k", "k"), integer("num_groups", 3)),
            floats("k", 3)));
  }

  private static TensorProto scalar(String name, long value) {
    return TensorData.write(name, Tensor.of(Shape.of(), value));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("badNodes")
  void aBadNodeIsRefusedInOneSentence(Bad bad) {
    GraphProto.Builder g = graph(bad.x, bad.node).addAllInitializer(List.of(bad.weights));
    assertRefused(g, bad.sentence);
  }

  // Depth and width.

  private static GraphProto.Builder chain(int length, String... ops) {
    GraphProto.Builder g = GraphProto.newBuilder().setName("g").addInput(input("v0", 0, 8));
    IntStream.range(0, length)
        .forEach(i -> g.addNode(node(ops[i % ops.length], "v" + (i + 1), "v" + i)));
    return g.addOutput(output("v" + length));
  }

  @Test
  void aVeryDeepModelIsReadExplainedAndWritten() {
    Model deep = read(model(chain(100_000, "Identity", "Identity", "Relu", "Neg", "Abs")));
    assertThat(deep.graph().nodes()).hasSizeGreaterThan(50_000);
    assertThat(Targets.explained(deep).getGraph().getNodeCount()).isGreaterThan(100_000);
  }

  /** Each line is the sum of the one before with itself: 2^60 paths lead to the weight. */
  @Test
  void sharedOperandsAreLookedAtOnce() {
    GraphProto.Builder g =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(input("x", 0, 64, 4, 4))
            .addInitializer(floats("w0", 64, 64, 1, 2));
    IntStream.range(0, 60).forEach(i -> g.addNode(node("Add", "w" + (i + 1), "w" + i, "w" + i)));
    g.addInitializer(floats("s", 64, 1, 1))
        .addNode(node("Mul", "scaled", "x", "s"))
        .addNode(node("Conv", "a", "scaled", "w60"))
        .addNode(with(node("Flatten", "y", "a"), integer("axis", 1)))
        .addOutput(output("y"));
    assertThat(Targets.explained(read(model(g))).getGraph().getOutputCount()).isEqualTo(2);
  }

  /** Small known values are computed at once, but not for hours: the rest stays in the graph. */
  @Test
  void foldingHasABudget() {
    GraphProto.Builder g =
        GraphProto.newBuilder()
            .setName("g")
            .addInput(input("x", 0, 64))
            .addInitializer(floats("m0", 64, 64));
    int products = 20_000;
    IntStream.range(0, products)
        .forEach(i -> g.addNode(node("MatMul", "m" + (i + 1), "m" + i, "m0")));
    // infinite after some steps, and NaN soon after that, which would be refused for itself
    g.addNode(node("Mul", "zero", "m" + products, "nothing"))
        .addInitializer(TensorData.write("nothing", Tensor.of(Shape.of(), 0f)))
        .addNode(node("MatMul", "y", "x", "zero"))
        .addOutput(output("y"));
    assertThatThrownBy(() -> read(model(g)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("NaN");
  }

  @Test
  void manyWeightsThatBeginAlikeTakeNoLongerThanOthers() {
    GraphProto.Builder g = GraphProto.newBuilder().setName("g").addInput(input("x", 0, 40));
    List<String> sum = new ArrayList<>(List.of("x"));
    for (int i = 0; i < 20_000; i++) {
      float[] values = new float[40];
      values[39] = i;
      g.addInitializer(TensorData.write("w" + i, Tensor.of(Shape.of(40), values)));
      sum.add("w" + i);
    }
    g.addNode(node("Sum", "y", sum.toArray(String[]::new))).addOutput(output("y"));
    assertThat(read(model(g)).graph().nodes()).hasSizeGreaterThan(30_000);
  }
}
