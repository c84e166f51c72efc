package whyc.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.explain.Baseline;
import whyc.measure.Perturbation.Curve;
import whyc.measure.Perturbation.Kind;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

class PerturbationTest {
  /** "Probability" of class c of an image: channel c's sum over 10. */
  private static Tensor sums(Tensor images) {
    int n = images.shape().dim(0);
    int channels = images.shape().dim(1);
    int places = images.shape().product(2, 4);
    float[] p = new float[n * channels];
    for (int i = 0; i < images.size(); i++) {
      p[i / places] += (float) (images.at(i) / 10);
    }
    return Tensor.of(Shape.of(n, channels), p);
  }

  private static Curve curve(Kind kind, int steps, Baseline baseline, Tensor image, Tensor map) {
    return new Perturbation(kind, steps, baseline)
        .curves(image, List.of(map), List.of(0), 8, PerturbationTest::sums)
        .getFirst();
  }

  private static final Tensor IMAGE = Tensor.of(Shape.of(1, 1, 2, 2), 4f, 1, 3, 2);
  private static final Tensor MAP = Tensor.of(Shape.of(2, 2), 5f, 0, 7, 0);

  /**
   * The order is place 2, place 0, then of the equal ones 1 before 3. What is left of the sum 10:
   * 10, 7, 3, 2, 0. The area is (10/2 + 7 + 3 + 2 + 0/2) / 10 / 4 = 0.425.
   */
  @Test
  void deletionByHand() {
    Curve c = curve(Kind.DELETION, 4, new Baseline.Zero(), IMAGE, MAP);
    assertThat(c.probabilities())
        .usingElementComparator(PerturbationTest::nearly)
        .containsExactly(1.0, 0.7, 0.3, 0.2, 0.0);
    assertThat(c.area()).isCloseTo(0.425, within(1e-6));
  }

  /** The same places come back: 0, 3, 7, 8, 10, and the area is 0.575. */
  @Test
  void insertionByHand() {
    Curve c = curve(Kind.INSERTION, 4, new Baseline.Zero(), IMAGE, MAP);
    assertThat(c.probabilities())
        .usingElementComparator(PerturbationTest::nearly)
        .containsExactly(0.0, 0.3, 0.7, 0.8, 1.0);
    assertThat(c.area()).isCloseTo(0.575, within(1e-6));
  }

  /** The mean is 2.5; places become it: 10, 9.5, 8, 9.5, 10. */
  @Test
  void emptyMayMeanTheMean() {
    Curve c = curve(Kind.DELETION, 4, new Baseline.Mean(), IMAGE, MAP);
    assertThat(c.probabilities())
        .usingElementComparator(PerturbationTest::nearly)
        .containsExactly(1.0, 0.95, 0.8, 0.95, 1.0);
  }

  /** Class 1 is the second channel's sum, 3 + 5: its first place goes first. */
  @Test
  void allChannelsOfAPlaceChangeTogether() {
    Tensor image = Tensor.of(Shape.of(1, 2, 1, 2), 1f, 2, 3, 5);
    Curve c =
        new Perturbation(Kind.DELETION, 2, new Baseline.Zero())
            .curves(
                image,
                List.of(Tensor.of(Shape.of(1, 2), 1f, 0)),
                List.of(1),
                8,
                PerturbationTest::sums)
            .getFirst();
    assertThat(c.probabilities())
        .usingElementComparator(PerturbationTest::nearly)
        .containsExactly(0.8, 0.5, 0.0);
  }

  /** Of four places, three steps change 0, 1, 2 and 4. */
  @Test
  void stepsThatDoNotDivideThePlacesAreRoundedDown() {
    Curve c = curve(Kind.DELETION, 3, new Baseline.Zero(), IMAGE, MAP);
    assertThat(c.probabilities())
        .usingElementComparator(PerturbationTest::nearly)
        .containsExactly(1.0, 0.7, 0.3, 0.0);
  }

  /**
   * One column whose left pixel scores higher, enlarged: the left columns of the image go first.
   */
  @Test
  void aSmallMapIsEnlarged() {
    Tensor image = Tensor.of(Shape.of(1, 1, 1, 4), 4f, 3, 2, 1);
    Curve c = curve(Kind.DELETION, 4, new Baseline.Zero(), image, Tensor.of(Shape.of(1, 2), 9f, 1));
    assertThat(c.probabilities())
        .usingElementComparator(PerturbationTest::nearly)
        .containsExactly(1.0, 0.6, 0.3, 0.1, 0.0);
  }

  /** All at once or one by one: the same curves, and no run is larger than allowed. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 100})
  void severalImagesHaveTheCurvesThatEachHasAlone(int atOnce) {
    Tensor images = Tensor.of(Shape.of(2, 2, 1, 3), 1f, 2, 3, 4, 5, 6, 0.5f, 1, 0.25f, 3, 1, 4);
    List<Tensor> maps =
        List.of(
            Tensor.of(Shape.of(1, 3), 1f, 3, 2),
            Tensor.of(Shape.of(2, 1, 3), 1f, 0, -5, 1, 0.5f, 0));
    List<Integer> runs = new ArrayList<>();
    Perturbation p = new Perturbation(Kind.DELETION, 3, new Baseline.Zero());
    List<Curve> together =
        p.curves(
            images,
            maps,
            List.of(1, 0),
            atOnce,
            x -> {
              runs.add(x.shape().dim(0));
              return sums(x);
            });
    for (int i = 0; i < 2; i++) {
      Tensor alone =
          Tensor.of(Shape.of(1, 2, 1, 3), Arrays.copyOfRange(images.floats(), 6 * i, 6 * i + 6));
      assertThat(together.get(i))
          .isEqualTo(
              p.curves(alone, List.of(maps.get(i)), List.of(1 - i), 1, PerturbationTest::sums)
                  .getFirst());
    }
    assertThat(runs).allMatch(r -> r <= atOnce);
    assertThat(runs.stream().mapToInt(r -> r).sum()).isEqualTo(8);
  }

  /** The area of the order 2, 0, 1, 3 is 0.425, and that of 0, 2, 1, 3 (10, 6, 3, 2, 0) is 0.4. */
  @Test
  void aChangedOrderKeepsOneLessTheChangeOfTheArea() {
    Perturbation p = new Perturbation(Kind.DELETION, 4, new Baseline.Zero());
    SameArea same = new SameArea(p, IMAGE, 0, 2, PerturbationTest::sums);
    assertThat(same.of(MAP, MAP)).isEqualTo(1);
    assertThat(same.of(MAP, Tensor.of(Shape.of(2, 2), 9f, 0, 7, 0))).isCloseTo(0.975, within(1e-6));
  }

  @Test
  void whatDoesNotBelongTogetherIsRefused() {
    Perturbation p = new Perturbation(Kind.INSERTION, 2, new Baseline.Blur());
    assertThatThrownBy(() -> p.curves(IMAGE, List.of(), List.of(0), 1, x -> x))
        .hasMessageContaining("n maps, n classes");
    assertThatThrownBy(() -> new Perturbation(Kind.INSERTION, 0, new Baseline.Zero()))
        .hasMessage("a perturbation wants at least 1 step, got 0");
  }

  private static int nearly(double a, double b) {
    return Math.abs(a - b) < 1e-6 ? 0 : Double.compare(a, b);
  }
}
