package whyc.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.graph.Graph;

/**
 * A net small enough for pencil and paper: {@link TinyNet}.
 *
 * <pre>{@code
 * before ReLU  [[-5, 4], [31, 40]]  and  [[-30, -21], [6, 15]]     Y = 75 - 6 - 15 = 54
 * dY/dA        [[ 1, 1], [ 1,  1]]  and  [[  1,  -1], [-1, -1]]    (of the ReLU's result)
 * }</pre>
 */
class WorkedExampleTest {
  /** Figures are printed to six digits after the point. */
  private static final Offset<Double> PRINTED = within(5.1e-7);

  private static void expect(Explanation e, double... values) {
    assertThat(TinyNet.attribution(e)).containsExactly(values, PRINTED);
  }

  private static GradCamPlusPlus plusPlus(Profile p) {
    return new GradCamPlusPlus("relu", true, p.plusPlus());
  }

  @Test
  void theScoreIs54() {
    Graph g = new Saliency().explain(TinyNet.graph(), TinyNet.QUESTION).withBatch(1);
    assertThat(TinyNet.run(g, TinyNet.image(), Explanation.SCORE)).containsExactly(54);
  }

  @Test
  void gradCamAtTheConvolution() {
    // Weights 3/4 and -2/4 of the values before the ReLU: where it is shut, the gradient is 0.
    // (1,1): 0.75 * -5 - 0.5 * -30 = 11.25
    expect(new GradCam("conv"), 11.25, 13.5, 20.25, 22.5);
  }

  @Test
  void gradCamAtTheRelu() {
    expect(new GradCam("relu"), 0, 4, 28, 32.5);
  }

  @Test
  void gradCamBroughtToMinimumAndMaximum() {
    double[] map = TinyNet.attribution(new GradCam("relu"));
    assertThat(TinyNet.of(2, 2, map, (g, x) -> new Profile.Step.MinMax(0).apply(g, x, 4, 4)))
        .containsExactly(new double[] {0, .123077, .861538, 1}, PRINTED);
  }

  @Test
  void hiResCam() {
    expect(new HiResCam("relu"), 0, 4, 25, 25);
  }

  @Test
  void layerCam() {
    expect(new LayerCam("relu"), 0, 4, 31, 40);
  }

  @Test
  void xGradCam() {
    expect(new XGradCam("relu"), 0, 4, 25, 25);
    assertThat(
            TinyNet.attribution(
                new XGradCam("relu", true, Profile.named("pytorch-grad-cam").xgradEpsilon())))
        .containsExactly(new double[] {0, 4, 25, 25}, within(1e-6));
  }

  @Test
  void gradCamPlusPlusOfThePaper() {
    // S = 75 and 21: 4 / (2 + 75) = .051948 and 1 / (2 + 21) = .043478.
    expect(new GradCamPlusPlus("relu"), 0, .207792, 1.871259, 2.730096);
    expect(plusPlus(Profile.named("pytorch-grad-cam")), 0, .207792, 1.871259, 2.730096);
  }

  @Test
  void gradCamPlusPlusSummedTogether() {
    // sum A g^3 = 75 and -21: 1 / (2 - 21) = -.052632.
    expect(plusPlus(Profile.named("torch-cam")), 0, .207792, 1.294600, 1.288448);
    expect(plusPlus(Profile.named("monai")), 0, .207792, 1.294600, 1.288448);
  }

  @Test
  void gradCamPlusPlusOfMeans() {
    // Mean activations 18.75 and 5.25: 1 / (2 + 18.75) = .048193 and 1/4 * 1 / (2 + 5.25) =
    // .034483.
    expect(plusPlus(Profile.named("xplique")), 0, .192771, 1.700872, 2.444952);
  }

  @Test
  void gradCamPlusPlusNormalised() {
    expect(plusPlus(Profile.named("tf-keras-vis")), 0, 4, 28.72, 34.3);
  }

  @Test
  void eigenCamKeepsTheSideThatIsLarger() {
    assertThat(TinyNet.attribution(new EigenCam("relu", false)))
        .containsExactly(new double[] {-19.4419, -15.6549, 11.8392, 23.2576}, within(5.1e-5));
    assertThat(TinyNet.attribution(new EigenCam("relu")))
        .containsExactly(new double[] {0, 0, 11.8392, 23.2576}, within(5.1e-5));
  }

  @Test
  void gradient() {
    expect(new Saliency(), 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0);
  }

  @Test
  void guidedBackprop() {
    expect(new GuidedBackprop(), 0, 1, 1, 1, 1, 3, 3, 2, 1, 3, 3, 2, 1, 2, 2, 1);
  }

  @Test
  void deconvnet() {
    expect(new Deconvnet(), 2, 3, 3, 1, 3, 5, 5, 2, 3, 5, 5, 2, 1, 2, 2, 1);
  }

  @Test
  void inputTimesGradient() {
    expect(new InputXGradient(), 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 0, 0, 0);
  }

  @Test
  void guidedGradCamWithTheNearest() {
    expect(
        new GuidedGradCam("relu", Resizing.NEAREST),
        0,
        0,
        4,
        4,
        0,
        0,
        12,
        8,
        28,
        84,
        97.5,
        65,
        28,
        56,
        65,
        32.5);
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "gauss-legendre, 50, 53.328959",
    "right, 20, 52.2",
    "trapezoid-over-n, 50, 51.48",
    "trapezoid, 50, 52.530612",
    "mean, 64, 54.84375",
    "mean, 25, 55.44"
  })
  void integratedGradientsSumToWhatTheRuleFinds(String rule, int steps, double sum) {
    IntegratedGradients e =
        new IntegratedGradients(steps, PathRule.parse(rule), new Baseline.Zero(), true, 7);
    assertThat(Arrays.stream(TinyNet.attribution(e)).sum()).isCloseTo(sum, PRINTED);
  }

  @Test
  void integratedGradientsApproachTheIntegral() {
    // Breakpoints of the path at 50/54, 50/81, 50/90, 75/81, 75/90: between them all is linear.
    // With
    // 90 * 54 steps in the middle of their intervals, no interval has a breakpoint inside.
    IntegratedGradients e =
        new IntegratedGradients(810, PathRule.MIDDLE, new Baseline.Zero(), true, 810);
    double[] exact = {
      0, .074074, .148148, .222222, 1.234568, 3.302469, 3.962963, 2.462963, 2.469136, 5.944444,
      6.604938, 3.870370, 3.703704, 7.623457, 8.209877, 4.166667
    };
    double[] found = TinyNet.attribution(e);
    assertThat(found).containsExactly(exact, PRINTED);
    assertThat(Arrays.stream(found).sum()).isCloseTo(54, within(1e-9));
  }

  @Test
  void mapsAreEnlargedOnThreeGrids() {
    double[] map = {0, .12307692307692308, .8615384615384616, 1};
    expectFirstRow(map, Resizing.LINEAR, 0, .030769, .092308, .123077);
    expectFirstRow(map, Resizing.LINEAR_ALIGNED, 0, .041026, .082051, .123077);
    expectFirstRow(map, Resizing.LINEAR_ASYMMETRIC, 0, .061538, .123077, .123077);
    expectFirstRow(map, Resizing.NEAREST, 0, 0, .123077, .123077);
  }

  private static void expectFirstRow(double[] map, Resizing resizing, double... row) {
    double[] large = TinyNet.of(2, 2, map, (g, x) -> resizing.apply(g, x, 4, 4));
    assertThat(large).hasSize(16);
    assertThat(Arrays.copyOf(large, 4)).containsExactly(row, PRINTED);
  }
}
