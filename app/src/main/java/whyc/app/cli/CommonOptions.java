package whyc.app.cli;

import picocli.CommandLine.Option;

/** Options of every command. */
final class CommonOptions {
  private final Console console;

  CommonOptions(Console console) {
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
      description = "stack traces and where the time goes")
  void verbose(boolean verbose) {
    console.setVerbose(verbose);
  }
}
