package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Baseline;
import whyc.explain.PathRule;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Node;
import whyc.op.Input;
import whyc.op.Value;
import whyc.pass.ToDouble;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

final class CriticalityTest {
  private static final Budget ONE_BY_ONE = new Budget(1, Duration.ofDays(1));

  private static Criticality.Scores measure(Criticality c, Subject s, List<Example> examples) {
    return c.measure(s, examples, new Interpreted(), Budget.usual());
  }

  private static Conductance conductance(int steps, PathRule rule, Conductance.Neuron neuron) {
    return new Conductance(steps, rule, new Baseline.Zero(), neuron);
  }

  static List<Criticality> all() {
    return List.of(
        conductance(20, PathRule.GAUSS_LEGENDRE, Conductance.Neuron.CHANNEL),
        conductance(20, PathRule.GAUSS_LEGENDRE, Conductance.Neuron.VALUE),
        new Relevance(),
        new Sensitivity(),
        new GradientTimesActivation(),
        new NoiseInjection(0.5, 2, NoiseInjection.Loss.MARGIN, 7),
        new HessianTrace(2, 0.01, 7));
  }

  private static final Subject BY_HAND =
      Nets.twoProducts(new float[] {1, -1, 0, 1}, new float[] {1, 0, -2, 1});

  private static final List<Example> ONE_TWO =
      List.of(new Example(Tensor.of(Shape.of(1, 2), 1f, 2f), 0));

  /**
   * {@code x = (1,2), h = xA = (1, -1 + 2) = (1,1), y = relu(h) = h, F = yB = (1 - 2, 1) = (-1,1)}.
   * The gradient of F_0 by h is B's first column (1,-2), by F it is (1,0). So gradient times
   * activation is (1,-2) and (-1,0).
   */
  @Test
  void gradientTimesActivationOfTwoProductsByHand() {
    for (Criticality c : List.of(new Relevance(), new GradientTimesActivation())) {
      LayerScores scores = measure(c, BY_HAND, ONE_TWO).overall();
      assertThat(scores.layers()).containsExactly("a", "b");
      assertThat(scores.byChannel().get("a")).containsExactly(1, 2);
      assertThat(scores.byChannel().get("b")).containsExactly(1, 0);
      assertThat(scores.of("a")).isEqualTo(3);
    }
    LayerScores signed = measure(new GradientTimesActivation(), BY_HAND, ONE_TWO).signed();
    assertThat(signed.byChannel().get("a")).containsExactly(1, -2);
    assertThat(signed.of("b")).isEqualTo(-1);
  }

  /** The gradients above, squared. */
  @Test
  void squaredGradientsOfTwoProductsByHand() {
    LayerScores scores = measure(new Sensitivity(), BY_HAND, ONE_TWO).overall();
    assertThat(scores.byChannel().get("a")).containsExactly(1, 4);
    assertThat(scores.byChannel().get("b")).containsExactly(1, 0);
    assertThat(scores.of("a")).isEqualTo(5);
  }

  /**
   * From 0 the path is t (1,1) at h, all of it in the same linear piece: the gradient is (1,-2) at
   * every point but t = 0, where the ReLU has none. Of 4 steps from 0 to 1 the first counts
   * nothing: conductances are 3/4 of (1,-2), and F moves (-1,0) with gradient (1,0) all the way.
   */
  @Test
  void conductanceOfTwoProductsByHand() {
    Criticality.Scores scores =
        measure(conductance(4, PathRule.TRAPEZOID, Conductance.Neuron.CHANNEL), BY_HAND, ONE_TWO);
    assertThat(scores.overall().byChannel().get("a"))
        .containsExactly(new double[] {0.75, 1.5}, within(1e-6));
    assertThat(scores.signed().byChannel().get("a"))
        .containsExactly(new double[] {0.75, -1.5}, within(1e-6));
    assertThat(scores.signed().byChannel().get("b"))
        .containsExactly(new double[] {-1, 0}, within(1e-6));
    assertThat(scores.cuts()).extracting(Criticality.Cut::layer).containsExactly("a", "b");
    assertThat(scores.cuts()).allMatch(cut -> Math.abs(cut.difference() + 1) < 1e-6);
    assertThat(scores.cuts().getFirst().gap()).isCloseTo(0.25, within(1e-6));
    assertThat(scores.cuts().getLast().gap()).isCloseTo(0, within(1e-6));
  }

