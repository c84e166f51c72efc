package whyc.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A folder that a search writes into, and goes on in: new, empty, or known by its log. */
final class SearchFolder {
  /** What the first line of every log of a search begins with. */
  private static final String HEADER = "{\"search\":";

  private SearchFolder() {}

  /**
   * Refuses a folder that holds other things, before anything is computed.
   *
   * @param log the name of the log in it
   * @param results the names of what a search replaces in it
   * @param sources what is read, none of which is ever replaced
   */
  static void check(Path folder, String log, List<String> results, List<Path> sources)
      throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new Refusal(folder + ": results must go into a folder, got a file of this name");
    }
    if (!isEmpty(folder) && !isLog(folder.resolve(log))) {
      throw new Refusal(
          "%s: results must go into a new or empty folder, or into that of an earlier search, known by its %s, got a folder of other things; --out names another"
              .formatted(folder, log));
    }
    for (String result : results) {
      OutputFile.check(folder.resolve(result), true, sources);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    }
  }

  /** A search that was stopped at once may have left the header cut. */
  private static boolean isLog(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] first = in.readNBytes(HEADER.length());
      return HEADER.startsWith(new String(first, StandardCharsets.UTF_8));
    }
  }
}
