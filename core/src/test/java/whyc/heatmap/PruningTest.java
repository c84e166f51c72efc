package whyc.heatmap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.heatmap.Pruning.Score;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

class PruningTest {
  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 20)
        : LongStream.of(Long.getLong("seed"));
  }

  /** The largest size is 4, so what is smaller than 2 goes; 2 itself stays. */
  @ParameterizedTest
  @EnumSource
  void ofAMapOfPlacesWhatIsBelowTheShareOfTheLargestGoes(Score score) {
    Tensor map = Tensor.of(Shape.of(2, 3), 1, -4, 2, 0, -2, 1.9f);
    assertThat(new Pruning(score, 0.5).apply(map).floats()).containsExactly(0, -4, 2, 0, -2, 0);
  }

  /**
   * Places (3,4), (0,2), (2.4,0), (1,1) of lengths 5, 2, 2.4 and 1.41. By points a threshold of
   * 0.45 asks for 2.25; by numbers it asks for 1.8.
   */
  @Test
  void placesGoWholeAndNumbersGoAlone() {
    Tensor map = Tensor.of(Shape.of(2, 2, 2), 3, 0, 2.4f, 1, 4, 2, 0, 1);
    assertThat(new Pruning(Score.POINT, 0.45).apply(map).floats())
        .containsExactly(3, 0, 2.4f, 0, 4, 0, 0, 0);
    assertThat(new Pruning(Score.NUMBER, 0.45).apply(map).floats())
        .containsExactly(3, 0, 2.4f, 0, 4, 2, 0, 0);
  }

  @ParameterizedTest
  @EnumSource
  void zeroDropsNothingAndOneKeepsTheLargest(Score score) {
    Tensor map = Tensor.of(Shape.of(1, 1, 4), -7, 7, 3, 1e-30f);
    assertThat(new Pruning(score, 0).apply(map)).isEqualTo(map);
    assertThat(new Pruning(score, 1).apply(map).floats()).containsExactly(-7, 7, 0, 0);
  }

  @ParameterizedTest
  @EnumSource
  void aMapOfZerosAndAMapWithoutALargestNumberStay(Score score) {
    Tensor zeros = Tensor.of(Shape.of(2, 2), 0f, 0, 0, 0);
    assertThat(new Pruning(score, 1).apply(zeros)).isEqualTo(zeros);
    Tensor broken = Tensor.of(Shape.of(2, 2), 1, Float.NaN, 2, 3);
    assertThat(new Pruning(score, 1).apply(broken)).isEqualTo(broken);
  }

  @Test
  void otherThresholdsAndShapesAreRefused() {
    assertThatThrownBy(() -> new Pruning(Score.POINT, -0.1))
        .hasMessage("pruning wants a threshold of 0 to 1, got -0.1");
    assertThatThrownBy(() -> new Pruning(Score.POINT, Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Pruning(Score.POINT, 1).apply(Tensor.of(Shape.of(2), 1f, 2)))
        .hasMessage("pruning wants a map [h,w] or [c,h,w], got [2]");
  }

  /** Again, place by place and with square roots. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void pointsAreDroppedByTheLengthOfTheirVector(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int places = 13;
    float[] values = new float[3 * places];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-1, 1);
    }
    double threshold = random.nextDouble();
    double[] lengths = new double[places];
    double largest = 0;
    for (int p = 0; p < places; p++) {
      lengths[p] = Math.hypot(Math.hypot(values[p], values[p + places]), values[p + 2 * places]);
      largest = Math.max(largest, lengths[p]);
    }
    float[] pruned =
        new Pruning(Score.POINT, threshold)
            .apply(Tensor.of(Shape.of(3, 1, places), values.clone()))
            .floats();
    for (int i = 0; i < values.length; i++) {
      boolean stays = lengths[i % places] >= threshold * largest;
      assertThat(pruned[i]).isEqualTo(stays ? values[i] : 0);
    }
  }

  @Test
  void zerosAreCountedAsAShare() {
    assertThat(Pruning.zeros(Tensor.of(Shape.of(2, 2), 0, -0f, 1, -1))).isEqualTo(0.5);
  }
}
