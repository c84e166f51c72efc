package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import whyc.assign.Probes.Point;

class ProbesTest {
  private static final List<Point> POINTS =
      List.of(new Point(1, 0.2), new Point(3, 0.3), new Point(27, 0.9));

  /**
   * From (3, 0.3) to (27, 0.9) a power of ln 3 / ln 9 = 1/2: 9 times the noise, 3 times as much.
   */
  @Test
  void betweenTwoPointsLiesAPowerOfTheNoise() {
    assertThat(Probes.at(POINTS, 3)).isCloseTo(0.3, within(1e-12));
    assertThat(Probes.at(POINTS, 12)).isCloseTo(0.6, within(1e-12));
    assertThat(Probes.at(POINTS, 27)).isCloseTo(0.9, within(1e-12));
    assertThat(Probes.at(POINTS, 0)).isZero();
    assertThat(Probes.at(List.of(), 1)).isZero();
  }

  @Test
  void aPowerOfNothingIsAStraightLine() {
    assertThat(Probes.at(List.of(new Point(1, 0), new Point(3, 0.4)), 2))
        .isCloseTo(0.2, within(1e-12));
  }

  /** 0.2 at 1 and 0.3 at 3: 0.15 at nothing. */
  @Test
  void withoutNoiseTheTwoFinestTellWhatIsLeft() {
    assertThat(Probes.fine(POINTS)).isCloseTo(0.15, within(1e-12));
    assertThat(Probes.fine(List.of(new Point(1, 0.2), new Point(2, 0.5)))).isZero();
  }

  /** It may be noise all of it: then every layer counts. */
  @Test
  void aSingleCircuitIsNotThoughtToCountOnce() {
    assertThat(Probes.fine(List.of(new Point(1, 0.2)))).isZero();
  }
}
