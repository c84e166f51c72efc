package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.compile.ExplainedOnnx;
import whyc.compile.ExplainedOnnx.Answer;
import whyc.engine.ort.OrtEngine;
import whyc.engine.ort.StockRuntime;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Deconvnet;
import whyc.explain.EigenCam;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.GradCamPlusPlus;
import whyc.explain.GuidedBackprop;
import whyc.explain.GuidedGradCam;
import whyc.explain.HiResCam;
import whyc.explain.InputXGradient;
import whyc.explain.IntegratedGradients;
import whyc.explain.LayerCam;
import whyc.explain.Layers;
import whyc.explain.PathRule;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.explain.XGradCam;
import whyc.onnx.Model;
import whyc.onnx.ModelException;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxPrologue;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Explained files of every network at hand, in stock ONNX Runtime. */
final class CompileOnnxTest {
  private static final Path DATA =
      Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"))
          .resolve("models");

  /** Networks whose images have more numbers are tried with fewer methods alone. */
  private static final int SMALL = 3 * 96 * 96;

  private static final OrtEngine ENGINE = OrtEngine.create(new OrtEngine.Options(1, false));

  @AfterAll
  static void close() {
    ENGINE.close();
  }

  static Stream<String> models() throws IOException {
    assumeTrue(Files.isDirectory(DATA), DATA + " is not there: see WHYC_TEST_DATA");
    try (Stream<Path> files = Files.walk(DATA)) {
      return files
          .filter(f -> f.toString().endsWith(".onnx"))
          .map(f -> DATA.relativize(f).toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  private static Model read(String name) {
    return Model.read(OnnxModel.read(DATA.resolve(name)), Optional.empty());
  }

  private static Question question(Model m, ClassChoice choice) {
    return new Question(
        m.input(), m.graph().outputs().firstEntry().getKey(), choice, Question.Score.LOGIT);
  }

  private static List<Explanation> methods(Model m) {
    String layer =
        Layers.of(m.graph(), question(m, new ClassChoice.Top())).preferred().orElseThrow().name();
    return List.of(
        new GradCam(layer),
        new GradCamPlusPlus(layer),
        new HiResCam(layer),
        new LayerCam(layer),
        new XGradCam(layer),
        new EigenCam(layer),
        new Saliency(),
        new InputXGradient(),
        new GuidedBackprop(),
        new Deconvnet(),
        new GuidedGradCam(layer),
        new IntegratedGradients(
            4, PathRule.GAUSS_LEGENDRE, new Baseline.Zero(), true, m.dynamicBatch() ? 2 : 1));
  }

  private static List<Answer> answers(Model m, List<Explanation> methods, ClassChoice choice) {
    return methods.stream()
        .map(e -> new Answer(e, question(m, choice), Profile.WHYC, Map.of()))
        .toList();
  }

  private static ExplainedOnnx compile(Model m, List<Answer> answers) {
    return ExplainedOnnx.of(
        m, answers, new ExplainedOnnx.Options(true, Optional.empty(), Map.of()));
  }

  private static Map<String, Tensor> images(Model m, int n, long seed) {
    TensorType one = m.inputType();
    Shape shape = one.shape().with(0, n * one.shape().dim(0));
    Random random = new Random(seed);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Map.of(m.input(), Tensor.of(shape, values).cast(one.element()));
  }

  @ParameterizedTest
  @MethodSource("models")
  void theModelsOwnOutputsKeepTheirBits(String name) throws IOException {
    Model m = read(name);
    Set<String> own = m.graph().outputs().keySet();
    Map<String, Tensor> images = images(m, 1, 1);
    byte[] plain = Files.readAllBytes(DATA.resolve(name));
    List<byte[]> files = new ArrayList<>();
    files.add(bytes(m, compile(m, answers(m, methods(m), new ClassChoice.Top()))));
    List<String> alone = new ArrayList<>(List.of("all methods"));
    for (Explanation e : methods(m)) {
      if (m.inputType().shape().size() <= SMALL
          || Set.of("gradcam", "saliency").contains(e.name())) {
        files.add(bytes(m, compile(m, answers(m, List.of(e), new ClassChoice.Top()))));
        alone.add(e.name());
      }
    }
    for (OptLevel level : List.of(OptLevel.ALL_OPT, OptLevel.NO_OPT)) {
      SequencedMap<String, Tensor> expected = run(plain, level, images, own);
      for (int i = 0; i < files.size(); i++) {
        // All outputs are asked for, as a user does: what is not asked for is not computed.
        Set<String> all = Set.copyOf(outputs(files.get(i)));
        SequencedMap<String, Tensor> got = run(files.get(i), level, images, all);
        for (String o : own) {
          assertThat(got.get(o))
              .as("%s at %s with %s", o, level, alone.get(i))
              .isEqualTo(expected.get(o));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void anExplainedFileSaysWhatExplainSays(String name) {
    Model m = read(name);
    List<Answer> answers = answers(m, methods(m), new ClassChoice.Top());
    ExplainedOnnx explained = compile(m, answers);
    Map<String, Tensor> images = images(m, 1, 2);
    SequencedMap<String, Tensor> got =
        run(bytes(m, explained), OptLevel.ALL_OPT, images, Set.copyOf(explained.outputs()));
    List<Asked> asked =
        answers.stream()
            .map(a ->
                new Asked(
                    "whyc_" + ExplainedOnnx.identifier(a.explanation().name()),
                    a.explanation(),
                    a.question()))
            .toList();
    try (Program program = ENGINE.compile(m, Asked.all(m.graph(), asked))) {
      for (Asked a : asked) {
        SequencedMap<String, Tensor> expected =
            program.run(images, Set.of(a.name(), a.classOutput(), a.scoreOutput()));
        assertThat(got.get(a.name())).as(a.name()).isEqualTo(expected.get(a.name()));
        assertThat(got.get("whyc_class")).isEqualTo(expected.get(a.classOutput()));
        assertThat(got.get("whyc_score")).isEqualTo(expected.get(a.scoreOutput()));
        Tensor heatmap = got.get(a.name() + "_heatmap");
        for (int i = 0; i < heatmap.size(); i++) {
          assertThat(heatmap.at(i)).isBetween(0.0, 1.0);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aBatchSaysWhatItsImagesSay(String name) {
    Model m = read(name);
    Assumptions.assumeTrue(m.dynamicBatch(), "the model serves one image only");
    List<Explanation> methods =
        methods(m).stream().filter(e -> Set.of("gradcam", "saliency").contains(e.name())).toList();
    ExplainedOnnx explained = compile(m, answers(m, methods, new ClassChoice.Top()));
    int n = 7;
    Map<String, Tensor> seven = images(m, n, 3);
    try (Program program = StockRuntime.load(bytes(m, explained), OptLevel.ALL_OPT)) {
      Set<String> names = Set.copyOf(explained.outputs());
      SequencedMap<String, Tensor> batch = program.run(seven, names);
      for (int i = 0; i < n; i++) {
        SequencedMap<String, Tensor> one =
            program.run(Map.of(m.input(), row(seven.get(m.input()), i)), names);
        for (String output : names) {
          assertThat(distance(one.get(output), row(batch.get(output), i)))
              .as("%s of image %d", output, i)
              .isLessThan(1e-5);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void aClassIsGivenWhenTheProgramRuns(String name) {
    Model m = read(name);
    List<Explanation> methods =
        methods(m).stream().filter(e -> Set.of("gradcam", "saliency").contains(e.name())).toList();
    ExplainedOnnx given =
        compile(m, answers(m, methods, new ClassChoice.Given(ClassChoice.Given.TARGET)));
    Map<String, Tensor> images = images(m, 1, 4);
    ExplainedOnnx fixed = compile(m, answers(m, methods, new ClassChoice.Index(1)));
    SequencedMap<String, Tensor> expected =
        run(bytes(m, fixed), OptLevel.ALL_OPT, images, Set.copyOf(fixed.outputs()));
    SequencedMap<String, Tensor> got =
        run(
            bytes(m, given),
            OptLevel.ALL_OPT,
            Map.of(
                m.input(),
                images.get(m.input()),
                ClassChoice.Given.TARGET,
                Tensor.of(Shape.of(1), 1L)),
            Set.copyOf(given.outputs()));
    for (String output : fixed.outputs()) {
      assertThat(distance(got.get(output), expected.get(output))).as(output).isLessThan(1e-5);
    }
    assertThat(got.get("whyc_class").element()).isEqualTo(ElementType.INT64);
  }

  @ParameterizedTest
  @MethodSource("models")
  void anExplainedFileIsReadAsItsModelAndNotExplainedTwice(String name, @TempDir Path folder)
      throws IOException {
    Model m = read(name);
    List<Explanation> methods = List.of(methods(m).getFirst());
    ExplainedOnnx explained =
        compile(m, answers(m, methods, new ClassChoice.Given(ClassChoice.Given.TARGET)));
    Path file = folder.resolve("explained.onnx");
    Files.write(file, bytes(m, explained));
    Model again = Model.read(OnnxModel.read(file), Optional.empty());
    assertThat(again.graph().toString()).isEqualTo(m.graph().toString());
    assertThat(again.dynamicBatch()).isEqualTo(m.dynamicBatch());
    assertThatThrownBy(() -> compile(again, answers(again, methods, new ClassChoice.Top())))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("gradcam");
  }

  @Test
  void aFileThatTakesPicturesSaysTheSameOfThem() {
    assumeTrue(Files.isDirectory(DATA), DATA + " is not there: see WHYC_TEST_DATA");
    Model m = read("cifar10/resnet20_cifar10.onnx");
    List<Answer> answers = answers(m, methods(m), new ClassChoice.Top());
    OnnxPrologue bytes =
        new OnnxPrologue(
            32,
            32,
            OnnxPrologue.Resize.CROP,
            1,
            OnnxPrologue.Channels.RGB,
            false,
            1,
            List.of(1.0, 2.0, 3.0),
            List.of(64.0, 64.0, 64.0));
    ExplainedOnnx pictures =
        ExplainedOnnx.of(m, answers, new ExplainedOnnx.Options(true, Optional.of(bytes), Map.of()));
    byte[] picture = new byte[2 * 32 * 32 * 3];
    new Random(5).nextBytes(picture);
    float[] planes = new float[picture.length];
    for (int i = 0; i < planes.length; i++) {
      int c = i % 3;
      planes[(i / 3072 * 3 + c) * 1024 + i % 3072 / 3] = ((picture[i] & 0xff) - (c + 1)) / 64f;
    }
    Set<String> names = Set.copyOf(outputs(bytes(m, pictures)));
    SequencedMap<String, Tensor> got =
        run(
            bytes(m, pictures),
            OptLevel.ALL_OPT,
            Map.of("image", Tensor.ofBytes(ElementType.UINT8, Shape.of(2, 32, 32, 3), picture)),
            names);
    SequencedMap<String, Tensor> expected =
        run(
            bytes(m, compile(m, answers)),
            OptLevel.ALL_OPT,
            Map.of(m.input(), Tensor.of(Shape.of(2, 3, 32, 32), planes)),
            names);
    for (String name : names) {
      assertThat(got.get(name)).as(name).isEqualTo(expected.get(name));
    }
  }

  private static byte[] bytes(Model m, ExplainedOnnx explained) {
    return m.file().bytes(explained.proto(), Optional.empty());
  }

  private static List<String> outputs(byte[] onnx) {
    return OnnxModel.parse("written", onnx).proto().getGraph().getOutputList().stream()
        .map(o -> o.getName())
        .toList();
  }

  private static SequencedMap<String, Tensor> run(
      byte[] onnx, OptLevel level, Map<String, Tensor> inputs, Set<String> outputs) {
    try (Program program = StockRuntime.load(onnx, level)) {
      return program.run(inputs, outputs);
    }
  }

  private static Tensor row(Tensor t, int i) {
    Shape one = t.shape().with(0, 1);
    double[] values = new double[one.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = t.at(i * values.length + k);
    }
    return Tensor.of(t.type().with(one), values);
  }

  /** Relative, in the Euclidean norm. */
  private static double distance(Tensor a, Tensor b) {
    assertThat(a.type()).isEqualTo(b.type());
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < a.size(); i++) {
      difference += Math.pow(a.at(i) - b.at(i), 2);
      norm += Math.pow(b.at(i), 2);
    }
    return difference == 0 ? 0 : Math.sqrt(difference / norm);
  }
}
