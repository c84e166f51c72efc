package whyc.bench;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import whyc.refusal.RefusedArgument;

/** Where trained networks and real images are. */
final class ReferenceData {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "folder of the reference data: trained networks, images; default WHYC_TEST_DATA or ../shared/data")
  private Optional<Path> given = Optional.empty();

  private Path wanted() {
    return given.orElseGet(
        () -> Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../shared/data")));
  }

  /** For figures of nothing else. */
  Path folder() {
    Path folder = wanted();
    if (!Files.isDirectory(folder)) {
      throw new RefusedArgument(
          "the reference data must be a folder that --data or WHYC_TEST_DATA names, got " + folder);
    }
    return folder;
  }

  /** For figures that have something to measure without them, too: that they are absent is said. */
  Optional<Path> ifThere(PrintStream out) {
    if (given.isEmpty() && !Files.isDirectory(wanted())) {
      out.println("trained networks: skipped, no reference data folder\n");
      return Optional.empty();
    }
    return Optional.of(folder());
  }
}
