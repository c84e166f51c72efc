package whyc.rtl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Design;
import whyc.multiplier.Families;
import whyc.multiplier.Multiplier;
import whyc.multiplier.OperandForm;

/** Multipliers as RTL give, for all pairs of operands, what their tables say. */
final class ProductModuleTest {
  private static final Path HARNESS = Path.of("src/test/cpp/products.cpp").toAbsolutePath();

  @TempDir private Path folder;

  private static List<Design> shown(OperandForm form) {
    return Catalogue.known().designs(Families.all(), form);
  }

  private static Map<ProductModule, Multiplier> modules(Stream<Design> designs) {
    return designs.collect(
        Collectors.toMap(
            ProductModule::of, Design::multiplier, (one, same) -> one, LinkedHashMap::new));
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 8})
  void everyDesignOfTheCatalogueIsItsTable(int bits) throws IOException {
    Verilator verilator = Installed.verilator();
    Stream<Design> designs =
        Stream.concat(
            shown(OperandForm.signed(bits)).stream(), shown(OperandForm.unsigned(bits)).stream());
    Map<ProductModule, Multiplier> modules = modules(designs);
    assertThat(modules).hasSizeGreaterThan(40);
    compare(verilator, bits, modules);
  }

  /** Yosys reads a little less of the language than others, and does not always say so. */
  @Test
  void whatYosysMakesOfThemIsTheSameTable() throws IOException {
    Verilator verilator = Installed.verilator();
    Yosys yosys = Installed.yosys();
    Stream<Design> designs =
        Families.all().stream()
            .flatMap(f ->
                shown(OperandForm.signed(8)).stream().filter(d -> d.family().equals(f)).limit(3));
    Map<ProductModule, Multiplier> modules = modules(designs);
    List<Path> sources = new ArrayList<>();
    for (ProductModule m : modules.keySet()) {
      Path netlist = folder.resolve(m.name() + ".v");
      yosys.flatten(m.name(), m.write(folder), Map.of(), netlist);
      sources.add(netlist);
    }
    compare(verilator, 8, modules, sources);
  }

  /** One of each family: there are 2^20 pairs of 10 bits. */
  @Test
  void widerOnesAreToo() throws IOException {
    int bits = 10;
    Verilator verilator = Installed.verilator();
    Stream<Design> designs =
        Families.all().stream()
            .map(family ->
                shown(new OperandForm(bits, family.name().length() % 2 == 0)).stream()
                    .filter(d -> d.family().equals(family))
                    .reduce((a, b) -> b)
                    .orElseThrow());
    compare(verilator, bits, modules(designs));
  }

  @Test
  void tablesOfNothingKnownAreTheirProducts() throws IOException {
    Verilator verilator = Installed.verilator();
    RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(6);
    Map<ProductModule, Multiplier> modules = new LinkedHashMap<>();
    for (OperandForm form : List.of(OperandForm.signed(8), OperandForm.unsigned(8))) {
      int[] noise = r.ints(form.pairs(), -9, 10).toArray();
      Multiplier near =
          Multiplier.of(
              form,
              (a, b) ->
                  Math.clamp(
                      a * b + noise[form.code(a) << 8 | form.code(b)],
                      form.minProduct(),
                      form.maxProduct()));
      modules.put(ProductModule.ofTable("near-" + form, near), near);
    }
    compare(verilator, 8, modules);
  }

  private void compare(Verilator verilator, int bits, Map<ProductModule, Multiplier> modules)
      throws IOException {
    Set<Path> sources = new LinkedHashSet<>();
    for (ProductModule m : modules.keySet()) {
      sources.addAll(m.write(folder));
    }
    compare(verilator, bits, modules, List.copyOf(sources));
  }

  private void compare(
      Verilator verilator, int bits, Map<ProductModule, Multiplier> modules, List<Path> texts)
      throws IOException {
    List<Path> sources = new ArrayList<>(texts);
    List<String> arguments = new ArrayList<>(List.of(String.valueOf(bits)));
    for (Map.Entry<ProductModule, Multiplier> m : modules.entrySet()) {
      arguments.add(table(m.getKey().name(), m.getValue()).toString());
    }
    sources.add(Files.writeString(folder.resolve("products.sv"), top(bits, modules.keySet())));
    sources.add(HARNESS);
    Path built =
        verilator.build(
            folder,
            "products",
            List.copyOf(sources),
            List.of("-O3", "-CFLAGS", "-O1", "-Wno-WIDTH"));
    String said = Verilator.run(built, arguments, Duration.ofMinutes(2));
    assertThat(said.lines()).hasSize(modules.size());
    List<ProductModule> all = List.copyOf(modules.keySet());
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      String line = said.lines().toList().get(i);
      if (!line.equals("0 -1")) {
        wrong.add(all.get(i).name() + ": " + line);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /** All modules beside each other; the products are wider than 64 bits whatever their number. */
  private static String top(int bits, Set<ProductModule> modules) {
    StringBuilder text =
        new StringBuilder(
            """
            module products (
              input  logic [%d:0] a_i,
              input  logic [%d:0] b_i,
              output logic [%d:0] p_o
            );
              assign p_o[%d +: 65] = '0;
            """
                .formatted(
                    bits - 1, bits - 1, 2 * bits * modules.size() + 64, 2 * bits * modules.size()));
    int i = 0;
    for (ProductModule m : modules) {
      text.append(
          "  %s i_%d (.a_i(a_i), .b_i(b_i), .p_o(p_o[%d +: %d]));\n"
              .formatted(m.name(), i, 2 * bits * i, 2 * bits));
      i++;
    }
    return text.append("endmodule\n").toString();
  }

  private Path table(String name, Multiplier m) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate(m.form().pairs() * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int a = 0; a < m.form().codes(); a++) {
      for (int b = 0; b < m.form().codes(); b++) {
        bytes.putInt(m.atCodes(a, b));
      }
    }
    return Files.write(folder.resolve(name + ".table"), bytes.array());
  }

  @ParameterizedTest
  @ValueSource(strings = {"exact8s", "bam8s-h1-v3", "drum8u-4", "mbm8s", "babic6u-2"})
  void allToolsReadThem(String name) throws IOException {
    ProductModule m = ProductModule.of(Design.parse(name));
    List<Path> files = m.write(folder);
    Installed.verilator().check(m.name(), files, List.of("-Wno-UNUSEDSIGNAL"));
    Installed.icarus().build(folder, m.name(), files, List.of());
    assertThat(Installed.yosys().synthesize(Family.ECP5, m.name(), files, Map.of()).luts())
        .isBetween(40, 400);
  }

  @Test
  void namesAreThoseOfTheCatalogue() {
    ProductModule m = ProductModule.of(Design.parse("drum8s-4"));
    assertThat(m.name()).isEqualTo("product_drum8s_4");
    assertThat(m.cells())
        .extracting(Cell::name)
        .containsExactly("leading_one", "product_array", "size_drum");
    assertThat(m.text())
        .contains("size_drum #(.Width(8), .K(4)) i_size (.a_i(a), .b_i(b), .p_o(p));");
  }

  @Test
  void anArrayCanTakeThem() throws IOException {
    ProductModule m = ProductModule.of(Design.parse("drum8s-4"));
    List<Path> files = new ArrayList<>(m.write(folder));
    files.add(Files.writeString(folder.resolve("product.sv"), m.asProductOfArrays(false)));
    Installed.verilator().check("product", files, List.of("-Wno-UNUSEDSIGNAL"));
    assertThatThrownBy(() -> ProductModule.of(Design.parse("drum8u-4")).asProductOfArrays(false))
        .hasMessage(
            "product_drum8u_4: an array of multipliers wants signed operands, got unsigned operands of 8 bits");
  }

  @Test
  void wideTablesAreRefused() {
    Multiplier wide = Multiplier.of(OperandForm.signed(9), (a, b) -> a * b);
    assertThatThrownBy(() -> ProductModule.ofTable("wide", wide))
        .hasMessage(
            "wide: a table in RTL wants operands of at most 8 bits, got signed operands of 9 bits");
  }
}
