package whyc.compile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whyc.compile.ExplainedOnnx.Answer;
import whyc.compile.ExplainedOnnx.Options;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.GradCamPlusPlus;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Builder;
import whyc.onnx.Model;
import whyc.onnx.ModelException;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxPrologue;
import whyc.onnx.OnnxWriter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.TensorType;

final class ExplainedOnnxTest {
  private static final Options PLAIN = new Options(false, Optional.empty(), Map.of());

  private static final OnnxPrologue PICTURES =
      new OnnxPrologue(
          6,
          6,
          OnnxPrologue.Resize.CROP,
          1,
          OnnxPrologue.Channels.GREY,
          false,
          1 / 255.0,
          List.of(0.5),
          List.of(0.25));

  /**
   * One 3 x 3 convolution to two channels, ReLU, the mean over positions, a dense layer to three
   * classes.
   */
  private static ModelProto net(String input, String output) {
    Builder b = new Builder();
    Value image =
        b.emit(new Input(input, TensorType.of(ElementType.FLOAT32, 3, 1, 6, 6)), List.of());
    Value kernel = b.values(Shape.of(2, 1, 3, 3), counted(18), image);
    Value relu = b.emit(new Relu(), b.emit(new Conv(Window.of(3, 3, 1), 1), image, kernel));
    Value pooled = b.reshape(b.mean(relu, 2, 3), 0, 2);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(output, b.matMul(pooled, b.values(Shape.of(2, 3), counted(6), image)));
    return OnnxWriter.write(b.finish(outputs), true);
  }

  private static double[] counted(int n) {
    return IntStream.range(0, n).mapToDouble(i -> (i - n / 2) / 8.0).toArray();
  }

  private static Model read(ModelProto net) {
    // Written nodes bear whyc's names; another tool's bear others.
    String text = "whyc/";
    GraphProto.Builder graph = net.getGraph().toBuilder();
    graph.getNodeBuilderList().forEach(n -> rename(n, text));
    graph.getInitializerBuilderList().forEach(t -> t.setName(t.getName().replace(text, "")));
    ModelProto named = net.toBuilder().setGraph(graph).build();
    return Model.read(OnnxModel.parse("net.onnx", named.toByteArray()), Optional.empty());
  }

  private static void rename(NodeProto.Builder n, String prefix) {
    n.setName(n.getName().replace(prefix, ""));
    IntStream.range(0, n.getInputCount())
        .forEach(i -> n.setInput(i, n.getInput(i).replace(prefix, "")));
    IntStream.range(0, n.getOutputCount())
        .forEach(i -> n.setOutput(i, n.getOutput(i).replace(prefix, "")));
  }

  private static Answer answer(Model m, Explanation e, ClassChoice choice) {
    Question q =
        new Question(
            m.input(), m.graph().outputs().firstEntry().getKey(), choice, Question.Score.LOGIT);
    return new Answer(e, q, Profile.WHYC, Map.of());
  }

  private static GradCam gradCam(Model m) {
    return new GradCam(layer(m));
  }

  private static String layer(Model m) {
    return m.graph().nodes().stream()
        .filter(n -> n.op() instanceof Relu)
        .map(n -> n.label())
        .findFirst()
        .orElseThrow();
  }

  /** Run with {@code -Dwhyc.write=true} to write the file anew. */
  @Test
  void theLinesOfASmallNetAreThoseOfTheGoldenFile() throws IOException {
    Model m = read(net("data", "scores"));
    ClassChoice top = new ClassChoice.Top();
    ExplainedOnnx explained =
        ExplainedOnnx.of(
            m,
            List.of(answer(m, gradCam(m), top), answer(m, new Saliency(), top)),
            new Options(true, Optional.of(PICTURES), Map.of("whyc.version", "0")));
    String text = text(explained.proto());
    Path golden = Path.of("src/test/resources/whyc/compile/small-net.txt");
    if (Boolean.getBoolean("whyc.write")) {
      Files.writeString(golden, text);
    }
    assertThat(text).isEqualTo(Files.readString(golden, StandardCharsets.UTF_8));
  }

