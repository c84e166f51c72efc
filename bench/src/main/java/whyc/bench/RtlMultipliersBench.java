package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import whyc.files.TemporaryFolder;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Cost;
import whyc.multiplier.DataSheet;
import whyc.multiplier.Design;
import whyc.multiplier.Families;
import whyc.multiplier.OperandForm;
import whyc.multiplier.Published;
import whyc.rtl.Family;
import whyc.rtl.ProductModule;
import whyc.rtl.Yosys;

/**
 * Look-up tables that multipliers of 8 bits take on FPGAs, beside what they cost as 45 nm gates.
 */
@Command(
    name = "rtl-multipliers",
    description =
        "Counts look-up tables of multipliers of 8 bits on FPGAs, by Yosys. Names are those of whyc multipliers.")
final class RtlMultipliersBench extends Figure {
  private static final List<OperandForm> FORMS =
      List.of(new OperandForm(8, true), new OperandForm(8, false));

  @Mixin private Only only = new Only();

  RtlMultipliersBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() throws IOException {
    Yosys yosys = RtlCellsBench.yosys();
    List<Design> wanted = only.of(designs(), Design::name);
    for (OperandForm form : FORMS) {
      List<Design> designs = wanted.stream().filter(d -> d.form().equals(form)).toList();
      if (!designs.isEmpty()) {
        table(yosys, form, designs);
      }
    }
  }

  private static List<Design> designs() {
    return FORMS.stream()
        .flatMap(form -> Catalogue.known().designs(Families.all(), form).stream())
        .toList();
  }

  private void table(Yosys yosys, OperandForm form, List<Design> designs) throws IOException {
    out.println();
    List<String> columns =
        new ArrayList<>(List.of(form.describe(), "EvoApproxLib", "MAE, %", "um2", "mW"));
    Stream.of(Family.values()).map(Family::toString).forEach(columns::add);
    head(columns);
    for (DataSheet sheet : Catalogue.known().sheets(designs, () -> {})) {
      row(cells(yosys, sheet));
    }
  }

  private static List<String> cells(Yosys yosys, DataSheet sheet) throws IOException {
    Cost cost = sheet.cost().orElseThrow();
    String mark = cost.basis() == Cost.Basis.PUBLISHED ? "" : "*";
    List<String> cells = new ArrayList<>();
    cells.add("`" + sheet.name() + "`");
    cells.add(sheet.published().stream().map(Published::name).collect(Collectors.joining(", ")));
    cells.add(text("%.3g", 100 * sheet.figures().meanAbsolute() / sheet.form().pairs()));
    cells.add(mark + text("%.1f", cost.areaSquareMicrometres()) + mark);
    cells.add(mark + text("%.3f", cost.powerMilliwatts()) + mark);
    for (Family family : Family.values()) {
      cells.add(String.valueOf(luts(yosys, family, sheet)));
    }
    return cells;
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private static int luts(Yosys yosys, Family family, DataSheet sheet) throws IOException {
    ProductModule module = ProductModule.of(sheet.design().orElseThrow());
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-bench-")) {
      List<Path> files = module.write(folder.path());
      return yosys.synthesize(family, module.name(), files, Map.of()).luts();
    }
  }
}
