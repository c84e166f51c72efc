package whyc.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.AcceleratorException;
import whyc.accelerator.Fields;

/** Spaces, networks, fronts: what needs no training. */
final class SpaceTest {
  private static Space read(String json) throws IOException {
    return Fields.read(
        "s.json", new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Space::read);
  }

  @ParameterizedTest
  @ValueSource(strings = {"residual", "mobile", "resnet8"})
  void everyNetworkThatIsDrawnBelongsToItsSpace(String name) {
    Space space = Space.of(name);
    for (int seed = 0; seed < 20; seed++) {
      int[] genes = space.draw(new SplittableRandom(seed), 7, 3, 10);
      Architecture a = space.valid(genes, 3, 10).orElseThrow();
      assertThat(a.multiplyAdds()).isBetween(1L, space.mostMultiplyAdds());
      assertThat(a.layers().size()).isLessThanOrEqualTo(space.mostLayers());
    }
  }

  @Test
  void someNetworksAreDrawnExactAndWhole() {
    Space space = Space.of("residual");
    int exact = 0;
    int whole = 0;
    for (int seed = 0; seed < 200; seed++) {
      int[] genes = space.draw(new SplittableRandom(seed), 7, 3, 10);
      int circuits = 0;
      int shares = 0;
      for (int g = space.shapeGenes(); g < genes.length; g += Space.PER_LAYER) {
        circuits += genes[g];
        shares += genes[g + 1];
      }
      exact += circuits == 0 ? 1 : 0;
      whole += shares == 0 ? 1 : 0;
    }
    assertThat(exact).isBetween(10, 60);
    assertThat(whole).isBetween(10, 60);
  }

