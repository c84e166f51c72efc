package whyc.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.Fields;

/** Searches of a second on pictures that are easy. */
final class SearchTest {
  @TempDir private Path folder;

  @BeforeAll
  static void needsTorch() {
    assumeTrue(
        Torch.obstacle().isEmpty(),
        () -> "skipped: " + Torch.obstacle().orElse("") + "; mvn -Ptraining fetches it");
  }

  static final String TINY =
      """
      {"name": "tiny", "description": "for tests", "family": "residual", "resolution": [8, 10],
       "stem_width": [2, 4], "activation": ["relu", "relu6"],
       "stages": [{"depth": [1, 2], "width": [2, 4], "kernel": [1, 3], "stride": [1, 2], "expansion": [1]},
                  {"depth": [0, 1], "width": [4, 6], "kernel": [3], "stride": [2], "expansion": [1, 2]}],
       "most_multiply_adds": 200000, "skipping_share": [0, 0.25]}
      """;

  static Space tiny() {
    try {
      byte[] bytes = TINY.getBytes(StandardCharsets.UTF_8);
      return Fields.read("tiny.json", new ByteArrayInputStream(bytes), Space::read);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private Setting setting(Pictures training) {
    Accelerator machine = Accelerator.of("xai-gen-8x256");
    return Setting.of(
        training,
        Shapes.bars(24, 10, 1, 3, 8),
        Shapes.bars(36, 10, 1, 3, 9),
        Recipe.of(12, 16, false, 1),
        machine,
        Arithmetic.of(machine, List.of("mul8s_1KV9", "mul8s_1L2L")),
        false,
        folder.resolve("checkpoints"));
  }

  private Setting setting() {
    return setting(Shapes.bars(96, 10, 1, 3, 7));
  }

  private static Limits limits(double trainings, int workers) {
    return new Limits(600, trainings, workers, true, 5);
  }

  private List<String> found(Method m, double trainings, int workers, SearchLog log)
      throws IOException {
    try (Evaluator e = new Evaluator(setting(), log, told -> {})) {
      Searches s = Searches.of(tiny(), e, List.of(Objective.ACCURACY, Objective.ENERGY));
      Found f = s.run(m, limits(trainings, workers), 0, (p, study) -> {});
      return f.points().stream().map(p -> p.candidate().json() + p.figures()).toList();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"guided", "nsga2", "evolution", "random", "proxies", "predictors"})
  void everyMethodFindsAFront(String name) throws IOException {
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told -> {})) {
      Searches s = Searches.of(tiny(), e, List.of(Objective.ACCURACY, Objective.ENERGY));
      Found f = s.run(Method.named(name), limits(3, 1), 0, (p, study) -> {});
      assertThat(f.trainings()).isBetween(1.0, 4.0);
      assertThat(s.front(f.points())).isNotEmpty();
      assertThat(s.hypervolume(f.points())).isBetween(0.0, 1.0);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"guided", "nsga2"})
  void theSameSeedFindsTheSameWithOneWorkerAndWithTwo(String name) throws IOException {
    List<String> one = found(Method.named(name), 2.5, 1, SearchLog.inMemory());
    delete(folder.resolve("checkpoints"));
    List<String> two = found(Method.named(name), 2.5, 2, SearchLog.inMemory());
    assertThat(two).isEqualTo(one);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aSearchThatWasStoppedGoesOnWithoutDoingAnythingTwice() throws IOException {
    Path file = folder.resolve("log.jsonl");
    List<String> first;
    try (SearchLog log = SearchLog.open(file, "test")) {
      first = found(Method.named("random"), 2, 1, log);
    }
    String cut = Files.readString(file) + "{\"key\":\"train 12";
    Files.writeString(file, cut);
    try (SearchLog again = SearchLog.open(file, "test")) {
      int known = again.size();
      List<String> more = found(Method.named("random"), 4, 1, again);
      assertThat(more.subList(0, first.size())).isEqualTo(first);
      assertThat(more).hasSizeGreaterThan(first.size());
      assertThat(again.size()).isGreaterThan(known);
    }
    assertThat(Files.readString(file)).doesNotContain("\"train 12{");
  }

  @Test
  void aDamagedCheckpointIsSetAsideAndTheSearchGoesOn() throws IOException {
    List<String> told = new ArrayList<>();
    Architecture a = tiny().architecture(new int[tiny().size()], 1, 3);
    Candidate c = Candidate.uniform(Training.fresh(a), "mul8s_1KV6");
    Figures before;
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told::add)) {
      before = e.measure(c).result();
    }
    Path checkpoint;
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      checkpoint = files.findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(checkpoint);
    bytes[bytes.length / 2] ^= 1;
    Files.write(checkpoint, bytes);
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told::add)) {
      assertThat(e.measure(c).result()).isEqualTo(before);
    }
    assertThat(told).hasSize(1);
    assertThat(told.getFirst()).contains(checkpoint.toString()).contains("set aside");
    assertThat(checkpoint.resolveSibling(checkpoint.getFileName() + ".damaged")).exists();
  }

  @Test
  void aShortTrainingTakesNothingFromALongerOne() throws IOException {
    Training t = Training.fresh(tiny().architecture(new int[tiny().size()], 1, 3));
    AtomicInteger steps = new AtomicInteger();
    BooleanSupplier counted = () -> steps.incrementAndGet() < 0;
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told -> {})) {
      Checkpoint whole = e.weights(t, 12, counted);
      Checkpoint brief = e.weights(t, 3, counted);
      assertThat(brief.step()).isEqualTo(3);
      assertThat(steps).hasValue(15);
      assertThat(e.weights(t, 12, counted).average().get(0)).isEqualTo(whole.average().get(0));
      assertThat(e.weights(t, 3, counted).average().get(0)).isEqualTo(brief.average().get(0));
      assertThat(steps).hasValue(15);
    }
  }

  @Test
  void aTrainingGoesOnFromTheLongestOfTheShorterOnes() throws IOException {
    Training t = Training.fresh(tiny().architecture(new int[tiny().size()], 1, 3));
    AtomicInteger steps = new AtomicInteger();
    BooleanSupplier counted = () -> steps.incrementAndGet() < 0;
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told -> {})) {
      e.weights(t, 3, counted);
      e.weights(t, 8, counted);
      e.weights(t, 12, counted);
      assertThat(steps).hasValue(12);
    }
  }

  /** Who measures pays for measuring, whatever became of the checkpoints. */
  @Test
  void aTrainingThatIsDoneAgainIsNotChargedAsMeasuring() throws IOException {
    Candidate c =
        Candidate.uniform(
            Training.fresh(tiny().architecture(new int[tiny().size()], 1, 3)), "mul8s_1KV6");
    Setting longer = setting().withRecipe(Recipe.of(600, 16, false, 1), folder.resolve("longer"));
    double trained;
    try (Evaluator e = new Evaluator(longer, SearchLog.inMemory(), told -> {})) {
      e.measure(c);
      delete(folder.resolve("longer"));
      trained = e.train(c.training(), 600, () -> false).seconds();
      delete(folder.resolve("longer"));
    }
    try (Evaluator e = new Evaluator(longer, SearchLog.inMemory(), told -> {})) {
      assertThat(e.measure(c).seconds()).isLessThan(trained / 2);
    }
  }

  @Test
  void theRungsOfANetworkTakeLessAndLessEnergy() throws IOException {
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told -> {})) {
      List<Objective> objectives = List.of(Objective.ACCURACY, Objective.ENERGY);
      Searches s = Searches.of(tiny(), e, objectives);
      Study study = new Study(tiny(), e, objectives, s.dearest(), limits(2, 1), (p, x) -> {});
      Architecture a = study.architecture(new int[tiny().size()]).orElseThrow();
      List<Point> rungs =
          study
              .finish(
                  List.of(Training.fresh(a)),
                  (t, damage) -> Ladder.of(study, t.architecture(), damage.get()))
              .getFirst();
      assertThat(rungs).hasSizeGreaterThan(2);
      assertThat(rungs.getFirst().candidate().choices()).isEqualTo(study.exact(a));
      assertThat(rungs.stream().map(p -> p.figures().energyPicojoules()))
          .isSortedAccordingTo(java.util.Comparator.reverseOrder());
      assertThat(rungs).allMatch(p -> p.candidate().choices().getLast().skipped() == 0);
    }
  }

  @Test
  void aBudgetThatEndsBeforeTheFirstEvaluationIsRefused() throws IOException {
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told -> {})) {
      Searches s = Searches.of(tiny(), e, List.of(Objective.ACCURACY, Objective.ENERGY));
      Limits none = new Limits(1e-3, 100, 1, false, 1);
      assertThatThrownBy(() -> s.run(Method.named("random"), none, 0, (p, study) -> {}))
          .hasMessageContaining("a budget wants time for one evaluation");
    }
  }

  @Test
  void picturesOfOneClassAreRefused() throws IOException {
    Pictures all = Shapes.bars(30, 10, 1, 3, 7);
    Pictures one = new Pictures("same", 1, 10, 10, 3, all.pixels(), new int[all.size()]);
    try (Evaluator e = new Evaluator(setting(one), SearchLog.inMemory(), told -> {})) {
      assertThatThrownBy(() -> Searches.of(tiny(), e, List.of(Objective.ACCURACY)))
          .hasMessage("same: a data set wants pictures of two classes at least, got one");
    }
  }

  @Test
  void whatIsRuledOutCanBeCheckedAndCostsTheSearchNothing() throws IOException {
    try (Evaluator e = new Evaluator(setting(), SearchLog.inMemory(), told -> {})) {
      List<Objective> objectives = List.of(Objective.ACCURACY, Objective.ENERGY);
      Searches s = Searches.of(tiny(), e, objectives);
      Study study = new Study(tiny(), e, objectives, s.dearest(), limits(1, 1), (p, x) -> {});
      int[] least = new int[tiny().size()];
      int[] other = least.clone();
      other[1] = 1;
      study.evaluate(List.of(least));
      Training stopped = Training.fresh(study.architecture(other).orElseThrow());
      study.ruleOut(
          new RuledOut(stopped, 0.1, 0.2, java.util.Optional.empty(), java.util.Optional.empty()));
      double spent = study.seconds();
      study.checkRuledOut(1, (t, damage) -> Ladder.of(study, t.architecture(), damage.get()));
      RuledOut checked = study.result("test").ruledOut().getFirst();
      assertThat(checked.right()).isPresent();
      assertThat(checked.accuracyAtEnd()).isPresent();
      assertThat(study.seconds()).isEqualTo(spent);
    }
  }
}
