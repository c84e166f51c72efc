package whyc.rtl;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import whyc.files.TemporaryFolder;
import whyc.files.Unfinished;

/**
 * A program with its arguments, started without a shell.
 *
 * @param words the program first
 * @param folder that it works in
 * @param limit after which it is ended, with all that it started
 */
record Command(List<String> words, Path folder, Duration limit) {
  /** Of what a program that failed had to say, so much is repeated. */
  private static final int MOST_LINES = 12;

  Command {
    words = List.copyOf(words);
  }

  /**
   * How it ended.
   *
   * @param text all that it wrote, standard error included
   */
  record End(int status, String text) {}

  /**
   * Runs it.
   *
   * @return all that it wrote, standard error included
   * @throws ToolException if it cannot be started, takes too long, or ends with anything but 0
   */
  String run() {
    End end = end();
    if (end.status != 0) {
      throw new ToolException("%s ended with %d: %s".formatted(name(), end.status, last(end.text)));
    }
    return end.text;
  }

  /**
   * Runs it, whether it succeeds or not.
   *
   * @throws ToolException if it cannot be started or takes too long
   */
  End end() {
    try {
      try (TemporaryFolder said = TemporaryFolder.create("whyc-")) {
        Path output = said.resolve("log");
        return new End(status(output), text(output));
      }
    } catch (IOException e) {
      throw new ToolException("%s could not be run: %s".formatted(name(), e.getMessage()), e);
    }
  }

  private String name() {
    return String.valueOf(Path.of(words.getFirst()).getFileName());
  }

  private int status(Path output) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().put("LC_ALL", "C");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = Unfinished.start(builder);
    try {
      process.getOutputStream().close();
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ToolException(
            "%s was ended after %d s: %s".formatted(name(), limit.toSeconds(), last(text(output))));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ToolException(name() + " was interrupted", e);
    } finally {
      Unfinished.end(process);
    }
  }

  /** Programs may repeat what stands in files, whatever its encoding. */
  private static String text(Path output) throws IOException {
    try (InputStream in = Files.newInputStream(output)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String last(String text) {
    List<String> lines = text.lines().filter(line -> !line.isBlank()).toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - MOST_LINES), lines.size()));
  }
}
