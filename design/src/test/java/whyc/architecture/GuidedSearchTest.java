package whyc.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import whyc.accelerator.Accelerator;

/**
 * What the guided search asks for, leaves out and pays, where all figures are known by hand: a
 * network is right in 95 or in 20 of 100 cases at the end, which neither its shape nor a quarter of
 * its training tells, but its explanations.
 */
final class GuidedSearchTest {
  private static final int STEPS = 40;
  private static final double TRAINING = 8;
  private static final double INSIGHT = 0.5;
  private static final double DAMAGE = 0.25;
  private static final double MEASURING = 0.125;

  private static boolean isGood(Architecture a) {
    return (a.id().hashCode() & 1) == 0;
  }

  /** Answers at once, and keeps what it was asked. */
  private static final class ByHand extends Examiner {
    private final boolean explains;
    private final Accelerator machine = Accelerator.of("xai-gen-8x256");
    private final Setting setting =
        Setting.of(
            Shapes.bars(12, 10, 1, 3, 7),
            Shapes.bars(12, 10, 1, 3, 8),
            Shapes.bars(12, 10, 1, 3, 9),
            Recipe.of(STEPS, 4, false, 1),
            machine,
            Arithmetic.of(machine, List.of("mul8s_1KV9", "mul8s_1L2L")),
            false,
            Path.of("unused"));

    /** Network and question, in the order in which they were asked. */
    private final List<String> asked = new ArrayList<>();

    private final Map<String, Architecture> networks = new LinkedHashMap<>();
    private double seconds;

    ByHand(boolean explains) {
      this.explains = explains;
    }

    private <T> Spent<T> spent(Architecture a, String question, T result, double took) {
      networks.put(a.id(), a);
      asked.add(a.id() + " " + question);
      seconds += took;
      return new Spent<>(a.id() + " " + question, result, took);
    }

    List<String> askedOf(Architecture a) {
      return asked.stream()
          .filter(q -> q.startsWith(a.id() + " "))
          .map(q -> q.substring(a.id().length() + 1))
          .toList();
    }

    @Override
    public Setting setting() {
      return setting;
    }

    /** The rest of a training that is begun takes the rest of its time. */
    @Override
    Spent<Double> train(Training t, int steps, BooleanSupplier stop) {
      boolean begun = askedOf(t.architecture()).contains("train " + STEPS / 4);
      int left = steps == STEPS && begun ? steps - STEPS / 4 : steps;
      double accuracy = steps < STEPS ? 0.15 : accuracy(t.architecture());
      Architecture a = t.architecture();
      Spent<Double> s = spent(a, "train " + steps, accuracy, TRAINING * left / STEPS);
      return new Spent<>("train %s %d".formatted(hash(t), steps), s.result(), s.seconds());
    }

    private static double accuracy(Architecture a) {
      return isGood(a) ? 0.95 : 0.2;
    }

    @Override
    Spent<Insight> insight(Training t, int steps, BooleanSupplier stop) {
      double says = explains && isGood(t.architecture()) ? 0.9 : 0.1;
      Insight i = new Insight(List.of(1.0), says, says, says, says);
      return spent(t.architecture(), "insight " + steps, i, INSIGHT);
    }

    @Override
    Spent<List<Double>> proxies(Architecture a) {
      throw new AssertionError("a guided search wants no proxies");
    }

    /** The first layer bears nothing, the others everything. */
    @Override
    Explored explore(Training t, List<Double> shares, Suggestion suggestion, BooleanSupplier stop) {
      Architecture a = t.architecture();
      Spent<Damage> damage = spent(a, "damage", damage(a, shares.size()), DAMAGE);
      List<List<Choice>> arithmetics = suggestion.of(damage::result);
      List<Spent<Figures>> measured = new ArrayList<>();
      for (List<Choice> choices : arithmetics) {
        measured.add(spent(a, "measure " + choices, figures(a, choices), MEASURING));
      }
      return new Explored(Optional.of(damage), arithmetics, measured);
    }

    private Damage damage(Architecture a, int shares) {
      int options = shares * setting.arithmetic().circuits().size();
      List<List<Double>> noise = new ArrayList<>();
      for (int l = 0; l < a.layers().size(); l++) {
        List<Double> row = new ArrayList<>();
        for (int o = 0; o < options; o++) {
          row.add(l == 0 && o > 0 ? 1e9 : 0);
        }
        noise.add(row);
      }
      return new Damage(noise, 1);
    }

    Figures figures(Architecture a, List<Choice> choices) {
      Costs costs = Costs.of(machine, setting.arithmetic());
      double energy = 0;
      for (int l = 0; l < choices.size(); l++) {
        energy += costs.energy(a.layers().get(l), choices.get(l));
      }
      return new Figures(accuracy(a), accuracy(a), energy, 1, 0, 1, 12);
    }

