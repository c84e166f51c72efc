package whyc.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.Op;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.RemoveDead;
import whyc.pass.Simplify;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** What must be equal on networks of convolutions, ReLUs and pooling, whatever their weights. */
class IdentityTest {
  private static final Question QUESTION = Question.top("x", "y");

  /** Weights and images drawn from a seed. */
  private static final class Draw {
    private final Random random;

    Draw(long seed) {
      random = new Random(seed);
    }

    Tensor normal(int... dims) {
      Shape shape = Shape.of(dims);
      double scale = 1 / Math.sqrt(shape.size() / (double) dims[0]);
      return Tensor.of(
          shape,
          random.doubles(shape.size()).map(u -> (random.nextGaussian() + 0 * u) * scale).toArray());
    }
  }

  /**
   * Convolution, ReLU, pooling, convolution, ReLU, global average, dense: of two channels, 9 x 7.
   */
  private static Graph net(long seed, boolean biases) {
    Draw draw = new Draw(seed);
    Builder b = new Builder();
    Value x =
        b.emit(new Input("x", TensorType.of(ElementType.FLOAT64, 3, 2, 9, 7)), List.of(), "x");
    Value first =
        layer(
            b,
            x,
            draw.normal(5, 2, 3, 3),
            biases ? draw.normal(1, 5, 1, 1) : Tensor.of(Shape.of(), 0.0),
            "relu1");
    Value pooled = b.emit(new MaxPool(Window.of(2, 2, 2)), first);
    Value second =
        layer(
            b,
            pooled,
            draw.normal(6, 5, 3, 3),
            biases ? draw.normal(1, 6, 1, 1) : Tensor.of(Shape.of(), 0.0),
            "relu2");
    Value features = b.squeeze(b.mean(second, 2, 3), 2, 3);
    Value products = b.matMul(features, b.constant(draw.normal(6, 4)));
    Value y = biases ? b.add(products, b.constant(draw.normal(4))) : products;
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    return new Simplify().apply(b.finish(outputs));
  }

  private static Value layer(Builder b, Value x, Tensor weight, Tensor bias, String label) {
    Window same = Window.of(3, 3, 1).padded(1, 1, 1, 1);
    Value products = b.emit(new Conv(same, 1), x, b.constant(weight));
    return b.emit(new Relu(), List.of(b.add(products, b.constant(bias))), label);
  }

  private static Tensor images(long seed) {
    return new Draw(seed + 1000).normal(3, 2, 9, 7);
  }

  private static Map<String, Tensor> run(Graph net, Tensor images, Explanation... explanations) {
    List<Asked> asked =
        Arrays.stream(explanations).map(e -> new Asked(e.name(), e, QUESTION)).toList();
    return Interpreter.run(
        Asked.all(net, asked).withBatch(images.shape().dim(0)), Map.of("x", images));
  }

  private static double[] run(Graph net, Tensor images, Explanation e) {
    return run(net, images, new Explanation[] {e}).get(e.name()).doubles();
  }

