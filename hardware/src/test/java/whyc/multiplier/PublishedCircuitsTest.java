package whyc.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.util.Map;
import java.util.function.IntBinaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.op.route.Route;

/** The thirteen signed circuits of 8 x 8 bits, over all pairs of operands. */
final class PublishedCircuitsTest {
  private static final Catalogue CATALOGUE = Catalogue.known();
  private static final OperandForm FORM = OperandForm.signed(8);

  /** The closed forms as they were found, each read as it stands. */
  private static final Map<String, IntBinaryOperator> CLOSED_FORMS =
      Map.ofEntries(
          Map.entry("mul8s_1KV6", (a, b) -> a * b),
          Map.entry("mul8s_1KV8", (a, b) -> a * b - ((a & 1) * (b & 3) + (a & 2) * (b & 1))),
          Map.entry(
              "mul8s_1KV9",
              (a, b) -> a * b - ((a & 1) * (b & 7) + (a & 2) * (b & 3) + (a & 4) * (b & 1))),
          Map.entry(
              "mul8s_1KVA",
              (a, b) ->
                  a * b
                      - ((a & 1) * (b & 15)
                          + (a & 2) * (b & 7)
                          + (a & 4) * (b & 3)
                          + (a & 8) * (b & 1))),
          Map.entry("mul8s_1KVM", (a, b) -> (a & ~1) * b),
          Map.entry("mul8s_1KVP", (a, b) -> (a & ~1) * b - ((a & 2) * (b & 3) + (a & 4) * (b & 1))),
          Map.entry(
              "mul8s_1KVQ",
              (a, b) -> (a & ~1) * b - ((a & 2) * (b & 7) + (a & 4) * (b & 3) + (a & 8) * (b & 1))),
          Map.entry(
              "mul8s_1KX5",
              (a, b) ->
                  (a & ~3) * b - ((a & 4) * (b & 7) + (a & 8) * (b & 3) + (a & 16) * (b & 1))),
          Map.entry("mul8s_1KXF", (a, b) -> (a & ~7) * b),
          Map.entry("mul8s_1L12", (a, b) -> (a & ~63) * b),
          Map.entry("mul8s_1L2J", (a, b) -> (a & ~1) * (b & ~1)),
          Map.entry("mul8s_1L2L", (a, b) -> (a & ~3) * (b & ~3)),
          Map.entry("mul8s_1L2N", (a, b) -> (a & ~7) * (b & ~7)));

  private static Design design(String name) {
    return ((Catalogue.Named.Known) CATALOGUE.named(name)).design();
  }