    @Override
    String hash(Training t) {
      return t.architecture().id();
    }
  }

  private static Study searched(ByHand by) {
    Space space = SearchTest.tiny();
    int[] most =
        space.domains(by.setting.arithmetic().circuits().size()).stream()
            .mapToInt(d -> d - 1)
            .toArray();
    Architecture dear = space.valid(most, 1, 3).orElseThrow();
    List<Choice> exact =
        Candidate.uniform(Training.fresh(dear), by.setting.arithmetic().exact().name()).choices();
    Study study =
        new Study(
            space,
            by,
            List.of(Objective.ACCURACY, Objective.ENERGY),
            by.figures(dear, exact),
            new Limits(1e9, 24, 1, false, 5),
            (p, s) -> {});
    new GuidedSearch().run(study);
    return study;
  }

  private static boolean isFinished(ByHand by, Architecture a) {
    return by.askedOf(a).contains("train " + STEPS);
  }

  @Test
  void explanationsAreAskedAfterAQuarterOfTheTrainingAndBeforeTheRest() {
    ByHand by = new ByHand(true);
    searched(by);
    assertThat(by.networks).hasSizeGreaterThan(20);
    for (Architecture a : by.networks.values()) {
      List<String> asked = by.askedOf(a);
      assertThat(asked).startsWith("train 10", "insight 10").doesNotHaveDuplicates();
      assertThat(asked.size() == 2 || asked.subList(2, 4).equals(List.of("train 40", "damage")))
          .as(() -> asked.toString())
          .isTrue();
    }
  }

  /** After the first networks, by which it learns what explanations mean. */
  @Test
  void whatIsRuledOutIsNotTrainedToTheEndAndIsMostlyBad() {
    ByHand by = new ByHand(true);
    Study study = searched(by);
    List<String> out =
        study.result("guided").ruledOut().stream()
            .map(r -> r.training().architecture().id())
            .toList();
    assertThat(out).isNotEmpty();
    long bad =
        out.stream()
            .filter(id -> !isGood(java.util.Objects.requireNonNull(by.networks.get(id))))
            .count();
    assertThat(bad).isGreaterThan(out.size() - bad);
    assertThat(out)
        .containsExactlyInAnyOrderElementsOf(
            by.networks.values().stream()
                .filter(a -> !isFinished(by, a))
                .map(Architecture::id)
                .toList());
  }

  @Test
  void explanationsThatSayNothingRuleOutLess() {
    ByHand telling = new ByHand(true);
    ByHand silent = new ByHand(false);
    searched(telling);
    searched(silent);
    assertThat(shareOfBadAmongFinished(telling)).isLessThan(0.7 * shareOfBadAmongFinished(silent));
  }

  private static double shareOfBadAmongFinished(ByHand by) {
    List<Architecture> finished =
        by.networks.values().stream().filter(a -> isFinished(by, a)).toList();
    return finished.stream().filter(a -> !isGood(a)).count() / (double) finished.size();
  }

  /**
   * Parts of a training count as parts: a quarter for a probe, three for what is left of it. Of the
   * budget of 24 no more than the last networks together may be missing or too much.
   */
  @Test
  void allThatWasAskedIsChargedOnce() {
    ByHand by = new ByHand(true);
    Study study = searched(by);
    long finished = by.networks.values().stream().filter(a -> isFinished(by, a)).count();
    assertThat(study.seconds()).isCloseTo(by.seconds, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(study.trainings())
        .isCloseTo(
            0.25 * by.networks.size() + 0.75 * finished, org.assertj.core.data.Offset.offset(1e-9));
    assertThat(study.trainings()).isBetween(24.0, 24.0 + Study.TOGETHER);
  }

  /** The first layer stays exact and whole, the last one whole, and all else is made coarse. */
  @Test
  void arithmeticGoesWhereExplanationsSayThatItDoesNoHarm() {
    ByHand by = new ByHand(true);
    Study study = searched(by);
    String exact = by.setting.arithmetic().exact().name();
    String coarse = by.setting.arithmetic().circuits().getLast().name();
    Map<String, List<Point>> networks = new LinkedHashMap<>();
    study
        .points()
        .forEach(p ->
            networks
                .computeIfAbsent(p.candidate().architecture().id(), k -> new ArrayList<>())
                .add(p));
    for (List<Point> rungs : networks.values()) {
      assertThat(rungs).hasSize(2);
      assertThat(rungs.getFirst().candidate().choices())
          .allMatch(c -> c.equals(new Choice(exact, 0)));
      List<Choice> assigned = rungs.getLast().candidate().choices();
      assertThat(assigned.getFirst()).isEqualTo(new Choice(exact, 0));
      assertThat(assigned.subList(1, assigned.size() - 1))
          .allMatch(c -> c.multiplier().equals(coarse));
      assertThat(assigned.getLast()).isEqualTo(new Choice(coarse, 0));
    }
  }
}
