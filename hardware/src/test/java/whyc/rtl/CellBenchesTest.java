package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.multiplier.Design;

/** Cells of multipliers against their formulas, each by a test bench of its own. */
final class CellBenchesTest {
  private static final Path CELLS = Path.of("src/main/sv").toAbsolutePath();
  private static final Path BENCHES = Path.of("src/test/sv").toAbsolutePath();
  private static final List<String> LIBRARY = List.of("-y", CELLS.toString(), "-Y", ".sv");

  @TempDir private Path folder;

  static Stream<String> cells() throws IOException {
    try (Stream<Path> files = Files.list(BENCHES)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f ->
              f.matches(
                  "(size_\\w+|product_array|leading_one|requantize|argmax|mac_array|accumulator|drain|map_scaler|core_axi|core_bytes|axi_reader)_tb.sv"))
          .map(f -> f.replace("_tb.sv", ""))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void icarusFindsTheFormula(String cell) {
    Icarus icarus = Installed.icarus();
    List<Path> bench = List.of(BENCHES.resolve(cell + "_tb.sv"));
    Path built = icarus.build(folder, cell + "_tb", bench, LIBRARY);
    assertThat(icarus.run(built, List.of(), Duration.ofSeconds(30))).contains("PASS");
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact8s", "drum8s-4", "bam8s-h1-v3", "mitchell8s", "cut8s-a2-b0"})
  void anArrayMultipliesByACircuitOfTheCatalogue(String name) throws IOException {
    Icarus icarus = Installed.icarus();
    ProductModule module = ProductModule.of(Design.parse(name));
    List<Path> sources = new ArrayList<>(module.write(folder));
    String product = module.asProductOfArrays(name.startsWith("cut"));
    sources.add(Files.writeString(folder.resolve("product.sv"), product));
    sources.add(BENCHES.resolve("mac_array_tb.sv"));
    sources.add(CELLS.resolve("mac_array.sv"));
    Path built = icarus.build(folder, "mac_array_tb", sources, List.of());
    assertThat(icarus.run(built, List.of(), Duration.ofMinutes(3))).contains("PASS");
  }

  /** What these cells compute under Verilator is compared with tables elsewhere. */
  @ParameterizedTest
  @MethodSource("cells")
  void verilatorHasNothingToSay(String cell) {
    Verilator verilator = Installed.verilator();
    List<String> options = List.of("-y", CELLS.toString(), "-Wno-UNUSEDSIGNAL");
    verilator.check(cell, List.of(CELLS.resolve(cell + ".sv")), options);
  }

  @Test
  void aBenchRunsUnderVerilator() {
    Verilator verilator = Installed.verilator();
    Path bench = BENCHES.resolve("size_drum_tb.sv");
    Path built =
        verilator.build(folder, "size_drum_tb", List.of(bench), List.of("-y", CELLS.toString()));
    assertThat(Verilator.run(built, List.of(), Duration.ofSeconds(30))).contains("PASS");
  }
}
