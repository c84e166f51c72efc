package whyc.multiplier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;

/** Names, aliases, costs. */
final class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.known();

  private static String design(String name) {
    return ((Catalogue.Named.Known) CATALOGUE.named(name)).design().name();
  }

  private static List<DataSheet> sheets() {
    return CATALOGUE.sheets(CATALOGUE.designs(Families.all(), OperandForm.signed(8)), () -> {});
  }

  /** The same name is another function in another release. */
  @ParameterizedTest
  @CsvSource({
    "mul8s_1KV8, bam8s-h0-v2",
    "mul8s_1KV8@v1.2022, bam8s-h0-v2",
    "mul8s_1KV8 @ v1.0, exact8s",
    "mul8s_1KV8 @ EvoApproxLib v1.0, exact8s",
    "mul8s_1KVA, bam8s-h0-v4",
    "mul8s_1KVA@v1.0, bam8s-h0-v2",
    "mul8s_1KVB@v1.0, bam8s-h0-v3",
    "mul8s_1KR6@v1.0, bam8s-h1-v3",
    "mul8s_1L2H@v1.0, cut8s-a1-b1",
    "mul8s_1L2D@v1.0, cut8s-a2-b2",
    "mul8s_1L1G@v1.0, cut8s-a3-b3",
    "mul8s_1KR3@v1.0, bam8s-h6-v0",
    "mul8u_1JJQ, exact8u",
    "drum8u-4, drum8u-4"
  })
  void aNameMeansWhatItsReleaseSays(String name, String design) {
    assertThat(design(name)).isEqualTo(design);
  }

  /** Accelerator files hold costs, too, each with its own source. */
  @Test
  void acceleratorsOfThesePublishedCircuitsHaveTheirCosts() {
    MultiPod machine = (MultiPod) Accelerator.of("xai-gen-8x256");
    Stream.concat(Stream.of(machine.exact()), machine.approximate().stream())
        .forEach(circuit -> {
          Cost cost = CATALOGUE.sheet(Design.parse(design(circuit.circuit()))).cost().orElseThrow();
          assertThat(circuit.powerMilliwatts()).isEqualTo(cost.powerMilliwatts());
          assertThat(circuit.delayNanoseconds()).isEqualTo(cost.delayNanoseconds());
        });
  }

  @Test
  void ofMostUnsignedCircuitsOnlyFiguresAreKnown() {
    assertThat(CATALOGUE.named("mul8u_17C8")).isInstanceOf(Catalogue.Named.FiguresOnly.class);
    assertThat(CATALOGUE.published())
        .hasSize(49)
        .allSatisfy(p -> assertThat(p.figures()).containsKeys("mae_percent", "mre_percent"));
    assertThat(CATALOGUE.published().stream().filter(p -> p.design().isPresent())).hasSize(14);
  }

  @Test
  void unknownNamesAreToldWhatThereIs() {
    assertThatThrownBy(() -> CATALOGUE.named("mul8s_XXX"))
        .hasMessageContaining("mul8s_XXX @ v1.2022: EvoApproxLib has no such circuit here")
        .hasMessageContaining("mul8s_1KVP");
    assertThatThrownBy(() -> CATALOGUE.named("mul8s_1KV9@v1.0"))
        .hasMessageContaining("known of v1.0: mul8s_1KV8, mul8s_1KVA");
    assertThatThrownBy(() -> CATALOGUE.named("mul8s_1KV9@v7"))
        .hasMessageContaining("releases are v1.2022 and v1.0");
  }

  @Test
  void oneFunctionHasOneSheetWithAllItsNames() {
    List<DataSheet> sheets = sheets();
    assertThat(sheets).doesNotHaveDuplicates();
    assertThat(sheets.stream().map(DataSheet::identity)).doesNotHaveDuplicates();
    DataSheet row =
        sheets.stream().filter(s -> s.name().equals("bam8s-h1-v0")).findFirst().orElseThrow();
    assertThat(row.sameDesigns()).containsExactly("cut8s-a1-b0", "perforate8s-j0-n1");
    assertThat(row.published().stream().map(Published::alias))
        .containsExactly("mul8s_1KVM @ EvoApproxLib v1.2022");
  }

  @Test
  void allPublishedSignedCircuitsAreShown() {
    Set<String> shown =
        sheets().stream()
            .flatMap(s -> s.published().stream())
            .map(Published::name)
            .collect(Collectors.toSet());
    assertThat(shown).hasSize(13);
  }

  /** Mean and largest relative error over the thirteen circuits that it is calibrated on. */
  @Test
  void modelledCostsAreNearThoseThatArePublished() {
    GateModel model = CATALOGUE.gates();
    assertThat(model.areaError().mean()).isLessThan(0.025);
    assertThat(model.areaError().worst()).isLessThan(0.09);
    assertThat(model.powerError().mean()).isLessThan(0.03);
    assertThat(model.powerError().worst()).isLessThan(0.07);
    assertThat(model.delayError().mean()).isLessThan(0.045);
    assertThat(model.delayError().worst()).isLessThan(0.10);
  }

  /** A circuit that the model has not seen: the exact unsigned one, .391 mW, 709.6 um2, 1.43 ns. */
  @Test
  void theModelHoldsForTheExactUnsignedCircuit() {
    Cost modelled = CATALOGUE.gates().cost(Design.parse("exact8u").gates());
    Cost published = CATALOGUE.sheet(Design.parse("exact8u")).cost().orElseThrow();
    assertThat(published.powerMilliwatts()).isEqualTo(0.391);
    assertThat(modelled.powerMilliwatts() / 0.391).isBetween(0.85, 1.15);
    assertThat(modelled.areaSquareMicrometres() / 709.6).isBetween(0.9, 1.1);
    assertThat(modelled.delayNanoseconds() / 1.43).isBetween(0.9, 1.1);
    assertThat(modelled.basis()).isEqualTo(Cost.Basis.MODELLED);
  }

  @Test
  void lessOfACircuitCostsLess() {
    assertThat(cost("drum8u-3")).isLessThan(cost("drum8u-6"));
    assertThat(cost("loa8u-8")).isLessThan(cost("loa8u-2")).isLessThan(cost("exact8u"));
    assertThat(cost("kulkarni8u")).isLessThan(cost("exact8u"));
    assertThat(cost("trunc8u-8")).isLessThan(cost("trunc8u-4"));
    assertThat(cost("babic8u-0")).isLessThan(cost("babic8u-1"));
    assertThat(cost("mitchell8u")).isLessThan(cost("mbm8u")).isLessThan(cost("mbm8s"));
    assertThat(cost("exact4u")).isLessThan(cost("exact12u"));
  }

  private static double cost(String name) {
    return CATALOGUE.gates().cost(Design.parse(name).gates()).areaSquareMicrometres();
  }
}
