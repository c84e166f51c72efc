package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;

/** Searches on a small trained network, with three circuits and few images. */
class SearchTest {
  private static final MultiPod MACHINE = (MultiPod) Accelerator.of("xai-gen-8x256");
  private static final List<Circuit> CIRCUITS =
      List.of(Circuit.of("mul8s_1L2J"), Circuit.of("mul8s_1L2L"), Circuit.of("mul8s_1L2N"));
  private static final Budgets BUDGETS = new Budgets(0.03, 0);

  private interface Use {
    void with(Problem p) throws IOException;
  }

  private static void onResNet8(EvaluationLog log, Use use) throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    try (Network n = Network.of(Data.wanted(m, ""), Data.cifar(m, 0, 50), 1)) {
      DataSplit data =
          new DataSplit(Data.cifar(m, 0, 50), Data.cifar(m, 50, 150), Data.cifar(m, 150, 200));
      use.with(Problem.of(n, MACHINE, CIRCUITS, List.of(), data, new RankCorrelation(), log));
    }
  }

  /** Scores that fall from layer to layer. */
  private static LayerScores falling(Problem p) {
    SequencedMap<String, Double> scores = new LinkedHashMap<>();
    p.network().layers().forEach(l -> scores.put(l.name(), 1.0 / (1 + scores.size())));
    return LayerScores.ofLayers(scores);
  }

  private static Found run(String strategy, Problem p, int evaluations, long seed) {
    Strategy s = Strategies.named(strategy, Optional.of(falling(p)), p).getFirst();
    return Strategies.run(s, p, BUDGETS, new Search.Limits(evaluations, 1e6, seed), e -> {});
  }

  @Test
  void oursKeepsTheBudgetsAndIsNoWorseThanAnyOther() throws IOException {
    onResNet8(
        EvaluationLog.inMemory(),
        p -> {
          Found ours = run(Strategies.OURS, p, 60, 1);
          assertThat(ours.keepsBudgets()).isTrue();
          assertThat(ours.best().measured().loss()).isLessThanOrEqualTo(BUDGETS.loss());
          for (String other : List.of("algorithm1", "uniform", "random", "greedy", "nsga2")) {
            assertThat(ours.best().picojoules())
                .as(other)
                .isLessThanOrEqualTo(run(other, p, 60, 1).best().picojoules());
          }
        });
  }

  @ParameterizedTest(name = "{0} -Dseed=7")
  @ValueSource(strings = {"ours", "random", "nsga2"})
  void theSameSeedFindsTheSameAgain(String strategy) throws IOException {
    onResNet8(
        EvaluationLog.inMemory(),
        p -> {
          Found first = run(strategy, p, 12, 7);
          Found again = run(strategy, p, 12, 7);
          assertThat(again.evaluations()).isEqualTo(first.evaluations());
          assertThat(again.best()).isEqualTo(first.best());
        });
  }

  @Test
  void aSearchThatWasStoppedGoesOnWithWhatItMeasured(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("evaluations.jsonl");
    try (EvaluationLog log = EvaluationLog.open(file, "test")) {
      onResNet8(log, p -> run("random", p, 6, 3));
    }
    try (EvaluationLog log = EvaluationLog.open(file, "test")) {
      int known = log.size();
      assertThat(known).isEqualTo(6);
      onResNet8(
          log,
          p -> {
            assertThat(run("random", p, 6, 3).evaluations()).hasSize(6);
            assertThat(log.size()).isEqualTo(known);
            run("random", p, 8, 3);
            assertThat(log.size()).isEqualTo(known + 2);
          });
    }
  }

  @Test
  void budgetsThatCannotBeKeptLeaveTheNearest() throws IOException {
    onResNet8(
        EvaluationLog.inMemory(),
        p -> {
          Search search = new Search(p, new Budgets(-1, 0), new Search.Limits(4, 1e6, 1), e -> {});
          new Uniform().run(search);
          Found found = search.result("uniform");
          assertThat(found.keepsBudgets()).isFalse();
          double least =
              found.evaluations().stream()
                  .filter(e -> !e.assignment().isExact())
                  .mapToDouble(e -> e.measured().loss())
                  .min()
                  .orElseThrow();
          assertThat(found.best().measured().loss()).isEqualTo(least);
        });
  }

  /** At one energy each is the better one in what it was chosen for, by prediction. */
  @Test
  void atEqualEnergyMapsAreKeptByThoseThatLookAtThem() throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSplit data =
        new DataSplit(Data.cifar(m, 0, 50), Data.cifar(m, 50, 150), Data.cifar(m, 150, 200));
    try (Network n = Network.of(Data.wanted(m, "gradcam"), data.calibration(), 1)) {
      Problem p =
          Problem.of(
              n,
              MACHINE,
              CIRCUITS,
              List.of(),
              data,
              new RankCorrelation(),
              EvaluationLog.inMemory());
      Prediction q = run(Strategies.OURS, p, 20, 1).prediction().orElseThrow();
      double exact = p.energies().picojoules(p.exact());
      for (double share : List.of(0.95, 0.9, 0.85)) {
        Assignment accurate = AtEnergy.leastLoss(p, q, share * exact).orElseThrow();
        Assignment explained = AtEnergy.leastChange(p, q, q.maps(), share * exact, 1).orElseThrow();
        Evaluation kept = AtEnergy.mostFaithful(p, q, share * exact, 0.01).orElseThrow();
        assertThat(p.energies().picojoules(accurate)).isLessThanOrEqualTo(share * exact);
        assertThat(p.energies().picojoules(explained)).isLessThanOrEqualTo(share * exact);
        assertThat(q.fidelity(explained)).isGreaterThanOrEqualTo(q.fidelity(accurate) - 1e-12);
        assertThat(kept.picojoules()).isLessThanOrEqualTo(share * exact);
        assertThat(kept.measured().fidelity())
            .isGreaterThanOrEqualTo(p.measure(accurate).measured().fidelity());
        assertThat(q.scoreNoise(accurate)).isLessThanOrEqualTo(q.scoreNoise(explained) + 1e-12);
      }
      assertThat(AtEnergy.leastLoss(p, q, 0.01 * exact)).isEmpty();
    }
  }

  /**
   * Where the backward pass is approximate, too, maps suffer before accuracy does. By prediction
   * alone, on images that neither the prediction nor a choice has seen.
   */
  @Test
  void whoLooksAtMapsKeepsThemBetterOnOtherImages() throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSplit data =
        new DataSplit(Data.cifar(m, 0, 50), Data.cifar(m, 50, 130), Data.cifar(m, 130, 200));
    Network.Wanted wanted = Data.wanted(m, "saliency", Network.Backward.APPROXIMATE);
    try (Network n = Network.of(wanted, data.calibration(), 1)) {
      Problem p =
          Problem.of(
              n,
              MACHINE,
              CIRCUITS,
              List.of(),
              data,
              new RankCorrelation(),
              EvaluationLog.inMemory());
      Prediction q = run(Strategies.OURS, p, 30, 1).prediction().orElseThrow();
      for (double share : List.of(0.85, 0.8)) {
        double picojoules = share * p.energies().picojoules(p.exact());
        Assignment accurate = AtEnergy.leastLoss(p, q, picojoules).orElseThrow();
        double loss = q.loss(accurate) + 0.01;
        Assignment explained = AtEnergy.leastChange(p, q, q.maps(), picojoules, loss).orElseThrow();
        assertThat(p.report(explained).measured().fidelity())
            .isGreaterThan(p.report(accurate).measured().fidelity() + 0.005);
      }
    }
  }

  /** Skipping is one more choice: with it nothing is found that takes more energy. */
  @Test
  void skippingIsUsedWhereItSaves() throws IOException {
    Model m = Data.model("mlperf_tiny/ic_resnet8");
    DataSplit data =
        new DataSplit(Data.cifar(m, 0, 50), Data.cifar(m, 50, 150), Data.cifar(m, 150, 200));
    LayerScores conductance =
        new Conductance()
            .measure(Subject.of(m), Data.examples(m, 0, 2), new Interpreted(), Budget.usual())
            .overall();
    try (Network n = Network.of(Data.wanted(m, ""), data.calibration(), conductance, 1)) {
      Problem p =
          Problem.of(
              n,
              MACHINE,
              CIRCUITS,
              List.of(0.1, 0.25),
              data,
              new RankCorrelation(),
              EvaluationLog.inMemory());
      assertThat(p.circuits()).hasSize(12);
      Found ours = run(Strategies.OURS, p, 60, 1);
      assertThat(ours.keepsBudgets()).isTrue();
      assertThat(ours.evaluations().stream().flatMap(e -> p.circuits(e.assignment()).stream()))
          .anyMatch(c -> c.skipped() > 0);
      assertThat(run(Strategies.ALGORITHM_ONE, p, 30, 1).evaluations())
          .anyMatch(e -> p.circuits(e.assignment()).stream().anyMatch(c -> c.skipped() > 0));
    }
  }

  @Test
  void exhaustiveRefusesMoreThanAnybodyWaitsFor() throws IOException {
    onResNet8(
        EvaluationLog.inMemory(),
        p ->
            assertThatThrownBy(() -> run("exhaustive", p, 4, 1))
                .hasMessageContaining("exhaustive wants at most 100000 assignments")
                .hasMessageContaining("4 circuits in 10 layers"));
  }
}
