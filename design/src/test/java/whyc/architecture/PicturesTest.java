package whyc.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Pictures, how they are prepared, and the batches of a training. */
final class PicturesTest {
  private static Pictures grey(int side, int... pixels) {
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    int[] labels = new int[pixels.length / (side * side)];
    return new Pictures("grey", 1, side, side, 2, bytes, labels);
  }

  /** Halving the side puts each pixel in the middle of four. */
  @Test
  void aPictureOfHalfTheSideHasMeansOfFour() {
    Pictures p = grey(4, 0, 4, 8, 8, 4, 8, 8, 8, 200, 200, 0, 100, 200, 200, 100, 200).resized(2);
    assertThat(p.pixels()).containsExactly((byte) 4, (byte) 8, (byte) 200, (byte) 100);
  }

  @Test
  void preparedNumbersHaveMeanZeroAndDeviationOne() {
    Pictures p = Shapes.bars(40, 8, 3, 4, 1);
    float[] all = new float[0];
    for (float[] image : p.prepared(Normalisation.of(p)).images()) {
      int from = all.length;
      all = Arrays.copyOf(all, from + image.length);
      System.arraycopy(image, 0, all, from, image.length);
    }
    double mean = 0;
    double squares = 0;
    for (float v : all) {
      mean += v / (double) all.length;
      squares += (double) v * v / all.length;
    }
    assertThat(mean).isCloseTo(0, within(1e-3));
    assertThat(squares).isCloseTo(1, within(1e-3));
  }

  @Test
  void aConstantChannelMakesNoNoise() {
    Normalisation by = Normalisation.of(grey(2, 9, 9, 9, 9));
    assertThat(by.of((byte) 9, 0)).isBetween(-0.1f, 0.1f);
  }

  @Test
  void aBatchIsTheSameWhateverWasAskedForBefore() {
    Pictures p = Shapes.bars(50, 8, 1, 4, 1);
    Recipe recipe = Recipe.of(20, 16, true, 3);
    Batches fresh = new Batches(p, Normalisation.of(p), recipe);
    Batches used = new Batches(p, Normalisation.of(p), recipe);
    for (int step = 0; step < 7; step++) {
      used.at(step);
    }
    assertThat(used.at(7).x()).containsExactly(fresh.at(7).x());
    assertThat(used.at(2).targets()).containsExactly(fresh.at(2).targets());
    assertThat(used.at(2).x()).isNotEqualTo(used.at(3).x());
  }

  @Test
  void everyPictureComesOnceInEachPass() {
    Pictures p = Shapes.bars(48, 4, 1, 4, 1);
    Batches batches =
        new Batches(p, Normalisation.of(p), new Recipe(3, 16, 0.1f, 0, 0, 0, false, 0, 5));
    float[] sums = new float[4];
    for (int step = 0; step < 3; step++) {
      float[] targets = batches.at(step).targets();
      for (int i = 0; i < targets.length; i++) {
        sums[i % 4] += targets[i];
      }
    }
    assertThat(sums).containsExactly(12, 12, 12, 12);
  }

  @Test
  void aLabelBeyondTheClassesIsRefused() {
    assertThatThrownBy(() -> new Pictures("p", 1, 1, 1, 2, new byte[2], new int[] {0, 2}))
        .hasMessage("p: a label wants to be a class from 0 to 1, got 2 (picture 1)");
    assertThatThrownBy(() -> new Pictures("p", 1, 2, 2, 2, new byte[2], new int[] {0}))
        .hasMessageContaining("wants pictures of 2 x 2 x 1 bytes");
  }

  /** A line up in a tenth of the steps, then half a cosine down. */
  @Test
  void theRateRisesAndFalls() {
    Recipe r = Recipe.of(100, 8, false, 1);
    assertThat(r.rate(0)).isCloseTo(0.1f * 0.05f, within(1e-6f));
    assertThat(r.rate(9)).isLessThan(r.peakRate());
    assertThat(r.rate(10)).isCloseTo(r.peakRate(), within(1e-3f));
    assertThat(r.rate(99)).isLessThan(1e-4f);
  }
}
