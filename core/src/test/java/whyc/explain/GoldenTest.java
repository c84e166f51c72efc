package whyc.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.pass.Simplify;
import whyc.pass.ToDouble;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * Explanations of trained networks against PyTorch's, which were computed in double precision and
 * stored in single. In double precision whatever differs by more than that rounding is a mistake.
 * In single precision a gradient jumps where one ReLU falls to the other side, so that only most
 * images agree closely.
 *
 * <p>{@code -Dwhyc.golden=all} takes all images where the ordinary run takes one or two.
 */
class GoldenTest {
  private static final double DOUBLE = 1e-6;
  private static final double SINGLE = 1e-4;
  private static final double SINGLE_WORST = 1e-2;

  private static final Map<String, String> FILES =
      Map.of(
          "gradcam", "gradcam",
          "gradcam_heatmap", "gradcam_up",
          "saliency", "saliency",
          "guided", "guided_backprop",
          "inputxgradient", "input_x_gradient");

  private static final String RESNET = "resnet20_cifar10";
  private static final String SQUEEZENET = "squeezenet1_1";

  private static boolean all() {
    return System.getProperty("whyc.golden", "").equals("all");
  }

  private static Model resNet() {
    return Reference.model("cifar10/resnet20_cifar10.onnx");
  }

  private static Question question(Model m) {
    return Question.top(m.input(), m.graph().outputs().firstEntry().getKey());
  }

  private static Map<String, Tensor> run(Model m, List<Explanation> explanations, Tensor image) {
    List<Asked> asked =
        explanations.stream().map(e -> new Asked(e.name(), e, question(m))).toList();
    Graph g = Asked.all(m.graph(), asked, java.util.Optional.of(Profile.WHYC));
    return run(m, g, image);
  }

  private static Map<String, Tensor> run(Model m, Graph g, Tensor image) {
    Graph fitting = image.element() == ElementType.FLOAT64 ? new ToDouble().apply(g) : g;
    Graph batched = m.dynamicBatch() ? fitting.withBatch(image.shape().dim(0)) : fitting;
    return Interpreter.run(batched, Map.of(m.input(), image));
  }

  private static void expectClose(double[] distances, String what, double most, double worst) {
    double[] sorted = distances.clone();
    Arrays.sort(sorted);
    assertThat(sorted[sorted.length / 2])
        .as(what + " " + Arrays.toString(distances))
        .isLessThan(most);
    assertThat(sorted[sorted.length - 1])
        .as(what + " " + Arrays.toString(distances))
        .isLessThan(worst);
  }

  private static Tensor golden(String net, String file, int count) {
    return Reference.rows(Reference.golden(net, file), 0, count);
  }

  @Test
  void resNet20InDoublePrecision() {
    Model m = resNet();
    Tensor image = Reference.golden(RESNET, "input");
    Map<String, Tensor> found =
        run(
            m,
            List.of(
                new GradCam("layer3.2.relu2_out"),
                new Saliency(),
                new GuidedBackprop(),
                new InputXGradient()),
            image);
    expectClose(
        Reference.distances(found.get("logits"), Reference.golden(RESNET, "logits")),
        "logits",
        DOUBLE,
        DOUBLE);
    FILES.forEach((output, file) ->
        expectClose(
            Reference.distances(found.get(output), Reference.golden(RESNET, file)),
            output,
            DOUBLE,
            DOUBLE));
    assertThat(found.get("saliency_class").longs())
        .isEqualTo(Reference.golden(RESNET, "target").longs());
  }

  @Test
  void gradCamWeightsOfResNet20() {
    Model m = resNet();
    Tensor image = Reference.golden(RESNET, "input");
    // The head is an average and a dense layer, so that of the derivative a row of the weight is
    // left.
    Draft d = Draft.of(m.graph(), question(m));
    Draft.Activation a = d.activation("layer3.2.relu2_out");
    Graph g = new Simplify().apply(d.finish(d.g.mean(a.gradient(), 2, 3)));
    assertThat(g.toString()).doesNotContain("ConvTranspose").doesNotContain("Gate");
    Tensor weights = run(m, g, image).get(Explanation.ATTRIBUTION);
    expectClose(
        Reference.distances(weights, Reference.golden(RESNET, "gradcam_channel_weights")),
        "weights",
        DOUBLE,
        DOUBLE);
  }

