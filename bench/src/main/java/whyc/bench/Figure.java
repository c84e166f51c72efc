package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * A command of {@code whyc bench}: says on what machine it measures, then measures, in tables as
 * pages of results have them.
 */
@Command(sortOptions = false)
abstract class Figure implements Callable<Integer> {
  final PrintStream out;

  Figure(PrintStream out) {
    this.out = out;
  }

  @Override
  public final Integer call() throws IOException {
    out.println("processors: " + Runtime.getRuntime().availableProcessors());
    out.println("architecture: " + System.getProperty("os.arch"));
    out.println("system: " + System.getProperty("os.name"));
    out.println("JDK: " + System.getProperty("java.vm.version"));
    out.println();
    measure();
    return 0;
  }

  /** Prints what it measures as it goes. */
  abstract void measure() throws IOException;

  /** Begins a table. */
  final void head(List<String> columns) {
    row(columns);
    out.println("|" + "---|".repeat(columns.size()));
  }

  final void head(String... columns) {
    head(List.of(columns));
  }

  final void row(List<String> cells) {
    out.println("| " + String.join(" | ", cells) + " |");
  }

  final void row(String... cells) {
    row(List.of(cells));
  }
}