  @Test
  void namesOfOutputsAreIdentifiers() {
    assertThat(ExplainedOnnx.identifier("gradcam++")).isEqualTo("gradcampp");
    assertThat(ExplainedOnnx.identifier("lrp-epsilon")).isEqualTo("lrp_epsilon");
  }

  @Test
  void severalClassesEndInTheirIndex() {
    Model m = read(net("data", "scores"));
    GradCamPlusPlus e = new GradCamPlusPlus(layer(m));
    ExplainedOnnx explained =
        ExplainedOnnx.of(
            m,
            List.of(
                answer(m, e, new ClassChoice.Top()),
                answer(m, e, new ClassChoice.Index(2)),
                answer(m, e, new ClassChoice.Given(ClassChoice.Given.TARGET))),
            PLAIN);
    assertThat(explained.outputs())
        .containsExactly(
            "whyc_class",
            "whyc_score",
            "whyc_class_c2",
            "whyc_score_c2",
            "whyc_class_target",
            "whyc_score_target",
            "whyc_gradcampp",
            "whyc_gradcampp_c2",
            "whyc_gradcampp_target");
    assertThat(explained.metadata())
        .containsEntry("whyc.methods", "gradcam++")
        .containsEntry("whyc.gradcampp.name", "gradcam++")
        .containsEntry("whyc.gradcampp.class", "top,2,input");
    assertThat(explained.proto().getGraph().getInputList())
        .extracting(ValueInfoProto::getName)
        .containsExactly("data", "whyc_target");
  }

  @Test
  void aMethodIsAskedForOnce() {
    Model m = read(net("data", "scores"));
    Answer a = answer(m, new Saliency(), new ClassChoice.Top());
    assertThatThrownBy(() -> ExplainedOnnx.of(m, List.of(a, a), PLAIN))
        .hasMessageContaining("saliency twice");
  }

  @Test
  void anOutputThatLooksLikeOursIsRefused() {
    Model m = read(net("data", "whyc_scores"));
    assertThatThrownBy(() ->
            ExplainedOnnx.of(m, List.of(answer(m, new Saliency(), new ClassChoice.Top())), PLAIN))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("\"whyc_scores\"");
  }

  @Test
  void aPictureGetsAnotherNameWhereTheModelHasAnImage() throws IOException {
    Model m = read(net("image", "scores"));
    ExplainedOnnx explained =
        ExplainedOnnx.of(
            m,
            List.of(answer(m, new Saliency(), new ClassChoice.Top())),
            new Options(false, Optional.of(PICTURES), Map.of()));
    assertThat(explained.proto().getGraph().getInputList())
        .extracting(ValueInfoProto::getName)
        .containsExactly("whyc_image");
    Model again =
        Model.read(OnnxModel.parse("again", explained.proto().toByteArray()), Optional.empty());
    assertThat(again.graph().toString()).isEqualTo(m.graph().toString());
    assertThat(again.file().metadata())
        .containsEntry("whyc.mean", "0.5")
        .containsEntry("whyc.resize", "crop");
  }

