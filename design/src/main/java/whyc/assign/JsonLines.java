package whyc.assign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import whyc.files.GrowingFile;
import whyc.refusal.RefusedArgument;

/**
 * The log of hours of work: a file of JSON, an object on each line.
 *
 * <pre>{@code
 * {"search":"..."}     first line: what the others are results of
 * {...}                each other
 * }</pre>
 *
 * What stands in it is never written again: lines are added at its end, each at once. A last line
 * without its end was cut by a stop, and is cut off. A line that is not understood stays where it
 * is, and is told about. As long as the file is open, nobody else can open it.
 */
public final class JsonLines implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final GrowingFile lines;
  private final List<String> damaged = new ArrayList<>();
  private long end;

  private JsonLines(Path file, GrowingFile lines) {
    this.file = file;
    this.lines = lines;
  }

  /**
   * Opens a log, which is begun if it is not there.
   *
   * @param search what is searched: another one's results would be wrong here
   * @param others what a file of another search is of, for people
   * @param reader takes each line after the first; throws {@link JacksonException} or {@link
   *     IllegalArgumentException} for one that is none of its own
   * @throws IOException where somebody else has it open
   */
  public static JsonLines open(Path file, String search, String others, Consumer<ObjectNode> reader)
      throws IOException {
    GrowingFile opened =
        GrowingFile.toAppend(
            file, "a search must have this file to itself, and another one is at work on it");
    try {
      JsonLines log = new JsonLines(file, opened);
      log.begin(JSON.createObjectNode().put("search", search) + "\n", others);
      log.read(reader);
      return log;
    } catch (IOException | RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private void begin(String header, String others) throws IOException {
    byte[] all = bytes(lines.size());
    String text = new String(all, StandardCharsets.UTF_8);
    boolean cut = header.startsWith(text);
    if (!cut && !text.startsWith(header)) {
      throw new RefusedArgument(
          "%s: a search goes on where the same search was stopped, and this file is of %s"
              .formatted(file, others));
    }
    end = cut ? 0 : lastEnd(all);
    lines.cut(end);
    if (cut) {
      append(header);
    }
  }

  /** Where the last line ends that has an end. */
  private static int lastEnd(byte[] bytes) {
    int at = bytes.length;
    while (bytes[at - 1] != '\n') {
      at--;
    }
    return at;
  }

  private byte[] bytes(long length) throws IOException {
    if (length > Integer.MAX_VALUE - Long.BYTES) {
      throw new IOException(
          "%s: a log must be shorter than 2 GiB, got %d bytes".formatted(file, length));
    }
    return lines.read(0, (int) length);
  }

  private void read(Consumer<ObjectNode> reader) throws IOException {
    List<String> all = new String(bytes(end), StandardCharsets.UTF_8).lines().toList();
    for (int i = 1; i < all.size(); i++) {
      if (!isRead(all.get(i), reader)) {
        damaged.add(
            "%s: line %d is none that a search writes; it stays, and what it said is done again"
                .formatted(file, i + 1));
      }
    }
  }

  private static boolean isRead(String line, Consumer<ObjectNode> reader) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode n) {
        reader.accept(n);
        return true;
      }
      return false;
    } catch (JacksonException | IllegalArgumentException e) {
      return false;
    }
  }

  /** What of the file could not be read, a sentence each. */
  public List<String> damaged() {
    return List.copyOf(damaged);
  }

  /** Adds a line. */
  public synchronized void add(ObjectNode line) {
    try {
      append(line + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void append(String line) throws IOException {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    lines.write(end, bytes);
    end += bytes.length;
  }

  @Override
  public void close() {
    try {
      lines.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
