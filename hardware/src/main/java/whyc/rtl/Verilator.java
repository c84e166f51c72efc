package whyc.rtl;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns RTL into a program that simulates it. */
public record Verilator(Path program) {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  public static Optional<Verilator> find() {
    return Tool.VERILATOR.find().map(Verilator::new);
  }

  /**
   * Builds a simulation. Where a source is C++, that is expected to hold {@code main}; else the top
   * is a test bench that makes its own clock and ends itself.
   *
   * @param folder where all that is built goes
   * @param options of the command line, such as {@code -GWidth=8}
   * @return the program
   * @throws ToolException if a source is wrong; warnings count
   */
  public Path build(Path folder, String top, List<Path> sources, List<String> options) {
    boolean ownMain = sources.stream().anyMatch(s -> s.toString().endsWith(".cpp"));
    List<String> words = new ArrayList<>(List.of(program.toString()));
    words.addAll(ownMain ? List.of("--cc", "--exe", "--build") : List.of("--binary"));
    words.addAll(List.of("-j", "2", "-Mdir", folder.toAbsolutePath().toString()));
    words.addAll(List.of("--top-module", top));
    words.addAll(options);
    sources.forEach(s -> words.add(s.toAbsolutePath().toString()));
    new Command(words, folder, LIMIT).run();
    return folder.resolve("V" + top).toAbsolutePath();
  }

  /**
   * Reads sources with all warnings on.
   *
   * @throws ToolException if there is anything to say of them
   */
  public void check(String top, List<Path> sources, List<String> options) {
    List<String> words = new ArrayList<>(List.of(program.toString(), "--lint-only", "-Wall"));
    words.addAll(List.of("--top-module", top));
    words.addAll(options);
    sources.forEach(s -> words.add(s.toAbsolutePath().toString()));
    new Command(words, Path.of("").toAbsolutePath(), LIMIT).run();
  }

  /**
   * Runs what was built, in its own folder.
   *
   * @param arguments such as {@code +file=x}
   * @return what it wrote
   * @throws ToolException if it does not end by itself within the limit, or says that it failed
   */
  public static String run(Path simulation, List<String> arguments, Duration limit) {
    List<String> words = new ArrayList<>(List.of(simulation.toString()));
    words.addAll(arguments);
    Path folder = simulation.toAbsolutePath().getParent();
    return new Command(words, folder == null ? Path.of("/") : folder, limit).run();
  }
}
