package whyc.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import whyc.refusal.RefusedArgument;

/**
 * All that was ever trained and measured in a search, in a file of JSON lines, so that a search
 * that was stopped at any moment goes on where it was.
 *
 * <pre>{@code
 * {"search":"..."}                                                   first line
 * {"key":"train 3f... 300","accuracy":0.87,"seconds":31.2}           each other: what, its figures
 * }</pre>
 *
 * A last line without its end was cut, and is dropped. Lines that are no JSON are set aside: they
 * are told about, and what they said is done again.
 */
public final class SearchLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<Path> file;
  private final Map<String, ObjectNode> known = new HashMap<>();
  private final List<String> damaged = new ArrayList<>();

  private SearchLog(Optional<Path> file) {
    this.file = file;
  }

  /** A log that is forgotten. */
  public static SearchLog inMemory() {
    return new SearchLog(Optional.empty());
  }

  /**
   * The log in a file, which is made if it is not there.
   *
   * @param search what is searched: another one's figures would be wrong here
   */
  public static SearchLog open(Path file, String search) throws IOException {
    SearchLog log = new SearchLog(Optional.of(file));
    String header = JSON.createObjectNode().put("search", search).toString();
    String text = Files.exists(file) ? Files.readString(file) : "";
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    if (whole.isEmpty()) {
      Files.writeString(file, header + "\n");
      return log;
    }
    List<String> lines = List.of(whole.split("\n"));
    if (!lines.getFirst().equals(header)) {
      throw new RefusedArgument(
          "%s: a search goes on where the same search was stopped, and this file is of other pictures, another recipe, accelerator or seed; give --out another folder"
              .formatted(file));
    }
    for (int i = 1; i < lines.size(); i++) {
      log.read(lines.get(i), i + 1);
    }
    if (whole.length() < text.length()) {
      Files.writeString(file, whole);
    }
    return log;
  }

  private void read(String line, int number) {
    try {
      if (JSON.readTree(line) instanceof ObjectNode n && n.path("key").isString()) {
        known.put(n.required("key").stringValue(), n);
        return;
      }
    } catch (JacksonException e) {
      // Told about below, like whatever else is no line of a log.
    }
    damaged.add(
        "%s: line %d is no line of a search, and is done again"
            .formatted(file.map(Path::toString).orElse(""), number));
  }

  /** What was wrong with the file, a sentence each. */
  public List<String> damaged() {
    return List.copyOf(damaged);
  }

  /** How much is known. */
  public synchronized int size() {
    return known.size();
  }

  synchronized Optional<JsonNode> find(String key) {
    return Optional.ofNullable(known.get(key));
  }

  static ObjectNode line(String key) {
    return JSON.createObjectNode().put("key", key);
  }

  synchronized void add(ObjectNode line) {
    known.put(line.required("key").stringValue(), line);
    file.ifPresent(f -> append(f, line + "\n"));
  }

  private static void append(Path file, String line) {
    try {
      Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
