package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** {@code whyc multipliers}. */
final class MultipliersCommandTest {
  @TempDir private Path folder;

  private static Called done(Object... arguments) {
    Called c = Called.with(arguments);
    assertThat(c.status()).as(c.err()).isZero();
    return c;
  }

  @Test
  void theListHasARowForEachFunctionWithItsNames() {
    String list = done("multipliers", "--signed").out();
    assertThat(list.lines())
        .anySatisfy(row ->
            assertThat(row)
                .startsWith("bam8s-h1-v3 ")
                .contains(" 0.0508 ", " 0.209 ", " 74.8 ", " 2.734 ", " -2.25 ", " 3 terms ")
                .contains(" 0.363 ", " 635 ", " 1.37 ")
                .endsWith("mul8s_1KVP"))
        .anySatisfy(row -> assertThat(row).startsWith("drum8s-4 ").contains(" 1 term ", " ~0."))
        .noneSatisfy(row -> assertThat(row).contains("8u"));
    assertThat(list).contains("~ modelled, not published", "area 2.2 and 8.9 %");
  }

  @Test
  void unsignedCircuitsWithoutAFunctionStandApart() {
    String list = done("multipliers", "--unsigned").out();
    assertThat(list).contains("exact8u").doesNotContain("8s-");
    assertThat(list.substring(list.indexOf("published figures only, no function:")))
        .contains("mul8u_17C8", "mul8u_0AB")
        .contains("a product of 0 is 69 on average")
        .doesNotContain("1JJQ");
    assertThat(done("multipliers", "--family", "drum").out()).doesNotContain("mul8u");
  }

  @ParameterizedTest
  @CsvSource({"power, cost/power_mw", "mae, mean_absolute_error_percent", "rank, rank"})
  void theListIsInTheOrderAskedFor(String key, String pointer) {
    JsonNode all =
        done("multipliers", "--bits", 4, "--sort", key, "--json").json().get("multipliers");
    List<Double> values = new ArrayList<>();
    all.forEach(m -> values.add(m.at("/" + pointer).asDouble()));
    assertThat(values).hasSizeGreaterThan(30).isSorted();
  }

  @Test
  void aNameIsToldInFull() {
    assertThat(done("multipliers", "mul8s_1KV8").out())
        .startsWith("bam8s-h0-v2\n")
        .contains("closed form  a*b - [(a&1)(b&3) + (a&2)(b&1)]")
        .contains("mul8s_1KV8 @ EvoApproxLib v1.2022; mul8s_1KVA @ EvoApproxLib v1.0")
        .contains("MAE          1.25 (0.001907 % of 2^16)")
        .contains("0.422 mW, published", "PDK45, 1 V, 25 C")
        .contains("mul8s_1KV8 of v1.2022 is not the mul8s_1KV8 of v1.0, which is another function");
    assertThat(done("multipliers", "mul8s_1KV8@v1.0").out())
        .startsWith("exact8s\n")
        .contains("mul8s_1KV8 of v1.0 is not the mul8s_1KV8 of v1.2022");
    assertThat(done("multipliers", "drum8s-4", "kulkarni4u").out())
        .contains("taken off before and put back after")
        .contains("K = 4 (bits kept from the leading one on)")
        .contains("Hashemi, Bahar and Reda 2015")
        .contains("mW, modelled")
        .contains("kulkarni4u\n", "engines take operands of 8 bits");
    assertThat(done("multipliers", "mul8u_17C8").out())
        .contains("not known here: figures only", "wce          1577", "7.41 %");
  }

  @Test
  void jsonSaysAllOfIt() {
    JsonNode one = done("multipliers", "mul8s_1L2J", "--json").json().at("/multipliers/0");
    assertThat(one.get("name").asString()).isEqualTo("cut8s-a1-b1");
    assertThat(one.get("identity").asString()).hasSize(64);
    assertThat(one.get("bias").asDouble()).isEqualTo(0.75);
    assertThat(one.get("preserves_zero").asBoolean()).isTrue();
    assertThat(one.get("route").asString()).isEqualTo("masked");
    assertThat(one.at("/cost/power_mw").asDouble()).isEqualTo(0.301);
    assertThat(one.at("/cost/basis").asString()).isEqualTo("published");
    assertThat(one.get("aliases").toString()).contains("mul8s_1L2H @ EvoApproxLib v1.0");
  }

  @ParameterizedTest
  @CsvSource({"t.bin", "t.csv"})
  void anExportedTableComesBackAsTheSameFunction(String file) {
    Path table = folder.resolve(file);
    done("multipliers", "mul8s_1KVP", "--export", table);
    Called c = done("multipliers", "--import", table, "--signed", "--name", "mine");
    assertThat(c.out())
        .startsWith("mine\n")
        .contains("mul8s_1KVP @ EvoApproxLib v1.2022", "0.363 mW, published", "3 terms");
    assertThat(Called.with("multipliers", "exact8s", "--export", table).err())
        .contains("--overwrite");
    done("multipliers", "exact8s", "--export", table, "--overwrite");
  }

  @Test
  void aTableThatIsNoneIsRefusedInASentence() throws IOException {
    Path file = Files.write(folder.resolve("t.bin"), new byte[100]);
    Called c = Called.with("multipliers", "--import", file, "--signed");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.out()).isEmpty();
    assertThat(c.err())
        .contains("t.bin: a table of signed operands of 8 bits wants 65536 integers of 16 bits")
        .contains("got 100 bytes");
    Path missing = folder.resolve("no.bin");
    assertThat(Called.with("multipliers", "--import", missing, "--signed").err())
        .contains("no.bin: there is no such file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nosuch8u | families: exact, bam",
        "mul8s_1XX | EvoApproxLib has no such circuit here",
        "--family dram | there is no such family; nearest: drum",
        "--sort beauty | there is no figure",
        "--name x | --name wants --import",
        "--import t.bin | --import wants --signed or --unsigned",
        "--import t.bin --signed exact8s | --import wants to stand without names",
        "--export t.bin | --export wants one NAME or --import, got 0 names",
        "exact8s exact8u --export t.bin | got 2 names",
        "exact8s --export t.txt | wants a name that ends in .bin or .csv",
        "mul8u_17C8 --export t.bin | of this circuit only figures are known",
        "--bits 3 | operands of 4 to 12 bits, got 3",
        "drum8u-9 | of 2 to 7, got 9"
      })
  void whatCannotBeMeantIsRefused(String arguments, String sentence) {
    List<Object> all = new ArrayList<>(List.of("multipliers"));
    all.addAll(List.of(arguments.split(" ")));
    Called c = Called.with(all.toArray());
    assertThat(c.status()).isIn(1, 2);
    assertThat(c.out()).isEmpty();
    assertThat(c.err()).contains(sentence);
  }
}
