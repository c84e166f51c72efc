package whyc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Runs the command line as a user does: a process of its own, from the start. */
final class Launcher {
  private static final Pattern PEAK = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  private Launcher() {}

  /**
   * One finished process.
   *
   * @param seconds of wall time
   * @param peakBytes largest resident size, as the system saw it; 0 where it does not tell
   */
  record Finished(double seconds, long peakBytes, String output) {}

  /**
   * Runs {@code whyc} with arguments; a failure ends the benchmark with what it said.
   *
   * @param whyc the launcher script
   */
  static Finished run(Path whyc, String... arguments) {
    List<String> command = new ArrayList<>(List.of(whyc.toString()));
    command.addAll(Arrays.asList(arguments));
    try {
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
        while (!p.waitFor(5, java.util.concurrent.TimeUnit.MILLISECONDS)) {
          peak = Math.max(peak, peak(status));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        String output = Files.readString(said);
        if (p.exitValue() != 0) {
          throw new IllegalStateException(
              String.join(" ", command) + " ended with " + p.exitValue() + ": " + output);
        }
        return new Finished(seconds, peak, output);
      } finally {
        Files.deleteIfExists(said);
      }
    } catch (IOException e) {
      throw new IllegalStateException("the launcher does not run: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
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

  /** Deletes a folder that a benchmark made. */
  static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new IllegalStateException("a temporary folder stays: " + folder, e);
    }
  }
}
