package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DamageTest {
  private static final int LAYERS = 5;
  private static final int CIRCUITS = 3;
  private static final ToDoubleFunction<Measured> MAPS = m -> Damage.ofMaps(m.fidelity());

  private static double[][] random(SplittableRandom random) {
    double[][] each = new double[LAYERS][CIRCUITS];
    for (double[] layer : each) {
      for (int c = 1; c < CIRCUITS; c++) {
        layer[c] = random.nextDouble(0.01, 0.3);
      }
    }
    return each;
  }

  /** Less than any circuit of {@link #random}. */
  private static double[] fine(SplittableRandom random) {
    return random.doubles(LAYERS, 0, 0.01).toArray();
  }

  private static List<Assignment> all() {
    List<Assignment> all = new ArrayList<>();
    for (int n = 0; n < Math.pow(CIRCUITS, LAYERS); n++) {
      int rest = n;
      int[] choices = new int[LAYERS];
      for (int l = 0; l < LAYERS; l++) {
        choices[l] = rest % CIRCUITS;
        rest /= CIRCUITS;
      }
      all.add(Assignment.of(choices));
    }
    return all;
  }

  private static double at(Damage.Tangent line, Assignment a) {
    double sum = line.rest();
    boolean begun = false;
    for (int l = 0; l < LAYERS; l++) {
      sum += line.costs().each()[l][a.at(l)];
      sum += a.at(l) != 0 && !begun ? line.costs().first()[l] : 0;
      begun |= a.at(l) != 0;
    }
    return sum;
  }

  /**
   * Two layers with an exact, a fine and a coarse circuit, p = 2: the fine one of the first layer
   * 0.3, of the second 0.1, once by the first that is approximate; beyond them 0.25 - 0.09 and 0.17
   * - 0.01. Backwards 0.1 and 0.2.
   */
  @Test
  void theFinestCountsOnceAndPowersAddForwardsAndChangesThemselvesBackwards() {
    double[][] forward = {{0, 0.3, 0.5}, {0, 0.1, Math.sqrt(0.17)}};
    double[][] backward = {{0, 0, 0.1}, {0, 0, 0.2}};
    Damage d = new Damage(forward, new double[] {0.3, 0.1}, backward, 2, 10);
    assertThat(d.of(Assignment.uniform(2, 0))).isZero();
    assertThat(d.of(Assignment.uniform(2, 1))).isCloseTo(3, within(1e-12));
    assertThat(d.of(new Assignment(List.of(0, 1)))).isCloseTo(1, within(1e-12));
    assertThat(d.of(new Assignment(List.of(1, 2))))
        .isCloseTo(10 * (Math.sqrt(0.09 + 0.16) + 0.2), within(1e-12));
    assertThat(d.of(new Assignment(List.of(2, 2))))
        .isCloseTo(10 * (Math.sqrt(0.09 + 0.16 + 0.16) + 0.3), within(1e-12));
    assertThat(Damage.ofMaps(Math.exp(-0.25))).isCloseTo(0.25, within(1e-12));
  }

  /**
   * What lies behind is rounded otherwise as well, so a layer disturbs as much as any behind it.
   */
  @Test
  void aFloorIsNoLowerThanTheOnesBehindIt() {
    double[][] each = {{0, 0.1}, {0, 0.3}};
    Damage d = new Damage(each, new double[] {0.1, 0.3}, new double[2][2], 1, 1);
    assertThat(d.of(new Assignment(List.of(1, 0)))).isCloseTo(0.3, within(1e-12));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3})
  void noChangeExceedsATangentAndOneTouchesIt(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Damage maps = new Damage(random(random), fine(random), random(random), 3, 0.7);
    Assignment touched = new Assignment(List.of(1, 0, 2, 2, 1));
    Damage.Tangent line = maps.tangent(maps.forward(touched));
    assertThat(at(line, touched)).isCloseTo(maps.of(touched), within(1e-12));
    for (Assignment a : all()) {
      assertThat(at(line, a)).as("%s", a).isGreaterThanOrEqualTo(maps.of(a) - 1e-12);
    }
  }

  /** Two of five layers at least are coarse; by tangents from where all are. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void tangentsLeadToNoMoreThanTheFirstOfThem(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Damage maps = new Damage(random(random), fine(random), random(random), 2, 1);
    List<Assignment> allowed =
        all().stream().filter(a -> a.choices().stream().filter(c -> c == 2).count() >= 2).toList();
    double start = maps.forward(Assignment.uniform(LAYERS, 2));
    Assignment first = least(allowed, maps.tangent(start)).orElseThrow();
    Assignment found =
        maps.solve(
                maps.tangent(start),
                Comparator.comparingDouble(maps::of),
                line -> least(allowed, line))
            .orElseThrow();
    double best = allowed.stream().mapToDouble(maps::of).min().orElseThrow();
    assertThat(maps.of(found)).isLessThanOrEqualTo(maps.of(first)).isCloseTo(best, within(1e-12));
  }

  private static Optional<Assignment> least(List<Assignment> of, Damage.Tangent line) {
    return of.stream().min(Comparator.comparingDouble(a -> at(line, a)));
  }

  @ParameterizedTest(name = "-Dseed=4, p = {0}")
  @ValueSource(doubles = {1, 2, 3})
  void thePowerAndTheScaleOfMeasuredNetworksAreFound(double power) {
    SplittableRandom random = new SplittableRandom(4);
    double[][] forward = random(random);
    double[] fine = fine(random);
    double[][] backward = random(random);
    Damage real = new Damage(forward, fine, backward, power, 0.8);
    List<Evaluation> measured =
        all().stream()
            .filter(a -> random.nextInt(8) == 0)
            .map(a -> new Evaluation(a, 1, measured(Math.exp(-real.of(a)))))
            .toList();
    Damage fitted = new Damage(forward, fine, backward, 2, 1).fitted(measured, MAPS);
    assertThat(fitted.power()).isEqualTo(power);
    assertThat(fitted.scale()).isCloseTo(0.8, within(1e-9));
  }

  private static Measured measured(double fidelity) {
    return new Measured(100, 90, 0, 0, 1, fidelity, 1);
  }

  /** One network cannot tell a power from a scale. */
  @Test
  void fewNetworksChangeTheScaleAlone() {
    double[][] each = {{0, 0.1}, {0, 0.1}};
    List<Evaluation> one =
        List.of(new Evaluation(Assignment.uniform(2, 1), 1, measured(Math.exp(-0.4))));
    Damage fitted = new Damage(each, new double[2], new double[2][2], 2, 1).fitted(one, MAPS);
    assertThat(fitted.power()).isEqualTo(2);
    assertThat(fitted.of(Assignment.uniform(2, 1))).isCloseTo(0.4, within(1e-12));
  }

  /** Maps that no circuit moves, or none at all. */
  @Test
  void nothingIsLearntFromMapsThatStayAsTheyAre() {
    Damage none = new Damage(new double[2][2], new double[2], new double[2][2], 2, 1);
    List<Evaluation> same = List.of(new Evaluation(Assignment.uniform(2, 1), 1, measured(1)));
    assertThat(none.fitted(same, MAPS).of(Assignment.uniform(2, 1))).isZero();
  }
}
