package whyc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Runs the command line as a user does: a process of its own, from the start. */
final class Launcher {
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  @Option(
      names = "--launcher",
      paramLabel = "FILE",
      description = "the whyc script that whole processes are started with; default: this one")
  private Path script = Path.of(System.getProperty("whyc.launcher", "./whyc"));

  /**
   * One finished process.
   *
   * @param seconds of wall time
   * @param peakBytes largest resident size, as the system saw it; 0 where it does not tell
   */
  record Finished(double seconds, long peakBytes, String output) {}

  /** Runs {@code whyc} with arguments; a failure ends the benchmark with what it said. */
  Finished run(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(Arrays.asList(arguments));
    Path said = Files.createTempFile("whyc-bench", ".txt");
    try {
      long start = System.nanoTime();
      Process p =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      long peak = 0;
      Path status = Path.of("/proc", String.valueOf(p.pid()), "status");
      while (!p.waitFor(5, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peak(status));
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      String output = Files.readString(said);
      if (p.exitValue() != 0) {
        throw new Wrong(
            "%s ended with %d: %s"
                .formatted(String.join(" ", command), p.exitValue(), output.strip()));
      }
      return new Finished(seconds, peak, output);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      Files.deleteIfExists(said);
    }
  }

  /**
   * The high-water mark; the launcher replaces itself by the JVM, so the process stays the same.
   */
  private static long peak(Path status) {
    try {
      Matcher m = PEAK.matcher(Files.readString(status));
      return m.find() ? Long.parseLong(m.group(1)) << 10 : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
