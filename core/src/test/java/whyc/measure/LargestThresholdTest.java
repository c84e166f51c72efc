package whyc.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.heatmap.Pruning;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

class LargestThresholdTest {

  /** Candidates lie 10^(1/8) = 1.33 apart; four halvings leave a sixteenth of that, 2 percent. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.8, 0.31, 0.05, 0.00017})
  void whatHoldsUpToALimitIsFoundNearlyThere(double limit) {
    LargestThreshold found = LargestThreshold.find(t -> t <= limit ? 0.97 : 0.2, 0.95);
    assertThat(found.threshold()).isBetween(0.98 * limit, limit);
    assertThat(found.fidelity()).isEqualTo(0.97);
  }

  /** Holds between 0.2 and 0.5, and again below 0.1: the upper range is not missed. */
  @Test
  void theLargestIsTakenWhereFidelityRisesAgain() {
    LargestThreshold found =
        LargestThreshold.find(t -> t < 0.1 || (t > 0.2 && t < 0.5) ? 1 : 0, 0.5);
    assertThat(found.threshold()).isCloseTo(0.5, within(0.01));
  }

  @Test
  void whereNoneHoldsItIsZeroWithTheFidelityOfZero() {
    assertThat(LargestThreshold.find(t -> t == 0 ? 0.9 : 0.1, 0.5))
        .isEqualTo(new LargestThreshold(0, 0.9));
    assertThat(LargestThreshold.find(t -> Double.NaN, 0.5).threshold()).isZero();
  }

  @Test
  void eachIsAskedForOnceFromTheLargestDown() {
    List<Double> asked = new ArrayList<>();
    LargestThreshold.find(
        t -> {
          asked.add(t);
          return 0;
        },
        0.5);
    assertThat(asked).isSortedAccordingTo((a, b) -> Double.compare(b, a)).startsWith(1.0, 0.75);
    assertThat(new HashSet<>(asked)).hasSameSizeAs(asked).contains(0.0001, 0.0);
  }

  /**
   * The numbers 1 ... 100 have the rank correlation sqrt(1 - (m^3 - m) / (100^3 - 100)) if the m
   * smallest go. That of m = 46 is 0.9501, that of 47 is 0.9466: so 47 stays, which a threshold up
   * to 0.47 allows.
   */
  @Test
  void aMapIsPrunedAsFarAsItsRanksAllow() {
    float[] values = new float[100];
    for (int i = 0; i < values.length; i++) {
      values[i] = (i * 37) % 100 + 1;
    }
    Tensor map = Tensor.of(Shape.of(10, 10), values);
    LargestThreshold found =
        LargestThreshold.find(
            t -> new RankCorrelation().of(map, new Pruning(Pruning.Score.POINT, t).apply(map)),
            0.95);
    assertThat(found.threshold()).isBetween(0.46, 0.47);
    assertThat(found.fidelity())
        .isCloseTo(Math.sqrt(1 - (46.0 * 46 * 46 - 46) / (1e6 - 100)), within(1e-12));
  }
}
