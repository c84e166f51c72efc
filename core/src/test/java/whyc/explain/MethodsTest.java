package whyc.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Clip;
import whyc.op.Input;
import whyc.op.QuantizeLinear;
import whyc.op.Round;
import whyc.op.Softmax;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class MethodsTest {
  private static final Methods.Options OPTIONS = Methods.Options.of(Profile.WHYC);
  private static final Question QUESTION = Question.top("x", "y");

  /** A dense layer behind a grey image of 4 x 4, and what comes after. */
  private static Graph dense(int classes, BiFunction<Builder, Value, Value> after) {
    Builder b = new Builder();
    Value x =
        b.emit(new Input("x", TensorType.of(ElementType.FLOAT64, 3, 1, 4, 4)), List.of(), "x");
    double[] weight = new double[16 * classes];
    java.util.Arrays.setAll(weight, i -> (i * 7 % 5) - 2);
    Value scores = b.matMul(b.reshape(x, 0, 16), b.values(Shape.of(16, classes), weight, x));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", after.apply(b, scores));
    return b.finish(outputs);
  }

  private static Graph linear() {
    return dense(3, (b, v) -> v);
  }

  @Test
  void methodsAreFoundByTheirNamesElsewhere() {
    Map.of(
            "gradcam++", "gradcam++",
            "GradCAMpp", "gradcam++",
            "Grad-CAM", "gradcam",
            "ig", "integratedgradients",
            "integrated_gradients", "integratedgradients",
            "guided-backprop", "guided",
            "Guided Grad-CAM", "guidedgradcam")
        .forEach((alias, name) -> assertThat(Methods.named(alias).name()).isEqualTo(name));
    assertThatThrownBy(() -> Methods.named("tarot"))
        .hasMessageContaining("gradcam")
        .hasMessageStartingWith("there is no method \"tarot\"; nearest: ");
    assertThatThrownBy(() -> Methods.named("salency")).hasMessageContaining("nearest: [saliency,");
  }

  @Test
  void everyMethodMakesWhatItIsCalled() {
    for (Methods.Method m : Methods.all()) {
      Explanation e = m.create(TinyNet.graph(), TinyNet.QUESTION, OPTIONS);
      assertThat(e.name()).isEqualTo(m.name());
      assertThat(m.summary()).isNotEmpty();
    }
  }

  @Test
  void withoutLayersThereIsNoMap() {
    assertThat(Methods.named("gradcam").refusal(linear(), QUESTION))
        .contains("no layer with channels and spatial extent between image and scores");
    assertThatThrownBy(() -> Methods.named("eigencam").create(linear(), QUESTION, OPTIONS))
        .hasMessage(
            "eigencam does not apply: no layer with channels and spatial extent between image and scores");
  }

  @Test
  void withoutReluGuidanceMeansNothing() {
    for (String name : List.of("guided", "deconvnet")) {
      assertThat(Methods.named(name).refusal(linear(), QUESTION))
          .contains("it has a rule for ReLU, and no ReLU lies between image and scores");
    }
    assertThat(Methods.named("saliency").refusal(linear(), QUESTION)).isEmpty();
  }

  @Test
  void relu6IsNoRelu() {
    Graph clipped =
        dense(
            3,
            (b, v) ->
                b.matMul(b.emit(new Clip(0, 6), v), b.values(Shape.of(3, 3), new double[9], v)));
    assertThat(Methods.named("guided").refusal(clipped, QUESTION))
        .contains(
            "it has a rule for ReLU, and no ReLU lies between image and scores;"
                + " ReLU6, as here, is another function, for which its authors give none");
  }

  @Test
  void whereNoDerivativePassesThereIsNoGradient() {
    Graph rounded = dense(3, (b, v) -> b.emit(new Round(), v));
    assertThat(Methods.named("saliency").refusal(rounded, QUESTION))
        .contains("the scores have no derivative by the image");
  }

  @Test
  void aReluBesideThePathIsNone() {
    Graph aside =
        dense(3, (b, v) -> b.add(v, b.relu(b.emit(new Input("other", b.type(v)), List.of()))));
    assertThat(Methods.named("guided").refusal(aside, QUESTION)).isPresent();
  }

  @Test
  void theLayerIsNamedWithItsReason() {
    Methods.Method m = Methods.named("gradcam");
    assertThat(m.notes(TinyNet.graph(), TinyNet.QUESTION, OPTIONS))
        .containsExactly("layer relu: the last layer with spatial extent: 2 channels of 2 x 2");
    assertThat(m.notes(TinyNet.graph(), TinyNet.QUESTION, OPTIONS.withLayer("conv")))
        .containsExactly("layer conv, as asked");
    assertThatThrownBy(
            () -> m.create(TinyNet.graph(), TinyNet.QUESTION, OPTIONS.withLayer("attic")))
        .hasMessageContaining("got \"attic\"; nearest of 2: ");
  }

  @Test
  void aCutSoftmaxIsTold() {
    Graph sure = dense(3, (b, v) -> b.emit(new Softmax(1), v));
    assertThat(Methods.named("saliency").notes(sure, QUESTION, OPTIONS))
        .containsExactly("the score is the value before the final Softmax");
    Question output = new Question("x", "y", new ClassChoice.Top(), Question.Score.OUTPUT);
    assertThat(Methods.named("saliency").notes(sure, output, OPTIONS))
        .containsExactly(
            "the score includes the final Softmax: its derivative vanishes where the model is sure");
  }

  @Test
  void twoClassesOfOneOutputAreOpposite() {
    Graph binary = dense(1, Builder::sigmoid);
    assertThat(Methods.named("saliency").notes(binary, QUESTION, OPTIONS))
        .containsExactly(
            "the score is the value before the final Sigmoid",
            "one output for two classes: class 1 has its value as score, class 0 the negative");
    double[] forIt = gradient(binary, 1);
    double[] against = gradient(binary, 0);
    for (int i = 0; i < 16; i++) {
      assertThat(against[i]).isEqualTo(-forIt[i]);
    }
    assertThat(forIt).contains(2, -2);
  }

  @Test
  void aQuantisedModelIsDifferentiatedStraightThrough() {
    Graph quantised =
        dense(
            3,
            (b, v) -> {
              Value scale = b.scalar(0.5, v);
              Value zero = b.constant(Tensor.scalar(ElementType.INT8, 0));
              Value integers = b.emit(new QuantizeLinear(), v, scale, zero);
              return b.mul(b.cast(integers, ElementType.FLOAT64), scale);
            });
    assertThat(Methods.named("saliency").refusal(quantised, QUESTION)).isEmpty();
    assertThat(Methods.named("saliency").notes(quantised, QUESTION, OPTIONS))
        .singleElement()
        .asString()
        .contains("straight-through");
    assertThat(gradient(quantised, 1)).isEqualTo(gradient(linear(), 1));
  }

  private static double[] gradient(Graph g, int classIndex) {
    Question q = new Question("x", "y", new ClassChoice.Index(classIndex), Question.Score.LOGIT);
    Tensor image = Tensor.of(Shape.of(1, 1, 4, 4), new double[16]);
    return Interpreter.run(new Saliency().explain(g, q).withBatch(1), Map.of("x", image))
        .get(Explanation.ATTRIBUTION)
        .doubles();
  }

  @Test
  void theSeedIsTold() {
    Methods.Options seeded =
        new Methods.Options(
            Profile.named("captum"),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            new Baseline.Zero(),
            Optional.empty(),
            Optional.empty(),
            42,
            5);
    Methods.Method m = Methods.named("smoothgrad");
    assertThat(m.notes(TinyNet.graph(), TinyNet.QUESTION, seeded))
        .containsExactly("noise drawn from the seed 42");
    assertThat(m.create(TinyNet.graph(), TinyNet.QUESTION, seeded))
        .isEqualTo(new SmoothGrad(5, new Noise(1, false, 42), false, 5));
  }

  @Test
  void choicesOutOfRangeAreRefused() {
    assertThatThrownBy(
            () -> new IntegratedGradients(1, PathRule.TRAPEZOID, new Baseline.Zero(), true, 1))
        .hasMessage("steps of the rule trapezoid want to be 2 to 100000, got 1");
    assertThatThrownBy(() -> new SmoothGrad(0, new Noise(1, false, 0), false, 1))
        .hasMessageEndingWith("got 0");
    assertThatThrownBy(() -> new VarGrad(1, new Noise(1, false, 0), 1))
        .hasMessageEndingWith("got 1");
    assertThatThrownBy(() -> new Noise(-1, false, 0)).hasMessageEndingWith("got -1.0");
    assertThatThrownBy(() -> PathRule.parse("simpson"))
        .hasMessageContaining("gauss-legendre")
        .hasMessageEndingWith("got simpson");
    assertThat(Baseline.parse("black")).isEmpty();
    Baseline tall = new Baseline.Given(Tensor.of(Shape.of(1, 5, 4), new double[20]));
    Explanation e = new IntegratedGradients(2, PathRule.LEFT, tall, true, 1);
    assertThatThrownBy(() -> e.explain(TinyNet.graph(), TinyNet.QUESTION))
        .hasMessage("a baseline wants the shape of the image, [1,1,4,4], got [1,5,4]");
  }

  @Test
  void gaussAndLegendreIntegratePolynomialsExactly() {
    for (int n : new int[] {1, 2, 3, 8, 50}) {
      for (int power = 0; power < Math.min(2 * n, 30); power++) {
        double sum = 0;
        for (int k = 0; k < n; k++) {
          sum +=
              PathRule.GAUSS_LEGENDRE.weight(k, n)
                  * Math.pow(PathRule.GAUSS_LEGENDRE.place(k, n), power);
        }
        assertThat(sum)
            .as(n + " points, power " + power)
            .isCloseTo(1.0 / (power + 1), org.assertj.core.api.Assertions.within(1e-13));
      }
    }
  }
}
