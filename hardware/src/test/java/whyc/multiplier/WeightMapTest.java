package whyc.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights stored as others, and errors by weight. */
final class WeightMapTest {
  private static final OperandForm SMALL = OperandForm.unsigned(4);

  private static Multiplier named(String name) {
    return Design.parse(name).multiplier();
  }

  @Test
  void anExactCircuitMovesNoWeight() {
    assertThat(WeightMap.of(named("exact8s")).moved()).isZero();
  }

  /**
   * A circuit that reads weight 5 as 9 and 6 as 5: 5 is best stored as 6, and 6, for which 5 (as 6)
   * and 7 are equally near, as the first of them, 6 itself (as 5) being so, too.
   */
  @Test
  void aWeightIsStoredAsTheOneThatActsLikeIt() {
    Multiplier m = Multiplier.of(SMALL, (a, w) -> a * (w == 5 ? 9 : w == 6 ? 5 : w));
    WeightMap map = WeightMap.of(m);
    assertThat(map.of(5)).isEqualTo(6);
    assertThat(map.of(6)).isEqualTo(6);
    assertThat(map.of(9)).isEqualTo(9);
    assertThat(map.moved()).isEqualTo(1);
  }

  /** Weights whose low bits do not count are all the same, so each may stay. */
  @Test
  void tiesKeepTheWeight() {
    WeightMap map = WeightMap.of(named("cut4u-a0-b1"));
    assertThat(map.moved()).isZero();
  }

  /** The circuit is right only for a = 3 with weight 2 stored as 7. */
  @Test
  void operandsThatDoNotOccurDoNotCount() {
    Multiplier m =
        Multiplier.of(SMALL, (a, w) -> w == 7 ? (a == 3 ? 6 : 0) : w == 2 ? 2 * a + 1 : a * w);
    double[] counts = new double[16];
    counts[3] = 12;
    assertThat(WeightMap.of(m, Histogram.of(SMALL, counts)).of(2)).isEqualTo(7);
    assertThat(WeightMap.of(m).of(2)).isEqualTo(2);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void noOtherWeightIsNearer(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    OperandForm form = new OperandForm(4, seed % 2 == 0);
    Multiplier m =
        Multiplier.ofTable(
            form, random.ints(form.pairs(), form.minProduct(), form.maxProduct() + 1).toArray());
    double[] counts = random.doubles(form.codes()).toArray();
    WeightMap map = WeightMap.of(m, Histogram.of(form, counts));
    for (int w = form.min(); w <= form.max(); w++) {
      double stored = distance(m, counts, w, map.of(w));
      for (int v = form.min(); v <= form.max(); v++) {
        assertThat(stored).isLessThanOrEqualTo(distance(m, counts, w, v) + 1e-9);
      }
    }
  }

  private static double distance(Multiplier m, double[] counts, int w, int v) {
    double sum = 0;
    for (int a = m.form().min(); a <= m.form().max(); a++) {
      sum += counts[m.form().code(a)] * Math.abs(a * w - m.of(a, v));
    }
    return sum;
  }

  /**
   * {@code (a & ~1) * w}: the error is -w for odd a, else 0. With a quarter of the operands odd,
   * mean -w/4 and variance w^2 * 3/16.
   */
  @Test
  void momentsByHand() {
    OperandForm form = OperandForm.signed(4);
    double[] counts = new double[16];
    counts[form.code(-4)] = 3;
    counts[form.code(5)] = 1;
    ErrorMoments moments = ErrorMoments.of(named("cut4s-a1-b0"), Histogram.of(form, counts));
    for (int w = -8; w < 8; w++) {
      assertThat(moments.mean(w)).isEqualTo(-w / 4.0);
      assertThat(moments.variance(w)).isCloseTo(w * w * 3 / 16.0, within(1e-12));
    }
  }

  @Test
  void momentsOverAllPairsAreTheFigures() {
    for (String name : new String[] {"bam8s-h1-v3", "drum8u-3", "mbm8s"}) {
      Multiplier m = named(name);
      Histogram all = Histogram.uniform(m.form());
      ErrorMoments moments = ErrorMoments.of(m, all);
      Figures f = Figures.of(m);
      assertThat(moments.mean(all)).isCloseTo(f.bias(), within(1e-6));
      assertThat(moments.variance(all)).isCloseTo(f.variance(), within(1e-9 * f.variance()));
    }
  }

  @Test
  void histogramsThatAreNoneAreRefused() {
    assertThatThrownBy(() -> Histogram.of(SMALL, new double[5]))
        .hasMessage("a histogram of unsigned operands of 4 bits wants 16 counts, got 5");
    assertThatThrownBy(() -> Histogram.of(SMALL, new double[16])).hasMessageContaining("not 0");
    double[] negative = new double[16];
    Arrays.fill(negative, 1);
    negative[4] = -1;
    assertThatThrownBy(() -> Histogram.of(SMALL, negative)).hasMessageContaining("got -1.0");
    assertThatThrownBy(() -> WeightMap.of(named("exact4s"), Histogram.uniform(SMALL)))
        .hasMessageContaining("does not fit");
    assertThatThrownBy(() -> ErrorMoments.of(named("exact4s"), Histogram.uniform(SMALL)))
        .hasMessageContaining("does not fit");
  }
}