  /**
   * One layer, F = (1,-1): p = softmax(F) = (p, 1-p). The Hessian of the cross-entropy by F is
   * diag(p) - p p^T = p (1-p) [[1,-1],[-1,1]], its trace 2 p (1-p), and the deviation of (1,-1) is
   * 1. A probe of equal signs gives 0, one of different signs 4 p (1-p).
   */
  @Test
  void hessianTraceOfOneProductByHand() {
    Subject s = Nets.oneProduct(new float[] {1, 0, 0, 1});
    List<Example> x = List.of(new Example(Tensor.of(Shape.of(1, 2), 1f, -1f), 0));
    double p = 1 / (1 + Math.exp(-2));
    double found = measure(new HessianTrace(400, 1e-3, 5), s, x).overall().of("a");
    // 400 fair coins: three standard errors of the mean are 15 % of it.
    assertThat(found).isCloseTo(2 * p * (1 - p), within(0.15 * 2 * p * (1 - p)));
    double single = measure(new HessianTrace(1, 1e-3, 5), s, x).overall().of("a");
    assertThat(Math.min(Math.abs(single), Math.abs(single - 4 * p * (1 - p)))).isLessThan(1e-5);
  }

  /**
   * The rule again, slowly: layer outputs from the interpreter, gradients by central differences of
   * the network that begins at the layer, one value after the other.
   */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3})
  void conductanceIsThatOfTheNaiveTwin(long seed) {
    Subject s = Nets.residual(seed, Nets.Activation.RELU, 0);
    Example e = Nets.examples(seed, 1).getFirst();
    int steps = 7;
    for (Conductance.Neuron neuron : Conductance.Neuron.values()) {
      Criticality.Scores found =
          measure(conductance(steps, PathRule.MIDDLE, neuron), s, List.of(e));
      for (WeightedLayer layer : s.layers()) {
        double[] naive = naive(s, layer, e, steps);
        int places = naive.length / layer.channels(s.graph());
        double[] channels = new double[layer.channels(s.graph())];
        double[] magnitudes = new double[channels.length];
        for (int i = 0; i < naive.length; i++) {
          channels[i / places] += naive[i];
          magnitudes[i / places] += Math.abs(naive[i]);
        }
        double[] wanted =
            neuron == Conductance.Neuron.VALUE
                ? magnitudes
                : Arrays.stream(channels).map(Math::abs).toArray();
        assertThat(found.signed().byChannel().get(layer.name()))
            .as(layer.name())
            .containsExactly(channels, within(1e-6));
        assertThat(found.overall().byChannel().get(layer.name()))
            .as(layer.name())
            .containsExactly(wanted, within(1e-6));
      }
    }
  }

  /** The conductance of each value of a layer. */
  private static double[] naive(Subject s, WeightedLayer layer, Example e, int steps) {
    Graph tail = startingAt(s, layer);
    double[] total = new double[0];
    for (int k = 0; k < steps; k++) {
      Tensor here = output(s, layer, e, (k + 0.5) / (steps + 1));
      Tensor next = output(s, layer, e, (k + 1.5) / (steps + 1));
      Tensor image = at(e, (k + 0.5) / (steps + 1));
      double[] y = here.doubles();
      total = total.length == 0 ? new double[y.length] : total;
      for (int i = 0; i < y.length; i++) {
        double ahead = score(tail, image, moved(here, i, 1e-5), e.classIndex());
        double behind = score(tail, image, moved(here, i, -1e-5), e.classIndex());
        total[i] += (ahead - behind) / 2e-5 * (next.at(i) - y[i]);
      }
    }
    return total;
  }

  private static Tensor at(Example e, double t) {
    double[] x = e.image().doubles();
    return Tensor.of(e.image().shape(), Arrays.stream(x).map(v -> v * t).toArray());
  }

  private static Tensor moved(Tensor y, int i, double by) {
    double[] values = y.doubles().clone();
    values[i] += by;
    return Tensor.of(y.shape(), values);
  }

  private static Tensor output(Subject s, WeightedLayer layer, Example e, double t) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", layer.output());
    Graph g = new ToDouble().apply(s.graph().withOutputs(outputs).withBatch(1));
    return Interpreter.run(g, Map.of("image", at(e, t))).firstEntry().getValue();
  }

  private static double score(Graph tail, Tensor image, Tensor y, int classIndex) {
    return Interpreter.run(tail, Map.of("image", image, "y", y))
        .firstEntry()
        .getValue()
        .at(classIndex);
  }

  /** The network with an input "y" in the place of a layer's output. */
  private static Graph startingAt(Subject s, WeightedLayer layer) {
    Graph single = s.graph().withBatch(1);
    Builder b = new Builder();
    List<Value> values = new ArrayList<>();
    for (int i = 0; i < single.nodes().size(); i++) {
      Node n = single.nodes().get(i);
      boolean isLayer = n.label().equals(layer.name());
      values.add(
          isLayer
              ? b.emit(new Input("y", n.type()))
              : b.emit(n.op(), n.operands().stream().map(v -> values.get(v.index())).toList()));
    }
    return new ToDouble()
        .apply(b.finish(Builder.mapped(single.outputs(), v -> values.get(v.index()))));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3})
  void cutsSumToWhatTheScoreGains(long seed) {
    Subject s = Nets.residual(seed, Nets.Activation.TANH, 0);
    List<Example> examples = Nets.examples(seed, 3);
    Criticality.Scores fine =
        measure(conductance(400, PathRule.TRAPEZOID, Conductance.Neuron.CHANNEL), s, examples);
    // Branches of the block are no cuts: neither "left" nor "right" stands here.
    assertThat(fine.cuts()).extracting(Criticality.Cut::layer).containsExactly("first", "last");
    assertThat(fine.cuts()).allMatch(cut -> cut.gap() < 0.02);
    assertThat(fine.cuts()).allMatch(cut -> Math.abs(cut.difference()) > 1e-3);
    Criticality.Scores coarse =
        measure(conductance(8, PathRule.TRAPEZOID, Conductance.Neuron.CHANNEL), s, examples);
    assertThat(coarse.cuts().getFirst().gap()).isGreaterThan(fine.cuts().getFirst().gap());
  }

  @ParameterizedTest
  @MethodSource("all")
  void whatReachesNoScoreScoresZeroAndTheRestDoesNot(Criticality c) {
    Subject s = Nets.residual(4, Nets.Activation.TANH, 0);
    LayerScores scores = measure(c, s, Nets.examples(4, 3)).overall();
    assertThat(scores.of("dead")).isCloseTo(0, within(1e-9));
    for (String layer : List.of("first", "left", "right", "last")) {
      assertThat(Math.abs(scores.of(layer))).as(layer).isGreaterThan(1e-4);
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void rowsAtOnceChangeNothing(Criticality c) {
    Subject s = Nets.residual(5, Nets.Activation.RELU, 0);
    List<Example> examples = Nets.examples(5, 12);
    Criticality.Scores some = c.measure(s, examples, new Interpreted(), Budget.usual());
    Criticality.Scores single = c.measure(s, examples, new Interpreted(), ONE_BY_ONE);
    assertThat(some.images()).isEqualTo(12);
    some.overall()
        .byLayer()
        .forEach((layer, score) ->
            assertThat(single.overall().of(layer))
                .isCloseTo(score, within(1e-8 * (1 + Math.abs(score)))));
    assertThat(some.byClass().keySet()).containsExactly(0, 1, 2);
  }

  @ParameterizedTest
  @MethodSource("all")
  void aModelOfFixedBatchGivesTheSame(Criticality c) {
    List<Example> examples = Nets.examples(6, 2);
    LayerScores free = measure(c, Nets.residual(6, Nets.Activation.RELU, 0), examples).overall();
    LayerScores fixed = measure(c, Nets.residual(6, Nets.Activation.RELU, 1), examples).overall();
    free.byLayer()
        .forEach((layer, score) ->
            assertThat(fixed.of(layer)).isCloseTo(score, within(1e-8 * (1 + Math.abs(score)))));
  }

  @ParameterizedTest
  @MethodSource("all")
  void onnxRuntimeGivesTheSame(Criticality c) {
    Subject s = Nets.residual(8, Nets.Activation.TANH, 0);
    List<Example> examples = Nets.examples(8, 3);
    LayerScores exact = measure(c, s, examples).overall();
    try (OrtEngine ort = OrtEngine.create(new OrtEngine.Options(1, false))) {
      LayerScores found = c.measure(s, examples, ort, Budget.usual()).overall();
      // Differences over a step of 0.02 lose a factor of 100 of single precision.
      exact
          .byLayer()
          .forEach((layer, score) ->
              assertThat(found.of(layer)).isCloseTo(score, within(1e-3 * (1 + Math.abs(score)))));
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void theMeanOverClassesIsTheWhole(Criticality c) {
    Subject s = Nets.residual(9, Nets.Activation.RELU, 0);
    Criticality.Scores scores = measure(c, s, Nets.examples(9, 6));
    for (String layer : s.names()) {
      double mean =
          scores.byClass().values().stream().mapToDouble(l -> l.of(layer)).average().orElseThrow();
      assertThat(scores.overall().of(layer)).isCloseTo(mean, within(1e-9 * (1 + Math.abs(mean))));
    }
  }

  @Test
  void noiseFollowsItsSeedAndItsSize() {
    Subject s = Nets.residual(10, Nets.Activation.TANH, 0);
    List<Example> examples = Nets.examples(10, 6);
    NoiseInjection n = new NoiseInjection(0.5, 1, NoiseInjection.Loss.MARGIN, 1);
    LayerScores once = measure(n, s, examples).overall();
    assertThat(measure(n, s, examples).overall().byLayer()).isEqualTo(once.byLayer());
    assertThat(
            measure(new NoiseInjection(0.5, 1, NoiseInjection.Loss.MARGIN, 2), s, examples)
                .overall()
                .byLayer())
        .isNotEqualTo(once.byLayer());
    LayerScores faint =
        measure(new NoiseInjection(1e-4, 1, NoiseInjection.Loss.MARGIN, 1), s, examples).overall();
    assertThat(Math.abs(faint.of("first"))).isLessThan(Math.abs(once.of("first")) / 100);
  }

  /** An image that is answered with a margin loses accuracy only to noise that exceeds it. */
  @Test
  void accuracyIsLostInWholeImages() {
    Subject s = Nets.oneProduct(new float[] {1, 0, 0, 1});
    Example right = new Example(Tensor.of(Shape.of(1, 2), 1f, -1f), 0);
    Example wrong = new Example(Tensor.of(Shape.of(1, 2), -1f, 1f), 0);
    NoiseInjection faint = new NoiseInjection(1e-3, 50, NoiseInjection.Loss.ACCURACY, 1);
    NoiseInjection strong = new NoiseInjection(50, 50, NoiseInjection.Loss.ACCURACY, 1);
    assertThat(measure(faint, s, List.of(right)).overall().of("a")).isZero();
    assertThat(measure(strong, s, List.of(right)).overall().of("a")).isBetween(0.2, 0.8);
    assertThat(measure(strong, s, List.of(wrong)).overall().of("a")).isBetween(-0.8, -0.2);
  }

  @Test
  void conductanceTakesOneRunForSomePointsOfAllLayers() {
    Subject s = Nets.residual(11, Nets.Activation.RELU, 0);
    Interpreted engine = new Interpreted();
    new Conductance().measure(s, Nets.examples(11, 2), engine, Budget.usual());
    // 50 steps are five runs of ten, and one asks the scores at both ends.
    assertThat(engine.runs()).isEqualTo(2 * 6);
  }

  @Test
  void anotherBaselineIsWhereThePathBegins() {
    Subject s = Nets.residual(12, Nets.Activation.TANH, 0);
    Example e = Nets.examples(12, 1).getFirst();
    Conductance fromItself =
        Conductance.from(new Baseline.Given(e.image()), Conductance.Neuron.CHANNEL);
    LayerScores nothing = measure(fromItself, s, List.of(e)).overall();
    assertThat(nothing.byLayer().values()).allMatch(v -> Math.abs(v) < 1e-9);
    Conductance fromGrey = Conductance.from(new Baseline.Constant(0.5), Conductance.Neuron.CHANNEL);
    Criticality.Scores grey = measure(fromGrey, s, List.of(e));
    Criticality.Scores black = measure(new Conductance(), s, List.of(e));
    assertThat(grey.cuts().getFirst().difference())
        .isNotCloseTo(black.cuts().getFirst().difference(), within(1e-3));
    assertThat(grey.cuts().getFirst().gap()).isLessThan(0.2);
  }

  @Test
  void timeEndsMeasuringAfterTheFirstImages() {
    Subject s = Nets.residual(13, Nets.Activation.RELU, 0);
    List<Integer> heard = new ArrayList<>();
    Criticality.Scores scores =
        new Relevance()
            .measure(
                s,
                Nets.examples(13, 9),
                new Interpreted(),
                new Budget(2, Duration.ZERO),
                (images, of) -> heard.addAll(List.of(images, of)));
    assertThat(scores.images()).isEqualTo(2);
    assertThat(heard).containsExactly(2, 9);
    assertThat(scores.time()).isPositive();
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Subject s = Nets.residual(14, Nets.Activation.RELU, 0);
    assertThatThrownBy(() -> measure(new Relevance(), s, List.of()))
        .hasMessage("relevance wants at least one example, got none");
    Example third = new Example(Nets.examples(14, 1).getFirst().image(), 3);
    assertThatThrownBy(() -> measure(new Relevance(), s, List.of(third)))
        .hasMessage("relevance wants classes 0 to 2, got 3");
    Example small = new Example(Tensor.of(Shape.of(1, 2), 1f, 2f), 0);
    assertThatThrownBy(() -> measure(new Relevance(), s, List.of(small)))
        .hasMessageContaining("relevance wants images float32[1,2,5,4], got float32[1,2]");
    assertThatThrownBy(() -> conductance(0, PathRule.TRAPEZOID, Conductance.Neuron.CHANNEL))
        .hasMessageContaining("wants 1 to 100000 steps, got 0");
  }

  @Test
  void ranksAgreeOrNot() {
    SplittableRandom random = new SplittableRandom(1);
    double[] scores = DoubleStream.generate(random::nextDouble).limit(9).toArray();
    SequencedMap<String, Double> layers = new LinkedHashMap<>();
    SequencedMap<String, Double> reversed = new LinkedHashMap<>();
    IntStream.range(0, 9)
        .forEach(i -> {
          layers.put("l" + i, scores[i]);
          reversed.put("l" + i, -scores[i] * scores[i]);
        });
    SequencedMap<String, LayerScores> both = new LinkedHashMap<>();
    both.put("one", LayerScores.ofLayers(layers));
    both.put("other", LayerScores.ofLayers(reversed));
    Agreement a = Agreement.of(both);
    assertThat(a.correlations().get("one").get("one")).isCloseTo(1, within(1e-12));
    assertThat(a.correlations().get("one").get("other")).isCloseTo(-1, within(1e-12));
    assertThat(Agreement.with(layers, both).get("other")).isCloseTo(-1, within(1e-12));
  }

  @Test
  void scoresAreRankedScaledAndAddedUp() {
    SequencedMap<String, double[]> channels = new LinkedHashMap<>();
    channels.put("a", new double[] {1, 2});
    channels.put("b", new double[] {4, 2});
    LayerScores scores = LayerScores.ofChannels(channels);
    assertThat(scores.descending()).containsExactly("b", "a");
    assertThat(scores.normalized().of("a")).isEqualTo(0.5);
    assertThat(scores.normalized().byChannel().get("b"))
        .containsExactly(new double[] {2 / 3.0, 1 / 3.0}, within(1e-12));
    SequencedMap<String, String> stages = new LinkedHashMap<>(Map.of("a", "B1"));
    stages.put("b", "B1");
    assertThat(scores.byStage(new Stages(stages))).isEqualTo(Map.of("B1", 9.0));
    assertThatThrownBy(() -> scores.of("c")).hasMessageContaining("got \"c\"; nearest of 2: [");
  }
}
