package whyc.engine.jvm;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.IntegratedGradients;
import whyc.explain.Methods;
import whyc.explain.PathRule;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.Simplify;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Trained networks of the reference data, and what is asked of them. */
final class TestModels {
  static final List<String> SMALL =
      List.of(
          "cifar10/resnet20_cifar10",
          "mlperf_tiny/ic_resnet8",
          "mlperf_tiny/kws_dscnn",
          "mlperf_tiny/vww_mobilenet_v1_025_96",
          "mnist/mnist_cntk");

  static final List<String> LARGE =
      List.of("imagenet/squeezenet1_1", "imagenet/mobilenet_v2_1.0_224", "imagenet/resnet50_w8");

  private TestModels() {}

  static Path data() {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return data;
  }

  static Model read(String name) {
    return Model.read(
        OnnxModel.read(data().resolve("models").resolve(name + ".onnx")), Optional.empty());
  }

  static String output(Model m) {
    return m.graph().outputs().firstEntry().getKey();
  }

  /** A model with explanations of its top class. */
  static Graph explained(Model m, String... methods) {
    Question q = Question.top(m.input(), output(m));
    List<Asked> asked =
        List.of(methods).stream()
            .map(name -> {
              Explanation e =
                  Methods.named(name)
                      .create(m.graph(), q, Methods.Options.of(Profile.WHYC).withPointsPerRun(1));
              return new Asked(e.name(), e, q);
            })
            .toList();
    return Asked.all(m.graph(), asked, Optional.empty());
  }

  /** What integrated gradients sums up over one point. */
  static Graph partial(Model m) {
    Question q =
        new Question(
            m.input(), output(m), new ClassChoice.Given("whyc_target"), Question.Score.LOGIT);
    IntegratedGradients e =
        new IntegratedGradients(50, PathRule.MIDDLE, new Baseline.Zero(), true, 1);
    return new Simplify().apply(e.partial(m.graph(), q, 1));
  }

  static Tensor noise(Model m, int batch, long seed) {
    Shape s = m.graph().inputs().getFirst().type().shape();
    Shape shape = m.dynamicBatch() ? s.with(0, batch) : s;
    Random random = new Random(seed);
    float[] x = new float[shape.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, x);
  }
}
