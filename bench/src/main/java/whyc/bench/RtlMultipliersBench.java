package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Cost;
import whyc.multiplier.DataSheet;
import whyc.multiplier.Families;
import whyc.multiplier.OperandForm;
import whyc.multiplier.Published;
import whyc.rtl.Family;
import whyc.rtl.ProductModule;
import whyc.rtl.Tool;
import whyc.rtl.Yosys;

/**
 * Look-up tables that multipliers of 8 bits take on FPGAs, beside what they cost as 45 nm gates.
 */
final class RtlMultipliersBench {
  private static final int BITS = 8;

  private RtlMultipliersBench() {}

  /**
   * Prints a table for signed and one for unsigned operands.
   *
   * @param only a regular expression of names of designs
   */
  static void run(Optional<String> only, PrintStream out) {
    Yosys.find()
        .ifPresentOrElse(
            yosys -> tables(yosys, only, out),
            () -> out.println("multipliers as RTL: skipped, " + Tool.YOSYS.missing()));
  }

  private static void tables(Yosys yosys, Optional<String> only, PrintStream out) {
    for (boolean signed : List.of(true, false)) {
      table(yosys, new OperandForm(BITS, signed), only, out);
    }
  }

  private static void table(Yosys yosys, OperandForm form, Optional<String> only, PrintStream out) {
    Catalogue catalogue = Catalogue.known();
    List<DataSheet> sheets =
        catalogue.sheets(catalogue.designs(Families.all(), form), () -> {}).stream()
            .filter(
                s -> only.map(pattern -> s.name().matches(".*(" + pattern + ").*")).orElse(true))
            .toList();
    String families =
        Stream.of(Family.values()).map(Family::toString).collect(Collectors.joining(" | "));
    out.printf("%n| %s | EvoApproxLib | MAE, %% | um2 | mW | %s |%n", form.describe(), families);
    out.println("|---|---|---|---|---|" + "---|".repeat(Family.values().length));
    for (DataSheet sheet : sheets) {
      out.println(row(yosys, sheet));
    }
  }

  private static String row(Yosys yosys, DataSheet sheet) {
    Cost cost = sheet.cost().orElseThrow();
    String published =
        sheet.published().stream().map(Published::name).collect(Collectors.joining(", "));
    String mark = cost.basis() == Cost.Basis.PUBLISHED ? "" : "*";
    String luts =
        Stream.of(Family.values())
            .map(family -> String.valueOf(luts(yosys, family, sheet)))
            .collect(Collectors.joining(" | "));
    return String.format(
        Locale.ROOT,
        "| `%s` | %s | %.3g | %s%.1f%s | %s%.3f%s | %s |",
        sheet.name(),
        published,
        100 * sheet.figures().meanAbsolute() / sheet.form().pairs(),
        mark,
        cost.areaSquareMicrometres(),
        mark,
        mark,
        cost.powerMilliwatts(),
        mark,
        luts);
  }

  private static int luts(Yosys yosys, Family family, DataSheet sheet) {
    ProductModule module = ProductModule.of(sheet.design().orElseThrow());
    try {
      Path folder = Files.createTempDirectory("whyc-bench-");
      List<Path> files = module.write(folder);
      int luts = yosys.synthesize(family, module.name(), files, Map.of()).luts();
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
      return luts;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