  @Test
  void theResidualSpaceReachesFromResNet8ToResNet62() {
    Space space = Space.of("residual");
    int[] genes = new int[space.size()];
    assertThat(space.architecture(genes, 3, 10).depth()).isEqualTo(8);
    for (int s = 0; s < space.stages().size(); s++) {
      genes[3 + 5 * s] = space.stages().get(s).depths().size() - 1;
    }
    assertThat(space.architecture(genes, 3, 10).depth()).isEqualTo(62);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"most_multiply_adds\": 200000|\"most_multiply_adds\": 10|/most_multiply_adds wants at least",
        "\"depth\": [1, 2]|\"depth\": [2, 1]|/stages/0/depth wants a rising list",
        "\"depth\": [1, 2]|\"depth\": []|/stages/0/depth wants a rising list",
        "\"kernel\": [1, 3]|\"kernel\": [2]|/stages/0/kernel wants odd sides",
        "\"skipping_share\": [0, 0.25]|\"skipping_share\": [0.25]|/skipping_share wants 0 first",
        "\"relu6\"|\"tanh\"|/activation wants some of relu, relu6",
        "\"family\": \"residual\"|\"family\": \"dense\"|/family wants one of residual, mobile",
        "\"name\": \"tiny\"|\"nome\": \"tiny\"|/name wants a text"
      })
  void aSpaceThatIsNotAsItShouldBeIsRefusedByItsField(String right, String wrong, String message) {
    assertThat(SearchTest.TINY).contains(right);
    assertThatThrownBy(() -> read(SearchTest.TINY.replace(right, wrong)))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("s.json: " + message);
  }

  @Test
  void aSpaceWithoutAnyBlockIsRefused() {
    assertThatThrownBy(() ->
            read(
                SearchTest.TINY
                    .replace("\"depth\": [1, 2]", "\"depth\": [0]")
                    .replace("\"depth\": [0, 1]", "\"depth\": [0]")))
        .hasMessageContaining("one stage of a block at least");
  }

  @Test
  void aFileThatIsNotThereIsToldWithTheSpacesThatAre() {
    assertThatThrownBy(() -> Space.of("nowhere.json"))
        .hasMessage(
            "nowhere.json: there is no such file, and the spaces that come with whyc are residual, mobile, resnet8");
  }

  @Test
  void aCandidateIsReadAsItWasWritten() {
    Training relative = Training.fresh(Shapes.residual());
    Candidate c =
        Candidate.uniform(
            new Training(Shapes.mobile(), java.util.Optional.of(relative)), "mul8s_1L2J");
    assertThat(Candidate.of(c.json())).isEqualTo(c);
  }

  @Test
  void aCandidateOfTooFewLayersIsRefused() {
    assertThatThrownBy(
            () -> new Candidate(Training.fresh(Shapes.residual()), List.of(new Choice("exact", 0))))
        .hasMessageContaining("a candidate wants a choice for each of 9 layers, got 1");
  }

  /** By hand: (0.2, 0.6) covers 0.8 x 0.4, (0.5, 0.3) adds 0.5 x 0.3. */
  @Test
  void theHypervolumeOfTwoPointsIsTheirUnion() {
    List<double[]> points =
        List.of(new double[] {0.2, 0.6}, new double[] {0.5, 0.3}, new double[] {0.6, 0.7});
    assertThat(Fronts.hypervolume(points))
        .isCloseTo(0.8 * 0.4 + 0.5 * 0.3, org.assertj.core.data.Offset.offset(1e-12));
    assertThat(Fronts.front(points, p -> p)).hasSize(2);
  }

  /** By counting points of a grid. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3})
  void theHypervolumeInThreeDirectionsIsWhatPointsOfAGridSay(long seed) {
    Random random = new Random(seed);
    List<double[]> points = random.ints(12).mapToObj(i -> random.doubles(3).toArray()).toList();
    int n = 40;
    int inside = 0;
    for (int i = 0; i < n * n * n; i++) {
      double[] at = {(i % n + 0.5) / n, (i / n % n + 0.5) / n, (i / n / n + 0.5) / n};
      boolean covered =
          points.stream().anyMatch(p -> p[0] <= at[0] && p[1] <= at[1] && p[2] <= at[2]);
      inside += covered ? 1 : 0;
    }
    assertThat(Fronts.hypervolume(points))
        .isCloseTo(inside / (double) (n * n * n), org.assertj.core.data.Offset.offset(0.02));
  }

  /** Identity: n eigenvalues of 1, so -n (log(1 + k) + 1 / (1 + k)). */
  @Test
  void uncorrelatedJacobiansScoreAsTheFormulaSays() {
    double[][] identity = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    double k = 1e-5;
    assertThat(Proxies.score(identity))
        .isCloseTo(-3 * (Math.log(1 + k) + 1 / (1 + k)), org.assertj.core.data.Offset.offset(1e-9));
    double[][] alike = {{1, 1, 1}, {1, 1, 1}, {1, 1, 1}};
    assertThat(Proxies.score(alike)).isLessThan(Proxies.score(identity));
  }

  @Test
  void weightsAreInheritedWhereBothNetworksHaveThem() {
    Architecture small = Shapes.residual();
    Architecture wide =
        new Architecture(
            Family.RESIDUAL,
            3,
            4,
            12,
            6,
            Activation.RELU,
            List.of(new Stage(1, 6, 5, 1, 1), new Stage(2, 8, 3, 2, 2)));
    Weights parent = Shapes.lived(small, 3);
    Weights child = Inheritance.of(wide, small, parent, new Random(4));
    // stem: [4,3,3,3] into [6,3,3,3]
    assertThat(java.util.Arrays.copyOf(child.get(0), 4 * 27)).containsExactly(parent.get(0));
    // stage1.block1.conv1: the middle of a 5 x 5 window is the 3 x 3 one
    assertThat(child.get(5)[2 * 5 + 2]).isEqualTo(parent.get(5)[1 * 3 + 1]);
    // running variances of new channels stay 1
    assertThat(child.get(4)[5]).isEqualTo(1f);
  }

  @Test
  void aForestLearnsWhatAnInputDecides() {
    Random random = new Random(3);
    List<double[]> x = random.ints(40).mapToObj(i -> random.doubles(4).toArray()).toList();
    double[] y = x.stream().mapToDouble(v -> v[1] > 0.5 ? 0.9 : 0.3).toArray();
    Surrogate forest = Surrogate.of(x, y, 1).orElseThrow();
    assertThat(forest.predict(new double[] {0.5, 0.9, 0.5, 0.5})).isGreaterThan(0.75);
    assertThat(forest.predict(new double[] {0.5, 0.1, 0.5, 0.5})).isLessThan(0.45);
    assertThat(forest.error()).isLessThan(0.2);
    assertThat(Surrogate.of(x.subList(0, 3), new double[] {1, 2, 3}, 1)).isEmpty();
  }

  @Test
  void aLogTellsOfLinesThatAreNone(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("log.jsonl");
    try (SearchLog log = SearchLog.open(file, "x")) {
      log.add(SearchLog.line("a").put("seconds", 1));
    }
    Files.writeString(file, Files.readString(file) + "not json\n");
    try (SearchLog again = SearchLog.open(file, "x")) {
      assertThat(again.size()).isEqualTo(1);
      assertThat(again.damaged()).hasSize(1).first().asString().contains("line 3");
    }
    assertThatThrownBy(() -> SearchLog.open(file, "y")).hasMessageContaining("give --out another");
  }

  @Test
  void skippingKeepsOneChannelAtLeast() {
    assertThat(new Choice("x", 0.9).skippedOf(1)).isZero();
    assertThat(new Choice("x", 0.25).skippedOf(8)).isEqualTo(2);
    assertThat(new Choice("x", 0.29).skippedOf(100)).isEqualTo(29);
    assertThat(Map.of(1, new Choice("x", 0.25).keptOf(8))).containsEntry(1, 0.75);
  }
}
