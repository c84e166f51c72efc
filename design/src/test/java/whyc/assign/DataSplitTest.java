package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.tensor.Shape;

class DataSplitTest {
  /** Image i has i for its only number, and half of them are of class 0: sorted, as folders are. */
  private static DataSet numbered(int size) {
    List<float[]> images = IntStream.range(0, size).mapToObj(i -> new float[] {i}).toList();
    List<Integer> labels = IntStream.range(0, size).mapToObj(i -> 2 * i / size).toList();
    return new DataSet("numbers", Shape.of(1), images, labels);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 10, 999, 2000})
  void eachImageIsInOnePart(int size) {
    DataSplit s = DataSplit.of(numbered(size), 0.5);
    List<Float> all =
        Stream.of(s.calibration(), s.selection(), s.heldOut())
            .flatMap(d -> d.images().stream())
            .map(image -> image[0])
            .sorted()
            .toList();
    assertThat(all).hasSize(size).doesNotHaveDuplicates();
    assertThat(Math.abs(s.selection().size() - s.heldOut().size())).isLessThanOrEqualTo(1);
  }

  @Test
  void imagesThatAreSortedByClassAreMixed() {
    DataSplit s = DataSplit.of(numbered(1000), 0.25);
    assertThat(s.calibration().size()).isEqualTo(200);
    assertThat(s.heldOut().size()).isEqualTo(200);
    for (DataSet part : List.of(s.calibration(), s.selection(), s.heldOut())) {
      long first = part.labels().stream().filter(l -> l == 0).count();
      assertThat(first / (double) part.size()).isBetween(0.35, 0.65);
    }
  }

  @Test
  void theSplitIsAlwaysTheSame() {
    assertThat(DataSplit.of(numbered(50), 0.5).heldOut().fingerprint())
        .isEqualTo(DataSplit.of(numbered(50), 0.5).heldOut().fingerprint());
  }

  @Test
  void tooFewImagesAreRefused() {
    assertThatThrownBy(() -> DataSplit.of(numbered(2), 0.5))
        .hasMessage(
            "numbers: a data set wants 3 images at least, to calibrate, to choose and to report by, got 2");
  }
}