  @Test
  void picturesWantOperatorSetEleven() {
    ModelProto.Builder old = net("data", "scores").toBuilder();
    old.getOpsetImportBuilder(0).setVersion(10);
    Model m = Model.read(OnnxModel.parse("old.onnx", old.build().toByteArray()), Optional.empty());
    assertThatThrownBy(() -> PICTURES.prepend(m, m.file().proto()))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "old.onnx: preprocessing inside the file wants operator set 11 or newer, got 10");
  }

  @Test
  void weightsBesideTheModelStayThereOrComeIntoTheFile(@TempDir Path folder, @TempDir Path other)
      throws IOException {
    ModelProto inside = read(net("data", "scores")).file().proto();
    Files.write(
        folder.resolve("net.onnx"), outside(inside, folder.resolve("weights.bin")).toByteArray());
    Model m = Model.read(OnnxModel.read(folder.resolve("net.onnx")), Optional.empty());
    ExplainedOnnx explained =
        ExplainedOnnx.of(m, List.of(answer(m, gradCam(m), new ClassChoice.Top())), PLAIN);
    ModelProto beside = ModelProto.parseFrom(explained.bytes(m, folder.resolve("why.onnx")));
    ModelProto elsewhere = ModelProto.parseFrom(explained.bytes(m, other.resolve("why.onnx")));
    assertThat(weights(beside)).containsExactlyElementsOf(weights(m.file().proto()));
    assertThat(weights(elsewhere)).containsExactlyElementsOf(weights(inside));
  }

  private static List<TensorProto> weights(ModelProto model) {
    return model.getGraph().getInitializerList().stream()
        .filter(t -> !t.getName().startsWith("whyc/"))
        .toList();
  }

  private static ModelProto outside(ModelProto model, Path file) throws IOException {
    GraphProto.Builder graph = model.getGraph().toBuilder();
    try (var out = Files.newOutputStream(file)) {
      long offset = 0;
      for (TensorProto.Builder t : graph.getInitializerBuilderList()) {
        byte[] bytes = t.getRawData().toByteArray();
        out.write(bytes);
        t.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        t.addExternalData(entry("location", String.valueOf(file.getFileName())));
        t.addExternalData(entry("offset", String.valueOf(offset)));
        t.addExternalData(entry("length", String.valueOf(bytes.length)));
        offset += bytes.length;
      }
    }
    return model.toBuilder().setGraph(graph).build();
  }

  private static StringStringEntryProto entry(String key, String value) {
    return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
  }

  /** What whyc added to a model, in a line each. */
  private static String text(ModelProto model) {
    GraphProto graph = model.getGraph();
    Stream<String> lines =
        Stream.of(
                graph.getInputList().stream().map(i -> "input " + i.getName() + type(i)),
                graph.getNodeList().stream().map(ExplainedOnnxTest::text),
                graph.getOutputList().stream().map(o -> "output " + o.getName() + type(o)),
                model.getMetadataPropsList().stream().map(e -> e.getKey() + " = " + e.getValue()))
            .flatMap(s -> s);
    Map<String, String> constants =
        graph.getInitializerList().stream()
            .filter(t -> t.getName().startsWith("whyc/"))
            .collect(Collectors.toMap(TensorProto::getName, ExplainedOnnxTest::value));
    return lines
        .map(line ->
            Arrays.stream(line.split(" "))
                .map(word -> constants.getOrDefault(word, word))
                .collect(Collectors.joining(" ")))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String text(NodeProto n) {
    return String.join(" ", n.getOutputList())
        + " = "
        + n.getOpType()
        + " "
        + String.join(" ", n.getInputList())
        + n.getAttributeList().stream().map(ExplainedOnnxTest::text).collect(Collectors.joining());
  }

  private static String text(AttributeProto a) {
    return " "
        + a.getName()
        + "="
        + switch (a.getType()) {
          case INT -> a.getI();
          case FLOAT -> a.getF();
          default -> a.getIntsList().toString().replace(" ", "");
        };
  }

  private static String type(ValueInfoProto info) {
    return info.getType().getTensorType().getShape().getDimList().stream()
        .map(d -> d.getDimParam().isEmpty() ? String.valueOf(d.getDimValue()) : d.getDimParam())
        .collect(
            Collectors.joining(
                ",",
                " "
                    + TensorProto.DataType.forNumber(info.getType().getTensorType().getElemType())
                    + "[",
                "]"));
  }

  /** Shape and the first values. */
  private static String value(TensorProto t) {
    ByteBuffer b = t.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    TensorProto.DataType type = TensorProto.DataType.forNumber(t.getDataType());
    List<String> first = new ArrayList<>();
    while (b.hasRemaining() && first.size() < 6) {
      first.add(
          switch (type) {
            case INT64 -> String.valueOf(b.getLong());
            case FLOAT -> String.valueOf(b.getFloat());
            case DOUBLE -> String.valueOf(b.getDouble());
            default -> String.valueOf(b.get());
          });
    }
    return type
        + t.getDimsList().toString().replace(" ", "")
        + "{"
        + String.join(",", first)
        + (b.hasRemaining() ? ",..." : "")
        + "}";
  }
}