  @Test
  void resNet20InSinglePrecision() {
    Model m = resNet();
    Tensor image = golden(RESNET, "input", 4).cast(ElementType.FLOAT32);
    Map<String, Tensor> found =
        run(
            m,
            List.of(
                new GradCam("layer3.2.relu2_out"),
                new Saliency(),
                new GuidedBackprop(),
                new InputXGradient()),
            image);
    expectClose(
        Reference.distances(found.get("logits"), golden(RESNET, "logits", 4)),
        "logits",
        SINGLE,
        SINGLE);
    for (String map : List.of("gradcam", "gradcam_heatmap")) {
      expectClose(
          Reference.distances(found.get(map), golden(RESNET, FILES.get(map), 4)),
          map,
          SINGLE,
          SINGLE);
    }
    for (String gradient : List.of("saliency", "guided", "inputxgradient")) {
      expectClose(
          Reference.distances(found.get(gradient), golden(RESNET, FILES.get(gradient), 4)),
          gradient,
          SINGLE,
          SINGLE_WORST);
    }
  }

  @Test
  void integratedGradientsOfResNet20() {
    Model m = resNet();
    int count = all() ? 10 : 1;
    Tensor image = golden(RESNET, "input", count);
    IntegratedGradients e =
        new IntegratedGradients(50, PathRule.MIDDLE, new Baseline.Zero(), true, 10);
    Graph few = new ToDouble().apply(new Simplify().apply(e.partial(m.graph(), question(m), 10)));
    Tensor found =
        e.accumulate(
            Map.of(m.input(), image),
            image.type(),
            10,
            inputs -> Interpreter.run(few.withBatch(count), inputs));
    expectClose(
        Reference.distances(found, golden(RESNET, "integrated_gradients", count)),
        "integrated gradients",
        DOUBLE,
        DOUBLE);
  }

  @Test
  void squeezeNetInDoublePrecision() {
    int count = all() ? 10 : 2;
    Model m = Reference.model("imagenet/squeezenet1_1.onnx");
    Tensor image = Reference.blueGreenRed(golden(SQUEEZENET, "input_u8", count), 104, 117, 123);
    List<Explanation> explanations =
        new ArrayList<>(
            List.of(new GradCam("fire9.concat_out"), new Saliency(), new GuidedBackprop()));
    Map<String, Tensor> found = run(m, explanations, image);
    expectClose(
        Reference.distances(found.get("logits"), golden(SQUEEZENET, "logits", count)),
        "logits",
        DOUBLE,
        DOUBLE);
    for (String output : List.of("gradcam", "gradcam_heatmap", "saliency", "guided")) {
      expectClose(
          Reference.distances(found.get(output), golden(SQUEEZENET, FILES.get(output), count)),
          output,
          DOUBLE,
          DOUBLE);
    }
  }

  /** The only check that tells a mistake from the thousands of ReLUs that nearly shut. */
  @Test
  @EnabledIfSystemProperty(
      named = "whyc.golden",
      matches = "all",
      disabledReason = "takes a minute")
  void resNet50InDoublePrecision() {
    Model m = Reference.model("imagenet/resnet50_w8.onnx");
    Tensor image =
        Reference.blueGreenRed(golden("resnet50_w8", "input_u8", 1), 103.939, 116.779, 123.68);
    Map<String, Tensor> found =
        run(
            m,
            List.of(new GradCam("activation_48.relu_out"), new Saliency(), new GuidedBackprop()),
            image);
    for (String output : List.of("gradcam", "gradcam_heatmap", "saliency", "guided")) {
      expectClose(
          Reference.distances(found.get(output), golden("resnet50_w8", FILES.get(output), 1)),
          output,
          DOUBLE,
          DOUBLE);
    }
  }
}
