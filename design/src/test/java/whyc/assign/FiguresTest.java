package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Intervals, fronts and their volumes, by hand. */
class FiguresTest {
  /** Wilson 1927 for 81 of 263: 0.2553 to 0.3662 (Newcombe 1998, table I, method 3). */
  @Test
  void theIntervalOfAShareIsWilsons() {
    Interval i = Interval.ofShare(81, 263);
    assertThat(i.low()).isCloseTo(0.2553, within(5e-5));
    assertThat(i.high()).isCloseTo(0.3662, within(5e-5));
  }

  /** Nothing changed of 98: half an image in each cell, 1.96 * sqrt(1) / 100. */
  @Test
  void fewImagesCannotTellSmallLosses() {
    assertThat(Interval.ofLoss(0, 0, 98).halfWidth()).isCloseTo(0.0196, within(1e-6));
    assertThat(Interval.ofLoss(10, 4, 98).low()).isLessThan(0);
    assertThat(Interval.ofLoss(30, 4, 98).low()).isGreaterThan(0);
  }

  private static Evaluation at(double picojoules, int lost) {
    Measured m = new Measured(100, 90 - lost, Math.max(0, lost), Math.max(0, -lost), 0, 1, 0);
    return new Evaluation(new Assignment(List.of((int) picojoules)), picojoules, m);
  }

  /**
   * Of 10 pJ and 10 points: 5 pJ at 4 points dominates 6 points by 5 pJ, 8 pJ at 1 point three
   * points more by 2 pJ: 30 + 6 of 100. What has more of both adds nothing.
   */
  @Test
  void theHypervolumeIsTheAreaThatIsDominated() {
    List<Evaluation> all = List.of(at(8, 1), at(5, 4), at(9, 4), at(11, 0));
    assertThat(Front.hypervolume(all, 10, 0.1)).isCloseTo(0.36, within(1e-12));
    assertThat(Front.of(all)).containsExactly(at(5, 4), at(8, 1), at(11, 0));
  }

  /** 5 pJ at 4 points have 30 of 100, with 8 pJ at 1 point 36: after 1.5 and 4 evaluations. */
  @Test
  void aHypervolumeCostsWhatWasMeasuredUntilThen() {
    List<Evaluation> all = List.of(at(5, 4), at(9, 4), at(8, 1));
    Found f =
        new Found("s", at(5, 4), true, all, List.of(1.5, 3.0, 4.0), 4, 1, 1, Optional.empty());
    assertThat(f.costOf(0.3 - 1e-9, 10, 0.1)).hasValue(1.5);
    assertThat(f.costOf(0.36 - 1e-9, 10, 0.1)).hasValue(4);
    assertThat(f.costOf(0.4, 10, 0.1)).isEmpty();
  }

  @Test
  void aNetworkThatGainsCountsAsOneThatLosesNothing() {
    assertThat(Front.hypervolume(List.of(at(5, -3)), 10, 0.1)).isCloseTo(0.5, within(1e-12));
  }

  /** Phi(0) = 1/2, Phi(-1.96) = 0.025 (any table). */
  @Test
  void theNormalDistributionIsThatOfTables() {
    assertThat(Prediction.normal(0)).isCloseTo(0.5, within(1e-7));
    assertThat(Prediction.normal(-1.959964)).isCloseTo(0.025, within(1e-7));
    assertThat(Prediction.normal(1.959964)).isCloseTo(0.975, within(1e-7));
  }
}