  static java.util.stream.Stream<String> names() {
    return CLOSED_FORMS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("names")
  void theDesignIsTheClosedForm(String name) {
    assertThat(design(name).multiplier()).isEqualTo(Multiplier.of(FORM, CLOSED_FORMS.get(name)));
  }

  /** Partial products one by one, each by its bits and signs. */
  @ParameterizedTest
  @CsvSource({
    "mul8s_1KV8, 0, 0, 2",
    "mul8s_1KV9, 0, 0, 3",
    "mul8s_1KVA, 0, 0, 4",
    "mul8s_1KVM, 1, 0, 0",
    "mul8s_1KVP, 1, 0, 3",
    "mul8s_1KVQ, 1, 0, 4",
    "mul8s_1KX5, 2, 0, 5",
    "mul8s_1KXF, 3, 0, 0",
    "mul8s_1L12, 6, 0, 0",
    "mul8s_1L2J, 1, 1, 0",
    "mul8s_1L2L, 2, 2, 0",
    "mul8s_1L2N, 3, 3, 0"
  })
  void theClosedFormIsASumOfPartialProducts(String name, int rows, int columnsOfB, int weight) {
    for (int a = -128; a < 128; a++) {
      for (int b = -128; b < 128; b++) {
        int sum = 0;
        for (int i = rows; i < 8; i++) {
          for (int j = columnsOfB; j < 8; j++) {
            boolean bothOnes = (a >> i & 1) == 1 && (b >> j & 1) == 1;
            int sign = (i == 7) == (j == 7) ? 1 : -1;
            sum += i + j >= weight && bothOnes ? sign * (1 << (i + j)) : 0;
          }
        }
        assertThat(CLOSED_FORMS.get(name).applyAsInt(a, b)).isEqualTo(sum);
      }
    }
  }

  /**
   * The library's own figures, as printed. Rounding is half a unit of the last digit; two mean
   * absolute errors are printed a unit lower: 0.0018 for 0.00191 and 0.0064 for 0.00649.
   */
  @ParameterizedTest
  @CsvSource({
    "mul8s_1KV6, 0, 0, 0, 0, 0.425, 729.8, 1.48",
    "mul8s_1KV8, 0.0018, 0.0076, 50, 0.28, 0.422, 711.0, 1.48",
    "mul8s_1KV9, 0.0064, 0.026, 68.75, 0.90, 0.410, 685.2, 1.47",
    "mul8s_1KVA, 0.019, 0.075, 81.25, 2.53, 0.391, 641.1, 1.51",
    "mul8s_1KVM, 0.049, 0.20, 49.80, 2.40, 0.369, 652.8, 1.37",
    "mul8s_1KVP, 0.051, 0.21, 74.80, 2.73, 0.363, 635.0, 1.37",
    "mul8s_1KVQ, 0.056, 0.25, 84.18, 3.64, 0.351, 599.8, 1.36",
    "mul8s_1L2J, 0.081, 0.39, 74.61, 4.41, 0.301, 558.9, 1.36",
    "mul8s_1KX5, 0.15, 0.69, 91.89, 8.93, 0.289, 543.0, 1.33",
    "mul8s_1L2L, 0.23, 1.16, 93.16, 12.26, 0.200, 411.6, 1.14",
    "mul8s_1KXF, 0.34, 1.37, 87.16, 15.72, 0.237, 482.4, 1.19",
    "mul8s_1L2N, 0.52, 2.66, 97.75, 27.44, 0.126, 284.9, 0.94",
    "mul8s_1L12, 3.08, 12.30, 98.05, 135.77, 0.052, 172.2, 0.89"
  })
  void figuresAreThosePublished(
      String name,
      BigDecimal mae,
      BigDecimal wce,
      BigDecimal probability,
      BigDecimal mre,
      double power,
      double area,
      double delay) {
    DataSheet sheet = CATALOGUE.sheet(design(name));
    Figures f = sheet.figures();
    assertThat(f.meanAbsolutePercent()).isCloseTo(mae.doubleValue(), within(1.1 * unit(mae)));
    assertThat(f.worstCasePercent()).isCloseTo(wce.doubleValue(), within(unit(wce) / 2 + 1e-9));
    assertThat(100 * f.errorProbability())
        .isCloseTo(probability.doubleValue(), within(unit(probability) / 2 + 1e-9));
    assertThat(100 * f.meanRelative()).isCloseTo(mre.doubleValue(), within(unit(mre) / 2 + 1e-9));
    Cost cost = sheet.cost().orElseThrow();
    assertThat(cost.basis()).isEqualTo(Cost.Basis.PUBLISHED);
    assertThat(cost.powerMilliwatts()).isEqualTo(power);
    assertThat(cost.areaSquareMicrometres()).isEqualTo(area);
    assertThat(cost.delayNanoseconds()).isEqualTo(delay);
  }

  private static double unit(BigDecimal printed) {
    return printed.ulp().doubleValue();
  }

  @ParameterizedTest
  @CsvSource({
    "mul8s_1KV8, 1.25, 5, -1.25",
    "mul8s_1KV9, 4.25, 17, -4.25",
    "mul8s_1KVP, 33.28, 137, -2.25",
    "mul8s_1L2J, 53.33, 255, 0.75",
    "mul8s_1L2L, 149.8, 759, 3.75",
    "mul8s_1L2N, 339.9, 1743, 15.75"
  })
  void absoluteErrorsAndBiasAreThoseOfTheNotes(String name, double mae, int wce, double bias) {
    Figures f = Figures.of(design(name).multiplier());
    assertThat(f.meanAbsolute()).isCloseTo(mae, within(0.05));
    assertThat(f.worstCase()).isEqualTo(wce);
    assertThat(f.bias()).isEqualTo(bias);
  }

  @ParameterizedTest
  @MethodSource("names")
  void allPreserveZero(String name) {
    assertThat(Figures.of(design(name).multiplier()).preservesZero()).isTrue();
  }

  @Test
  void sixDoNotCommute() {
    assertThat(names().filter(n -> !Figures.of(design(n).multiplier()).commutative()))
        .containsExactly(
            "mul8s_1KVM", "mul8s_1KVP", "mul8s_1KVQ", "mul8s_1KX5", "mul8s_1KXF", "mul8s_1L12");
  }

  @Test
  void circuitsWithoutColumnsLeftOutAreMaskedAndTheOthersAreFewTerms() {
    Map<Boolean, java.util.List<String>> byRoute =
        names()
            .collect(
                Collectors.partitioningBy(
                    n -> CATALOGUE.sheet(design(n)).route().orElseThrow() instanceof Route.Masked));
    assertThat(byRoute.get(true))
        .containsExactly(
            "mul8s_1KV6",
            "mul8s_1KVM",
            "mul8s_1KXF",
            "mul8s_1L12",
            "mul8s_1L2J",
            "mul8s_1L2L",
            "mul8s_1L2N");
    assertThat(byRoute.get(false))
        .allSatisfy(n -> {
          DataSheet sheet = CATALOGUE.sheet(design(n));
          assertThat(sheet.route().orElseThrow()).isInstanceOf(Route.LowRank.class);
          assertThat(((Route.LowRank) sheet.route().orElseThrow()).terms())
              .hasSize(sheet.rank().orElseThrow());
        });
  }
}
