package whyc.assign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
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
  private final FileChannel channel;
  private final List<String> damaged = new ArrayList<>();
  private long end;

  private JsonLines(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
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
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      lock(file, channel);
      JsonLines lines = new JsonLines(file, channel);
      lines.begin(JSON.createObjectNode().put("search", search) + "\n", others);
      lines.read(reader);
      return lines;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** The lock goes with the channel. */
  private static FileLock lock(Path file, FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException(taken(file), e);
    }
    throw new IOException(taken(file));
  }

  private static String taken(Path file) {
    return file + ": a search must have this file to itself, and another one is at work on it";
  }

  private void begin(String header, String others) throws IOException {
    byte[] all = bytes(channel.size());
    String text = new String(all, StandardCharsets.UTF_8);
    boolean cut = header.startsWith(text);
    if (!cut && !text.startsWith(header)) {
      throw new RefusedArgument(
          "%s: a search goes on where the same search was stopped, and this file is of %s"
              .formatted(file, others));
    }
    end = cut ? 0 : lastEnd(all);
    channel.truncate(end);
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
    ByteBuffer all = ByteBuffer.allocate((int) length);
    int read;
    do {
      read = channel.read(all, all.position());
    } while (read >= 0 && all.hasRemaining());
    return all.array();
  }

  private void read(Consumer<ObjectNode> reader) throws IOException {
    List<String> lines = new String(bytes(end), StandardCharsets.UTF_8).lines().toList();
    for (int i = 1; i < lines.size(); i++) {
      if (!isRead(lines.get(i), reader)) {
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

  /** Of a line that does not go in whole, nothing stays. */
  private void append(String line) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8));
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes, end + bytes.position());
      }
    } catch (IOException e) {
      channel.truncate(end);
      throw e;
    }
    end += bytes.capacity();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
