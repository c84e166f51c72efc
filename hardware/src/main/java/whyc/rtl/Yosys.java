package whyc.rtl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import whyc.files.TemporaryFolder;

/** Turns RTL into the cells of an FPGA. */
public record Yosys(Path program) {
  private static final Duration LIMIT = Duration.ofMinutes(30);

  public static Optional<Yosys> find() {
    return Tool.YOSYS.find().map(Yosys::new);
  }

  /**
   * Counts the cells of a design.
   *
   * @param parameters of the top, by name
   * @throws ToolException if a source is wrong
   */
  public Resources synthesize(
      Family family, String top, List<Path> sources, Map<String, Integer> parameters) {
    return inFolder(folder -> counted(family, top, sources, parameters, "", folder));
  }

  /**
   * Counts the cells of a design, and writes what it became for those who place it.
   *
   * @param netlist a file in Yosys's JSON
   */
  public Resources synthesize(
      Family family,
      String top,
      List<Path> sources,
      Map<String, Integer> parameters,
      Path netlist) {
    String write = "; write_json " + quoted(netlist);
    return inFolder(folder -> counted(family, top, sources, parameters, write, folder));
  }

  /**
   * Writes a design as one module without others, as it was read, in plain Verilog: whether it was
   * read as other tools read it can then be seen by simulating that.
   *
   * @throws ToolException if a source is wrong
   */
  public void flatten(
      String top, List<Path> sources, Map<String, Integer> parameters, Path verilog) {
    String script =
        read(top, sources, parameters)
            + "; hierarchy -check -top %s; proc; flatten; opt; write_verilog -noattr "
                .formatted(top)
            + quoted(verilog);
    inFolder(folder -> new Command(command(script), folder, LIMIT).run());
  }

  private List<String> command(String script) {
    return List.of(program.toString(), "-q", "-p", script);
  }

  private static String read(String top, List<Path> sources, Map<String, Integer> parameters) {
    StringBuilder script = new StringBuilder("read_verilog -sv");
    sources.forEach(s -> script.append(' ').append(quoted(s)));
    parameters.forEach(
        (name, value) -> script.append("; chparam -set %s %d %s".formatted(name, value, top)));
    return script.toString();
  }

  private Resources counted(
      Family family,
      String top,
      List<Path> sources,
      Map<String, Integer> parameters,
      String then,
      Path folder)
      throws IOException {
    Path counts = folder.resolve("counts.json");
    String script =
        "%s; %s%s; tee -q -o %s stat -json"
            .formatted(
                read(top, sources, parameters), family.synthesis(top), then, counts.getFileName());
    new Command(command(script), folder, LIMIT).run();
    return family.resources(cells(Files.readString(counts)));
  }

  /** The counts of the whole design stand under "design". */
  private static SequencedMap<String, Integer> cells(String json) {
    JsonNode types = JsonMapper.builder().build().readTree(json).at("/design/num_cells_by_type");
    SequencedMap<String, Integer> cells = new LinkedHashMap<>();
    types.properties().forEach(p -> cells.put(p.getKey(), p.getValue().asInt()));
    return cells;
  }

  private static String quoted(Path file) {
    return '"' + file.toAbsolutePath().toString() + '"';
  }

  private interface Work<T> {
    T in(Path folder) throws IOException;
  }

  private static <T> T inFolder(Work<T> work) {
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-yosys-")) {
      return work.in(folder.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
