package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import whyc.files.TemporaryFolder;
import whyc.refusal.RefusedArgument;
import whyc.rtl.Cell;
import whyc.rtl.Family;
import whyc.rtl.Resources;
import whyc.rtl.Tool;
import whyc.rtl.Yosys;

/** What cells take of FPGAs, at the sizes that stand in their own headers. */
@Command(
    name = "rtl-cells",
    description =
        "Counts what cells, and the core at three sizes, take of FPGAs, by Yosys. Names are as in docs/rtl/cells.md.")
final class RtlCellsBench extends Figure {
  private static final List<String> CELLS =
      List.of(
          "leading_one",
          "product_array",
          "size_babic",
          "size_drum",
          "size_kulkarni",
          "size_loa",
          "size_mbm",
          "size_mitchell",
          "size_roba",
          "presence_scanner",
          "window_axis",
          "zero_free_decoder",
          "mac_lane",
          "zero_free_lane",
          "heatmap_encoder",
          "map_scaler");

  private static final String CORE = "explain_core";

  /** Sizes of the core's array. */
  private static final List<Integer> LANES = List.of(4, 8, 16);

  private static final int PRODUCT_BITS = 16;

  /** A memory at the sizes of the core's header. */
  private record Memory(String image, int depth, int bits) {}

  private static final List<Memory> MEMORIES =
      List.of(
          new Memory("ProgramImage", 64, 16),
          new Memory("TapImage", 16, 88),
          new Memory("ParameterImage", 64, 48));

  /** One row of the table. */
  private record Row(String name, Cell cell, Map<String, Integer> parameters) {}

  @Mixin private Only only = new Only();

  RtlCellsBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() throws IOException {
    Yosys yosys = yosys();
    List<Row> rows = only.of(rows(), Row::name);
    List<String> columns =
        new ArrayList<>(List.of("look-up tables / flip-flops / multipliers / block memories"));
    Stream.of(Family.values()).map(Family::toString).forEach(columns::add);
    head(columns);
    for (Row r : rows) {
      List<String> cells = new ArrayList<>(List.of("`" + r.name + "`"));
      for (Family family : Family.values()) {
        cells.add(text(resources(yosys, family, r)));
      }
      row(cells);
    }
  }

  static Yosys yosys() {
    return Yosys.find().orElseThrow(() -> new RefusedArgument(Tool.YOSYS.missing()));
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    CELLS.forEach(name -> rows.add(new Row(name, new Cell(name), Map.of())));
    for (int lanes : LANES) {
      int dotBits = PRODUCT_BITS + Integer.numberOfTrailingZeros(lanes);
      Map<String, Integer> parameters = Map.of("Lanes", lanes, "DotBits", dotBits);
      rows.add(new Row(CORE + " %d x %d".formatted(lanes, lanes), new Cell(CORE), parameters));
    }
    return rows;
  }

  private static String text(Resources r) {
    return "%d / %d / %d / %d".formatted(r.luts(), r.flipFlops(), r.dsps(), r.blockRams());
  }

  /**
   * What the core's memories that nothing writes begin with, drawn by a seed: a core with an empty
   * program would be found to do nothing, and be left out.
   */
  private static void fill(Cell core, Path folder) throws IOException {
    String text = core.text();
    SplittableRandom random = new SplittableRandom(0);
    for (Memory m : MEMORIES) {
      Path file = folder.resolve(m.image + ".hex");
      String words =
          IntStream.range(0, m.depth)
              .mapToObj(w ->
                  random
                      .ints(m.bits / 4, 0, 16)
                      .mapToObj(Integer::toHexString)
                      .collect(Collectors.joining()))
              .collect(Collectors.joining("\n", "", "\n"));
      Files.writeString(file, words);
      text =
          text.replace(
              "parameter " + m.image + " = \"\"", "parameter %s = \"%s\"".formatted(m.image, file));
    }
    Files.writeString(folder.resolve(core.name() + ".sv"), text);
  }

  private static Resources resources(Yosys yosys, Family family, Row row) throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-bench-")) {
      List<Path> sources = new ArrayList<>();
      for (Cell part : row.cell.parts()) {
        sources.add(part.write(folder.path()));
      }
      sources.add(row.cell.write(folder.path()));
      if (row.cell.name().equals(CORE)) {
        fill(row.cell, folder.path());
      }
      return yosys.synthesize(family, row.cell.name(), sources, row.parameters);
    }
  }
}
