package whyc.app.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** A command with a console, and the options of every command. */
abstract class SpeakingCommand implements Callable<Integer> {
  final Console console;

  SpeakingCommand(Console console) {
    this.console = console;
  }

  @Option(
      names = {"-q", "--quiet"},
      description = "no progress, no notes; warnings and errors stay")
  void quiet(boolean quiet) {
    console.setQuiet(quiet);
  }

  @Option(
      names = {"-v", "--verbose"},
      description = "stack traces, and when which stage was reached")
  void verbose(boolean verbose) {
    console.setVerbose(verbose);
  }
}
