package whyc.bench;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import whyc.files.Unfinished;
import whyc.refusal.Refused;

/** {@code whyc bench}: the project's own figures on this machine. */
@Command(
    name = "whyc bench",
    synopsisSubcommandLabel = "FIGURE",
    description = "Measures a figure on this machine, as a table; ratios are within one run.",
    commandListHeading = "%nFigures:%n",
    footer = {"", "whyc bench FIGURE --help tells its options."})
public final class Main implements Runnable {
  private static final List<Function<PrintStream, Figure>> FIGURES =
      List.of(
          AcceleratorBench::new,
          ApproximateBench::new,
          ApproximateMapsBench::new,
          CTargetBench::new,
          CostBench::new,
          CriticalityBench::new,
          EngineBench::new,
          FuzzBench::new,
          HeatmapBench::new,
          MemoryBench::new,
          ProductBench::new,
          RtlBench::new,
          RtlCellsBench::new,
          RtlMultipliersBench::new,
          SearchBench::new,
          SoakBench::new,
          SparsityBench::new,
          StartBench::new);

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "shows this and ends")
  void help(boolean wanted) {
    // Picocli itself does it.
  }

  public static void main(String[] arguments) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> Unfinished.removeAll(() -> {})));
    System.exit(run(arguments, System.out, System.err));
  }

  /** Runs one command, as {@link #main} does, in this process; gives the exit status. */
  static int run(String[] arguments, PrintStream out, PrintStream err) {
    CommandLine line = new CommandLine(new Main());
    FIGURES.forEach(figure -> line.addSubcommand(figure.apply(out)));
    line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
    line.setErr(new PrintWriter(err, true, StandardCharsets.UTF_8));
    line.setParameterExceptionHandler((e, _) -> wrongUsage(e, err));
    line.setExecutionExceptionHandler((e, _, _) -> failed(e, err));
    return line.execute(arguments);
  }

  private static int wrongUsage(ParameterException e, PrintStream err) {
    err.printf(
        "whyc: %s; see %s --help%n",
        e.getMessage(), e.getCommandLine().getCommandSpec().qualifiedName());
    return 2;
  }

  private static int failed(Exception e, PrintStream err) {
    switch (e) {
      case UncheckedIOException io -> failed(Objects.requireNonNull(io.getCause()), err);
      case NoSuchFileException missing ->
          err.printf("whyc: %s: there is no such file%n", missing.getFile());
      case Exception told when told instanceof Refused || told instanceof Wrong ->
          err.println("whyc: " + told.getMessage());
      default -> e.printStackTrace(err);
    }
    return 1;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