  private static void expectEqual(double[] found, double[] expected, double tolerance) {
    assertThat(found).containsExactly(expected, within(tolerance));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3})
  void withGlobalPoolingAndALinearHeadThreeMapsAreOne(long seed) {
    Graph net = net(seed, true);
    Tensor images = images(seed);
    double[] gradCam = run(net, images, new GradCam("relu2", false, false));
    expectEqual(run(net, images, new HiResCam("relu2", false)), gradCam, 1e-12);
    expectEqual(run(net, images, new XGradCam("relu2", false, 0)), gradCam, 1e-12);
    GradCamPlusPlus other = new GradCamPlusPlus("relu2", false, GradCamPlusPlus.Form.PAPER);
    assertThat(run(net, images, other)).isNotEqualTo(gradCam);
  }

  @Test
  void thereGradCamAndHiResCamAreTheSameLines() {
    Graph both =
        Asked.all(
            net(1, true),
            List.of(
                new Asked("a", new GradCam("relu2"), QUESTION),
                new Asked("b", new HiResCam("relu2"), QUESTION)));
    assertThat(both.output("a")).isEqualTo(both.output("b"));
  }

  @Test
  void elsewhereTheyAreNot() {
    Graph both =
        Asked.all(
            net(1, true),
            List.of(
                new Asked("a", new GradCam("relu1"), QUESTION),
                new Asked("b", new HiResCam("relu1"), QUESTION)));
    assertThat(both.output("a")).isNotEqualTo(both.output("b"));
  }

  @ParameterizedTest(name = "{0} steps")
  @ValueSource(ints = {1, 2, 5})
  void withoutBiasesIntegratedGradientsAreInputTimesGradient(int steps) {
    Graph net = net(4, false);
    Tensor images = images(4);
    double[] product = run(net, images, new InputXGradient());
    for (PathRule rule : List.of(PathRule.GAUSS_LEGENDRE, PathRule.RIGHT, PathRule.MIDDLE)) {
      Explanation e = new IntegratedGradients(steps, rule, new Baseline.Zero(), true, 2);
      expectEqual(run(net, images, e), product, 1e-12);
    }
  }

  @Test
  void withoutBiasesTheSharesSumToTheScore() {
    Graph net = net(5, false);
    Map<String, Tensor> found = run(net, images(5), new Explanation[] {new InputXGradient()});
    for (int row = 0; row < 3; row++) {
      double sum =
          Arrays.stream(found.get("inputxgradient").doubles(), row * 126, (row + 1) * 126).sum();
      assertThat(sum).isCloseTo(found.get("inputxgradient_score").at(row), within(1e-12));
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"zero", "mean", "blur", "0.3"})
  void integratedGradientsSumToTheDifferenceOfScores(String baseline) {
    Graph net = net(6, true);
    Tensor images = images(6);
    Baseline start = Baseline.parse(baseline).orElseThrow();
    Explanation e = new IntegratedGradients(2000, PathRule.MIDDLE, start, true, 250);
    Map<String, Tensor> found = run(net, images, new Explanation[] {e});
    Builder b = new Builder();
    Value x = b.constant(images);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("b", start.of(b, x).map(v -> b.expandAs(v, x)).orElseGet(() -> b.zerosLike(x)));
    Tensor from = Interpreter.run(b.finish(outputs), Map.of()).get("b");
    Tensor scores = Interpreter.run(net, Map.of("x", from)).get("y");
    for (int row = 0; row < 3; row++) {
      double sum =
          Arrays.stream(found.get("integratedgradients").doubles(), row * 126, (row + 1) * 126)
              .sum();
      int asked = (int) found.get("integratedgradients_class").longs()[row];
      double difference =
          found.get("integratedgradients_score").at(row) - scores.at(row * 4 + asked);
      assertThat(sum).isCloseTo(difference, within(1e-3 * Math.max(1, Math.abs(difference))));
    }
  }

  @Test
  void aBaselineOfTheImageItselfExplainsNothing() {
    Tensor image = Tensor.of(Shape.of(2, 9, 7), Arrays.copyOf(images(7).doubles(), 126));
    Explanation e = new IntegratedGradients(3, PathRule.MIDDLE, new Baseline.Given(image), true, 3);
    double[] found = run(net(7, true), image.reshape(Shape.of(1, 2, 9, 7)), e);
    assertThat(Arrays.stream(found).map(Math::abs)).hasSize(126).containsOnly(0.0);
  }

  @Test
  void withoutNoiseSmoothGradIsTheGradient() {
    Graph net = net(8, true);
    Tensor images = images(8);
    double[] gradient = run(net, images, new Saliency());
    Noise none = new Noise(0, true, 1);
    expectEqual(run(net, images, new SmoothGrad(4, none, false, 3)), gradient, 1e-14);
    double[] squares = Arrays.stream(gradient).map(v -> v * v).toArray();
    expectEqual(run(net, images, new SmoothGrad(4, none, true, 3)), squares, 1e-14);
    expectEqual(run(net, images, new VarGrad(4, none, 3)), new double[gradient.length], 1e-14);
  }

  @Test
  void varianceIsTheMeanSquareLessTheSquaredMean() {
    Graph net = net(9, true);
    Tensor images = images(9);
    Noise noise = new Noise(0.5, true, 3);
    double[] mean = run(net, images, new SmoothGrad(6, noise, false, 2));
    double[] squares = run(net, images, new SmoothGrad(6, noise, true, 2));
    double[] expected = new double[mean.length];
    Arrays.setAll(expected, i -> squares[i] - mean[i] * mean[i]);
    double[] found = run(net, images, new VarGrad(6, noise, 2));
    expectEqual(found, expected, 1e-12);
    assertThat(Arrays.stream(found).max().orElseThrow()).isGreaterThan(1e-4);
  }

  @Test
  void everyImageOfABatchIsExplainedByItself() {
    Graph net = net(10, true);
    Tensor images = images(10);
    for (Methods.Method m : Methods.all()) {
      Explanation e = m.create(net, QUESTION, Methods.Options.of(Profile.WHYC).withPointsPerRun(4));
      double[] together = run(net, images, e);
      int size = together.length / 3;
      for (int row = 0; row < 3; row++) {
        Tensor one =
            Tensor.of(
                Shape.of(1, 2, 9, 7),
                Arrays.copyOfRange(images.doubles(), row * 126, (row + 1) * 126));
        double[] alone = run(net, one, e);
        expectEqual(Arrays.copyOfRange(together, row * size, (row + 1) * size), alone, 1e-10);
      }
    }
  }

  @Test
  void noGraphMentionsTheBatch() {
    Graph net = net(11, true);
    for (Methods.Method m : Methods.all()) {
      Explanation e = m.create(net, QUESTION, Methods.Options.of(Profile.WHYC).withPointsPerRun(4));
      List<Op> typedForThree = operators(e.explain(net, QUESTION));
      List<Op> typedForFive = operators(e.explain(net.withBatch(5), QUESTION));
      assertThat(typedForThree).as(m.name()).isEqualTo(typedForFive);
    }
  }

  private static List<Op> operators(Graph g) {
    return new RemoveDead()
        .apply(g).nodes().stream()
            .<Op>map(n -> n.op())
            .filter(op -> !(op instanceof Input))
            .toList();
  }

  @ParameterizedTest(name = "{0} at once")
  @ValueSource(ints = {1, 4, 7, 10})
  void runsAddUpToTheWhole(int pointsPerRun) {
    Graph net = net(12, true);
    Tensor images = images(12);
    Question given =
        new Question("x", "y", new ClassChoice.Given("whyc_target"), Question.Score.LOGIT);
    Tensor classes = Tensor.of(Shape.of(3), 2L, 0L, 3L);
    for (String name :
        List.of("integratedgradients", "smoothgrad", "vargrad", "smoothgradsquared")) {
      Explanation e = Methods.named(name).create(net, QUESTION, options(7));
      Accumulated accumulated = (Accumulated) e;
      Graph few = new Simplify().apply(accumulated.partial(net, given, pointsPerRun));
      Map<String, Tensor> inputs = Map.of("x", images, "whyc_target", classes);
      Tensor sum =
          accumulated.accumulate(
              inputs, images.type(), pointsPerRun, all -> Interpreter.run(few, all));
      Tensor whole = Interpreter.run(e.explain(net, given), inputs).get(Explanation.ATTRIBUTION);
      expectEqual(sum.doubles(), whole.doubles(), 1e-12);
    }
  }

  private static Methods.Options options(int points) {
    Methods.Options o = Methods.Options.of(Profile.WHYC);
    return new Methods.Options(
        o.profile(),
        o.layer(),
        java.util.Optional.of(points),
        o.rule(),
        new Baseline.Blur(),
        java.util.Optional.of(points),
        o.noise(),
        5,
        3);
  }

  @Test
  void noiseIsTheSameEverywhereAndOtherForEachSample() {
    Noise noise = new Noise(1, false, 0);
    double[] first = noise.standard(0, 100_001);
    // Recomputed from the generator's published recurrence with another language's arithmetic.
    assertThat(Arrays.copyOf(first, 4))
        .containsExactly(
            -0.4387214756878968, -1.3860765618815576, -0.5489113474545084, -0.8233359505076742);
    assertThat(noise.standard(0, 7)).isEqualTo(Arrays.copyOf(first, 7));
    assertThat(noise.standard(1, 7)).isNotEqualTo(Arrays.copyOf(first, 7));
    assertThat(new Noise(1, false, 1).standard(0, 7)).isNotEqualTo(Arrays.copyOf(first, 7));
    double mean = Arrays.stream(first).average().orElseThrow();
    double variance = Arrays.stream(first).map(v -> v * v).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.02));
    assertThat(variance).isCloseTo(1, within(0.02));
  }
}
