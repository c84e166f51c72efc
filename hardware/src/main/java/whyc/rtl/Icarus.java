package whyc.rtl;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Icarus Verilog: slow, and another reader of the same sources.
 *
 * @param compiler {@code iverilog}
 * @param runner {@code vvp}
 */
public record Icarus(Path compiler, Path runner) {
  private static final Duration LIMIT = Duration.ofMinutes(2);

  public static Optional<Icarus> find() {
    return Tool.IVERILOG.find().flatMap(c -> Tool.VVP.find().map(r -> new Icarus(c, r)));
  }

  /**
   * Compiles a test bench.
   *
   * @param folder where it goes
   * @param options of the command line, such as {@code -Ptop.Width=8}
   * @return what {@link #run} takes
   * @throws ToolException if a source is wrong
   */
  public Path build(Path folder, String top, List<Path> sources, List<String> options) {
    Path built = folder.toAbsolutePath().resolve(top + ".vvp");
    List<String> words = new ArrayList<>(List.of(compiler.toString(), "-g2012", "-s", top));
    words.addAll(List.of("-o", built.toString()));
    words.addAll(options);
    sources.forEach(s -> words.add(s.toAbsolutePath().toString()));
    new Command(words, folder, LIMIT).run();
    return built;
  }

  /**
   * Runs what was built, in its own folder.
   *
   * @param arguments such as {@code +file=x}
   * @return what it wrote
   * @throws ToolException if it does not end by itself within the limit, or says that it failed
   */
  public String run(Path built, List<String> arguments, Duration limit) {
    List<String> words = new ArrayList<>(List.of(runner.toString(), "-n", built.toString()));
    words.addAll(arguments);
    Path folder = built.toAbsolutePath().getParent();
    return new Command(words, folder == null ? Path.of("/") : folder, limit).run();
  }
}
