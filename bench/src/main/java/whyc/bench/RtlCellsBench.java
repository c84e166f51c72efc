package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.rtl.Cell;
import whyc.rtl.Family;
import whyc.rtl.Resources;
import whyc.rtl.Tool;
import whyc.rtl.Yosys;

/** What cells take of FPGAs, at the sizes that stand in their own headers. */
final class RtlCellsBench {
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

  private RtlCellsBench() {}

  /**
   * Prints a table.
   *
   * @param only a regular expression of names of cells
   */
  static void run(Optional<String> only, PrintStream out) {
    Yosys.find()
        .ifPresentOrElse(
            yosys -> table(yosys, only, out),
            () -> out.println("cells of RTL: skipped, " + Tool.YOSYS.missing()));
  }

  private static void table(Yosys yosys, Optional<String> only, PrintStream out) {
    String families =
        Stream.of(Family.values()).map(Family::toString).collect(Collectors.joining(" | "));
    out.println(
        "| look-up tables / flip-flops / multipliers / block memories | " + families + " |");
    out.println("|---|" + "---|".repeat(Family.values().length));
    for (String cell : CELLS) {
      if (only.map(pattern -> cell.matches(".*(" + pattern + ").*")).orElse(true)) {
        out.println(row(yosys, cell, new Cell(cell), Map.of()));
      }
    }
    for (int lanes : LANES) {
      String name = CORE + " %d x %d".formatted(lanes, lanes);
      if (only.map(pattern -> name.matches(".*(" + pattern + ").*")).orElse(true)) {
        int dotBits = PRODUCT_BITS + Integer.numberOfTrailingZeros(lanes);
        out.println(row(yosys, name, new Cell(CORE), Map.of("Lanes", lanes, "DotBits", dotBits)));
      }
    }
  }

  private static String row(Yosys yosys, String name, Cell cell, Map<String, Integer> parameters) {
    return Stream.of(Family.values())
        .map(family -> text(resources(yosys, family, cell, parameters)))
        .collect(Collectors.joining(" | ", "| `" + name + "` | ", " |"));
  }

  private static String text(Resources r) {
    return "%d / %d / %d / %d".formatted(r.luts(), r.flipFlops(), r.dsps(), r.blockRams());
  }

  /**
   * What the core's memories that nothing writes begin with, drawn by a seed: a core with an empty
   * program would be found to do nothing, and be left out.
   */
  private static List<Path> contents(Cell core, Path folder) throws IOException {
    List<Path> files = new ArrayList<>();
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
      files.add(Files.writeString(file, words));
      text =
          text.replace(
              "parameter " + m.image + " = \"\"", "parameter %s = \"%s\"".formatted(m.image, file));
    }
    Files.writeString(folder.resolve(core.name() + ".sv"), text);
    return files;
  }

  private static Resources resources(
      Yosys yosys, Family family, Cell cell, Map<String, Integer> parameters) {
    try {
      Path folder = Files.createTempDirectory("whyc-bench-");
      List<Path> files = new ArrayList<>();
      for (Cell part : cell.parts()) {
        files.add(part.write(folder));
      }
      files.add(cell.write(folder));
      if (cell.name().equals(CORE)) {
        files.addAll(contents(cell, folder));
      }
      List<Path> sources = files.stream().filter(f -> f.toString().endsWith(".sv")).toList();
      Resources r = yosys.synthesize(family, cell.name(), sources, parameters);
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(folder);
      return r;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
