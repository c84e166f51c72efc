package whyc.architecture;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import whyc.assign.JsonLines;

/**
 * All that was ever trained and measured in a search, in {@link JsonLines}, so that a search that
 * was stopped at any moment goes on where it was.
 *
 * <pre>{@code
 * {"search":"..."}                                                   first line
 * {"key":"train 3f... 300","accuracy":0.87,"seconds":31.2}           each other: what, its figures
 * }</pre>
 */
public final class SearchLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<JsonLines> lines;
  private final Map<String, ObjectNode> known;

  private SearchLog(Optional<JsonLines> lines, Map<String, ObjectNode> known) {
    this.lines = lines;
    this.known = known;
  }

  /** A log that is forgotten. */
  public static SearchLog inMemory() {
    return new SearchLog(Optional.empty(), new HashMap<>());
  }

  /**
   * The log in a file, which is made if it is not there.
   *
   * @param search what is searched: another one's figures would be wrong here
   */
  public static SearchLog open(Path file, String search) throws IOException {
    Map<String, ObjectNode> known = new HashMap<>();
    JsonLines lines =
        JsonLines.open(
            file,
            search,
            "other pictures, another recipe, accelerator or seed; give --out another folder",
            line -> known.put(key(line), line));
    return new SearchLog(Optional.of(lines), known);
  }

  private static String key(ObjectNode line) {
    return line.required("key").stringValue();
  }

  /** What was wrong with the file, a sentence each. */
  public List<String> damaged() {
    return lines.map(JsonLines::damaged).orElse(List.of());
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
    known.put(key(line), line);
    lines.ifPresent(l -> l.add(line));
  }

  @Override
  public void close() {
    lines.ifPresent(JsonLines::close);
  }
}
