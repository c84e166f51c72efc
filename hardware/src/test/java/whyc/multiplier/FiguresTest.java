package whyc.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Error figures and ranks. */
final class FiguresTest {

  /**
   * 4 bits, {@code a*b} but 3 at (0,5) and 20 at (4,6), which is 24: sum of errors 3 - 4 = -1 over
   * 256 pairs, of squares 9 + 16; only 4/24 of 225 pairs is relative.
   */
  @Test
  void figuresByHand() {
    Multiplier m =
        Multiplier.of(
            OperandForm.unsigned(4),
            (a, b) -> a == 0 && b == 5 ? 3 : a == 4 && b == 6 ? 20 : a * b);
    Figures f = Figures.of(m);
    assertThat(f.meanAbsolute()).isEqualTo(7 / 256.0);
    assertThat(f.worstCase()).isEqualTo(4);
    assertThat(f.errorProbability()).isEqualTo(2 / 256.0);
    assertThat(f.meanRelative()).isCloseTo(4 / 24.0 / 225, within(1e-15));
    assertThat(f.bias()).isEqualTo(-1 / 256.0);
    assertThat(f.variance()).isCloseTo(25 / 256.0 - 1 / 65536.0, within(1e-15));
    assertThat(f.atZero()).isEqualTo(3);
    assertThat(f.preservesZero()).isFalse();
    assertThat(f.commutative()).isFalse();
    assertThat(f.worstCasePercent()).isEqualTo(400 / 256.0);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3})
  void figuresAreThoseOfPlainLoops(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    OperandForm form = new OperandForm(4 + (int) seed, seed % 2 == 0);
    Multiplier m =
        Multiplier.ofTable(
            form, random.ints(form.pairs(), form.minProduct(), form.maxProduct() + 1).toArray());
    double sum = 0;
    double square = 0;
    double absolute = 0;
    for (int a = form.min(); a <= form.max(); a++) {
      for (int b = form.min(); b <= form.max(); b++) {
        double e = m.of(a, b) - a * b;
        sum += e;
        square += e * e;
        absolute += Math.abs(e);
      }
    }
    Figures f = Figures.of(m);
    double n = form.pairs();
    assertThat(f.bias()).isCloseTo(sum / n, within(1e-9));
    assertThat(f.meanAbsolute()).isCloseTo(absolute / n, within(1e-9));
    assertThat(f.variance()).isCloseTo(square / n - sum / n * sum / n, within(1e-9 * f.variance()));
  }

  /** 16.7 million pairs; the bound leaves room for machines that do other things, too. */
  @Test
  void twelveBitsTakeNoTime() {
    Multiplier m = Design.parse("drum12s-5").multiplier();
    Figures.of(m);
    Figures f = Assertions.assertTimeout(Duration.ofSeconds(3), () -> Figures.of(m));
    assertThat(f.commutative()).isTrue();
    assertThat(f.preservesZero()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "exact8s, 1",
    "drum8u-4, 1",
    "kulkarni8u, 2",
    "roba8u, 2",
    "bam8u-h0-v4, 5",
    "bam8u-h0-v8, 7",
    "bam8s-h0-v2, 3",
    "exact12s, 1",
    "kulkarni12u, 2"
  })
  void ranksAreThoseOfSingularValues(String name, int rank) {
    assertThat(Rank.of(Design.parse(name).multiplier(), 256)).hasValue(rank);
  }

  @Test
  void countingEndsWhereItIsToldTo() {
    OperandForm form = OperandForm.signed(8);
    int[] drawn = new SplittableRandom(1).ints(65536, -32768, 32768).toArray();
    Multiplier random = Multiplier.ofTable(form, drawn);
    assertThat(Rank.of(random, 256)).hasValue(256);
    assertThat(Rank.of(random, 255)).isEmpty();
    assertThat(Rank.of(Multiplier.of(form, (a, b) -> 0), 5)).hasValue(0);
    assertThat(Rank.of(Multiplier.of(form, (a, b) -> a * b + Math.abs(a) * b), 5)).hasValue(1);
  }

  @Test
  void theIdentityIsOfTheFunctionAndItsForm() {
    Multiplier m = Design.parse("exact4u").multiplier();
    assertThat(m.identity())
        .hasSize(64)
        .isEqualTo(Multiplier.of(OperandForm.unsigned(4), (a, b) -> b * a).identity())
        .isNotEqualTo(Design.parse("exact4s").multiplier().identity())
        .isNotEqualTo(Design.parse("exact5u").multiplier().identity());
    Multiplier skew = Design.parse("cut4u-a2-b0").multiplier();
    assertThat(skew.swapped().identity())
        .isNotEqualTo(skew.identity())
        .isEqualTo(Design.parse("cut4u-a0-b2").multiplier().identity());
  }

  @Test
  void aProductForAGraphHasTheWeightOnTheRight() {
    Multiplier m = Design.parse("cut8s-a3-b0").multiplier();
    assertThat(m.product("cut").of(9, 5)).isEqualTo(40);
    assertThat(m.swapped().product("cut").of(9, 5)).isEqualTo(0);
    assertThat(m.product("cut").of(-128, -3)).isEqualTo(384);
    org.assertj.core.api.Assertions.assertThatThrownBy(
            () -> Design.parse("exact4s").multiplier().product("small"))
        .hasMessage(
            "a product in a graph wants operands of 8 bits, got signed operands of 4 bits for small");
  }
}
