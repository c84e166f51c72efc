package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.Simplify;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Every method on small trained networks of all ages: ONNX Runtime against the interpreter. */
class MethodsOrtTest {
  private static final OrtEngine ENGINE = OrtEngine.create(new OrtEngine.Options(2, false));

  private static Model model(String file) {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return Model.read(OnnxModel.read(data.resolve("models").resolve(file)), Optional.empty());
  }

  /** Between 0 and a scale, the same at each run. */
  private static Tensor images(Model m, double scale) {
    TensorType type = m.inputType();
    TensorType batch = m.dynamicBatch() ? type.with(type.shape().with(0, 2)) : type;
    return Tensor.of(
        batch, new SplittableRandom(7).doubles(batch.shape().size(), 0, scale).toArray());
  }

  private static Methods.Options options(Model m, Profile p) {
    return new Methods.Options(
        p,
        Optional.empty(),
        Optional.of(4),
        Optional.empty(),
        new Baseline.Mean(),
        Optional.of(4),
        Optional.empty(),
        3,
        m.dynamicBatch() ? 3 : 1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "mnist/mnist_cntk.onnx, 255",
    "mlperf_tiny/ic_resnet8.onnx, 255",
    "mlperf_tiny/vww_mobilenet_v1_025_96.onnx, 1",
    "cifar10/resnet20_cifar10.onnx, 1"
  })
  void bothComputeTheSame(String file, double scale) {
    Model m = model(file);
    Tensor images = images(m, scale);
    Question q = Question.top(m.input(), m.graph().outputs().firstEntry().getKey());
    List<Asked> asked =
        Methods.all().stream()
            .map(method ->
                new Asked(
                    "whyc_" + method.name(),
                    method.create(m.graph(), q, options(m, Profile.WHYC)),
                    q))
            .toList();
    Graph graph = Asked.all(m.graph(), asked, Optional.of(Profile.WHYC));
    Graph batched = m.dynamicBatch() ? graph.withBatch(2) : graph;
    SequencedMap<String, Tensor> expected = Interpreter.run(batched, Map.of(m.input(), images));
    try (Program program = ENGINE.compile(m, graph)) {
      Map<String, Tensor> found = program.run(Map.of(m.input(), images), graph.outputs().keySet());
      expected.forEach((name, tensor) -> expectClose(name, found.get(name), tensor));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "captum",
    "pytorch-grad-cam",
    "torch-cam",
    "openvino-xai",
    "xplique",
    "tf-keras-vis",
    "monai",
    "pair",
    "tf-explain"
  })
  void profilesRunAnywhere(String name) {
    Model m = model("mlperf_tiny/ic_resnet8.onnx");
    Tensor images = images(m, 255);
    Profile p = Profile.named(name);
    Question q =
        new Question(
            m.input(), m.graph().outputs().firstEntry().getKey(), new ClassChoice.Top(), p.score());
    List<Asked> asked =
        Methods.all().stream()
            .filter(Methods.Method::hasLayer)
            .map(method ->
                new Asked("whyc_" + method.name(), method.create(m.graph(), q, options(m, p)), q))
            .toList();
    Graph graph = Asked.all(m.graph(), asked, Optional.of(p));
    SequencedMap<String, Tensor> expected =
        Interpreter.run(graph.withBatch(2), Map.of(m.input(), images));
    try (Program program = ENGINE.compile(m, graph)) {
      Map<String, Tensor> found = program.run(Map.of(m.input(), images), graph.outputs().keySet());
      expected.forEach((output, tensor) -> expectClose(output, found.get(output), tensor));
    }
  }

  @ParameterizedTest(name = "{0} of a fixed batch")
  @CsvSource({"integratedgradients", "smoothgrad", "vargrad"})
  void aFixedBatchTakesOnePointAtATime(String name) {
    Model m = model("mnist/mnist_cntk.onnx");
    assertThat(m.dynamicBatch()).isFalse();
    Tensor image = images(m, 255);
    String output = m.graph().outputs().firstEntry().getKey();
    Question q =
        new Question(m.input(), output, new ClassChoice.Given("whyc_target"), Question.Score.LOGIT);
    Accumulated e =
        (Accumulated) Methods.named(name).create(m.graph(), q, options(m, Profile.WHYC));
    Map<String, Tensor> inputs =
        Map.of(m.input(), image, "whyc_target", Tensor.of(whyc.tensor.Shape.of(1), 3L));
    Graph few = new Simplify().apply(e.partial(m.graph(), q, 1));
    Tensor whole = Interpreter.run(e.explain(m.graph(), q), inputs).get(Explanation.ATTRIBUTION);
    try (Program program = ENGINE.compile(m, few)) {
      Tensor sum =
          e.accumulate(inputs, image.type(), 1, all -> program.run(all, Set.copyOf(e.sums())));
      expectClose(name, sum, whole);
    }
  }

  private static void expectClose(String name, Tensor found, Tensor expected) {
    assertThat(found.type()).as(name).isEqualTo(expected.type());
    double difference = 0;
    double length = 0;
    for (int i = 0; i < found.size(); i++) {
      difference += Math.pow(found.at(i) - expected.at(i), 2);
      length += Math.pow(expected.at(i), 2);
    }
    double distance = Math.sqrt(difference / Math.max(length, 1e-12));
    assertThat(distance).as(name).isLessThan(1e-4);
  }
}
