package whyc.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.graph.Graph;

/** What each library makes of the worked example's Grad-CAM at the ReLU, [[0, 4], [28, 32.5]]. */
class ProfileTest {
  private static final double[] RAW = {0, 4, 28, 32.5};

  private static double[] heatmap(String profile, double... raw) {
    Profile p = Profile.named(profile);
    return TinyNet.of(2, 2, raw, (g, x) -> p.heatmap(g, x, 4, 4));
  }

  private static void expectFirstRow(String profile, double... row) {
    assertThat(Arrays.copyOf(heatmap(profile, RAW), 4)).containsExactly(row, within(1e-6));
  }

  @Test
  void ours() {
    // 4 / 32.5 = .123077; a quarter and three quarters of it in between.
    expectFirstRow("whyc", 0, .030769, .092308, .123077);
  }

  @Test
  void captum() {
    expectFirstRow("captum", 0, 0, 4, 4);
  }

  @Test
  void pytorchGradCam() {
    expectFirstRow("pytorch-grad-cam", 0, .030769, .092308, .123077);
  }

  @Test
  void torchCam() {
    // Samples lie at -1/4 and 1/4. Keys' cubic with a = -1/2 gives the elements 0 and 1, scaled to
    // the
    // sum 1 since there is nothing beyond them:
    // -1/4: f(1/4) = .8671875 and f(5/4) = -.0703125, so the second element's share is -.088235
    //  1/4: f(1/4) = .8671875 and f(3/4) =  .2265625, so the second element's share is  .207143
    // The first row of samples lies at -1/4, too.
    double outside = -.0703125 / (.8671875 - .0703125);
    double inside = .2265625 / (.8671875 + .2265625);
    double left = outside * 28 / 32.5;
    double right = (1 - outside) * 4 / 32.5 + outside;
    expectFirstRow(
        "torch-cam",
        left + outside * (right - left),
        left + inside * (right - left),
        right + inside * (left - right),
        right + outside * (left - right));
  }

  @Test
  void openVino() {
    // floor(255 * .123077) = 31
    expectFirstRow("openvino-xai", 0, 31 / 255.0 / 4, 31 / 255.0 * 3 / 4, 31 / 255.0);
  }

  @Test
  void tfKerasVis() {
    expectFirstRow("tf-keras-vis", 0, .041026, .082051, .123077);
  }

  @Test
  void monai() {
    expectFirstRow("monai", 1, 1 - .030769, 1 - .092308, 1 - .123077);
  }

  @Test
  void pair() {
    expectFirstRow("pair", 0, .030769, .092308, .123077);
  }

  @Test
  void tfExplain() {
    expectFirstRow("tf-explain", 0, .030769, .092308, .123077);
  }

  @Test
  void tfExplainWeighsByPositivePositionsAlone() {
    // Positive activation and gradient: of the first channel at 3 positions of 4, of the second at
    // none.
    Explanation e =
        Methods.named("gradcam")
            .create(
                TinyNet.graph(),
                TinyNet.QUESTION,
                Methods.Options.of(Profile.named("tf-explain")).withLayer("relu"));
    assertThat(TinyNet.attribution(e)).containsExactly(0, 3, 23.25, 30);
  }

  @Test
  void aCubicMayOvershoot() {
    assertThat(Arrays.stream(heatmap("xplique", 0, 0, 0, 1)).min().orElseThrow()).isNegative();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "whyc",
        "pytorch-grad-cam",
        "torch-cam",
        "openvino-xai",
        "tf-keras-vis",
        "monai",
        "pair",
        "tf-explain"
      })
  void aConstantMapIsNeverStretched(String profile) {
    for (double level : new double[] {0, 3}) {
      double[] map = heatmap(profile, level, level, level, level);
      assertThat(map).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
      assertThat(Arrays.stream(map).max().orElseThrow() - Arrays.stream(map).min().orElseThrow())
          .isLessThan(1e-6);
    }
  }

  @Test
  void aMapWithoutEvidenceStaysEmpty() {
    assertThat(heatmap("whyc", -3, -1, -2, -5)).containsOnly(0.0);
  }

  @Test
  void imageSpaceAttributionsAreDrawnByMagnitude() {
    double[] signed = {-4, 1, 2, -1};
    double[] found =
        TinyNet.of(2, 2, signed, (g, x) -> Profile.WHYC.heatmap(g, new Saliency(), x, 2, 2));
    assertThat(found).containsExactly(1, .25, .5, .25);
  }

  @Test
  void heatMapsComeWithTheProgram() {
    Graph both =
        Asked.all(
            TinyNet.graph(),
            List.of(new Asked("cam", new GradCam("relu"), TinyNet.QUESTION)),
            java.util.Optional.of(Profile.WHYC));
    double[] map = TinyNet.run(both.withBatch(1), TinyNet.image(), "cam_heatmap");
    assertThat(Arrays.copyOf(map, 4))
        .containsExactly(new double[] {0, .030769, .092308, .123077}, within(1e-6));
  }

  @Test
  void profilesHaveNamesOfTheirOwn() {
    List<String> names = Profile.all().stream().map(Profile::name).toList();
    assertThat(new HashSet<>(names)).hasSize(10);
    assertThat(Profile.named("captum").about()).contains("captum");
    assertThatThrownBy(() -> Profile.named("nothing"))
        .hasMessageContaining("captum")
        .hasMessageStartingWith("there is no profile \"nothing\"; nearest: ");
  }
}
