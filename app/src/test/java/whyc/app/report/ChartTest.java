package whyc.app.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.app.report.Chart.Bar;
import whyc.app.report.Chart.Place;

/** Axes that fit, and what is drawn on them. */
final class ChartTest {
  private static List<String> texts(Axis axis) {
    return axis.ticks().stream().map(Axis.Tick::text).toList();
  }

  @Test
  void anAxisFitsWhatIsShown() {
    assertThat(texts(Axis.linear("lost", "", List.of(0.0, 0.31, 0.84))))
        .containsExactly("0.0", "0.2", "0.4", "0.6", "0.8", "1.0");
    assertThat(texts(Axis.linear("lost", "", List.of(-0.5, 2.0))))
        .containsExactly("\u22120.5", "0.0", "0.5", "1.0", "1.5", "2.0");
    assertThat(texts(Axis.linear("energy", " %", List.of(66.2, 100.0))))
        .containsExactly("60 %", "70 %", "80 %", "90 %", "100 %");
  }

  /** 1, 2 and 5 times powers of ten; over many decades powers alone. */
  @Test
  void aLogarithmicAxisHasRoundNumbersToo() {
    assertThat(texts(Axis.logarithmic("energy", " \u00b5J", List.of(0.3, 4.4))))
        .containsExactly("0.2 \u00b5J", "0.5 \u00b5J", "1 \u00b5J", "2 \u00b5J", "5 \u00b5J");
    assertThat(texts(Axis.logarithmic("energy", "", List.of(0.02, 3e4))))
        .containsExactly("0.1", "1", "10", "100", "1,000", "10 k");
    Axis axis = Axis.logarithmic("energy", "", List.of(1.0, 100.0));
    assertThat(axis.share(10)).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void sizesThatDifferMuchAreOnALogarithmicAxis() {
    assertThat(Axis.ofSizes("energy", "", List.of(27.1, 30.4)).logarithmic()).isFalse();
    assertThat(Axis.ofSizes("energy", "", List.of(27.1, 300.0)).logarithmic()).isTrue();
  }

  @Test
  void longNumbersAreShortened() {
    assertThat(texts(Axis.upTo("cycles", "", 83_000)))
        .containsExactly("0", "20 k", "40 k", "60 k", "80 k");
    assertThat(texts(Axis.linear("cycles", "", List.of(0.0, 4e6))))
        .containsExactly("0", "1 M", "2 M", "3 M", "4 M");
  }

  @Test
  void timeEndsWhereItEnds() {
    Axis axis = Axis.upTo("work", " s", 83);
    assertThat(axis.to()).isEqualTo(83);
    assertThat(axis.share(83)).isEqualTo(1);
    assertThat(Axis.upTo("work", " s", 0).to()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, -3, 1e-12, 7e9})
  void oneNumberIsARange(double only) {
    Axis axis = Axis.linear("", "", List.of(only, only));
    assertThat(axis.from()).isLessThan(only);
    assertThat(axis.to()).isGreaterThan(only);
    assertThat(axis.ticks()).hasSizeBetween(2, 7);
    if (only > 0) {
      assertThat(Axis.logarithmic("", "", List.of(only)).contains(only)).isTrue();
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everythingIsWithinItsAxisAndTicksAreFew(long seed) {
    Random random = new Random(seed);
    for (int run = 0; run < 200; run++) {
      double scale = Math.pow(10, random.nextInt(-9, 10));
      List<Double> shown = random.doubles(5).mapToObj(v -> 1e-12 + scale * v).toList();
      for (Axis axis : List.of(Axis.linear("", "", shown), Axis.logarithmic("", "", shown))) {
        assertThat(shown).allMatch(axis::contains);
        assertThat(axis.ticks()).hasSizeBetween(1, 10);
        assertThat(texts(axis)).doesNotHaveDuplicates();
      }
    }
  }

  @Test
  void speedUpsAreInOctaves() {
    assertThat(texts(Axis.factors("", 5)))
        .containsExactly("1\u00d7", "2\u00d7", "4\u00d7", "8\u00d7");
  }

  /** Little cost to the left and much accuracy upwards, each the other way round as well. */
  @ParameterizedTest
  @CsvSource({"1, -1", "-1, -1", "1, 1"})
  void aFrontIsWhatNoOtherIsBetterThan(int x, int y) {
    List<Place> places = new ArrayList<>();
    Random random = new Random(4);
    for (int i = 0; i < 40; i++) {
      places.add(new Place(random.nextInt(8), random.nextInt(8)));
    }
    List<Place> front = Chart.front(places, x, y);
    List<Place> naive =
        places.stream()
            .filter(p ->
                places.stream()
                    .noneMatch(
                        q -> x * q.x() <= x * p.x() && y * q.y() <= y * p.y() && !q.equals(p)))
            .distinct()
            .toList();
    assertThat(front).containsExactlyInAnyOrderElementsOf(naive);
  }

  @Test
  void whatIsBeyondIsLeftOut() {
    Axis axis = Axis.linear("", "", List.of(0.0, 1.0));
    Chart chart = new Chart(axis, axis);
    chart.dot(new Place(0.5, 0.5), "#000", "in");
    chart.dot(new Place(0.5, 1.5), "#000", "out");
    assertThat(chart.html()).contains("<title>in</title>").doesNotContain("out");
  }

  @Test
  void barsHaveOneScaleAndALegendWhereThereAreSeveralParts() {
    Map<String, Double> parts = new LinkedHashMap<>();
    parts.put("weights", 1.0);
    parts.put("maps", 1.0);
    Bar two = new Bar("both", parts, 0, "2 MB");
    Bar one = new Bar("one", Map.of("weights", 1.0), 4, "1 MB");
    assertThat(Chart.bars(List.of(two, one), "MB"))
        .contains("width:25.000%", "class=\"rest\" style=\"width:75.000%\"", "</i>maps</span>");
    assertThat(Chart.bars(List.of(one), "MB")).contains("<div class=\"legend\"></div>");
  }

  @Test
  void energiesHaveOneUnit() {
    Amount unit = Amount.ofEnergy(872_500_000);
    assertThat(unit.name()).isEqualTo("\u00b5J");
    assertThat(unit.text(872_500_000)).isEqualTo("872.5");
    assertThat(unit.text(75_300)).isEqualTo("0.07530");
    assertThat(unit.text(0)).isEqualTo("0");
    assertThat(Amount.figure(1_234_567)).isEqualTo("1,234,567");
  }
}
