package whyc.assign;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import whyc.refusal.RefusedArgument;

/**
 * All that was ever measured in a search, in {@link JsonLines}, so that a search that was stopped
 * goes on where it was.
 *
 * <pre>{@code
 * {"search":"..."}                                                                first line
 * {"choices":"0 3 1","part":"selection","images":1800,"right":1640,"lost":9,"gained":4,
 *  "noise":0.31,"fidelity":0.97,"seconds":4.1}                                    each other
 * {"choices":"0 3 0","passes":"backward", ...}         circuits in that pass only
 * }</pre>
 *
 * The part is that of a {@link DataSplit}, whose first images were measured.
 */
public final class EvaluationLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<JsonLines> lines;
  private final Map<Key, Measured> known;

  /** Which images a network was measured on. */
  enum Part {
    SELECTION,
    HELD_OUT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Key(String choices, Passes passes, Part part, int images) {}

  private EvaluationLog(Optional<JsonLines> lines, Map<Key, Measured> known) {
    this.lines = lines;
    this.known = known;
  }

  /** A log that is forgotten. */
  public static EvaluationLog inMemory() {
    return new EvaluationLog(Optional.empty(), new HashMap<>());
  }

  /**
   * The log in a file, which is made if it is not there.
   *
   * @param search what is searched: another one's figures would be wrong here
   */
  public static EvaluationLog open(Path file, String search) throws IOException {
    Map<Key, Measured> known = new HashMap<>();
    JsonLines lines =
        JsonLines.open(
            file,
            search,
            "another model, data set, circuits or number of images",
            line -> read(line, known));
    return new EvaluationLog(Optional.of(lines), known);
  }

  private static void read(ObjectNode n, Map<Key, Measured> known) {
    int images = n.required("images").intValue();
    Measured m =
        new Measured(
            images,
            n.required("right").intValue(),
            n.required("lost").intValue(),
            n.required("gained").intValue(),
            n.required("noise").doubleValue(),
            n.required("fidelity").doubleValue(),
            n.required("seconds").doubleValue());
    known.put(new Key(n.required("choices").stringValue(), passes(n), part(n), images), m);
  }

  /** What was wrong with the file, a sentence each. */
  public List<String> damaged() {
    return lines.map(JsonLines::damaged).orElse(List.of());
  }

  private static Part part(JsonNode n) {
    String word = n.required("part").stringValue();
    return Arrays.stream(Part.values())
        .filter(p -> p.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new RefusedArgument("no part of a data set: " + word));
  }

  private static Passes passes(JsonNode n) {
    String word = n.path("passes").stringValue(Passes.BOTH.word());
    return Arrays.stream(Passes.values())
        .filter(p -> p.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new RefusedArgument("no pass of a network: " + word));
  }

  /** How many evaluations are known. */
  public int size() {
    return known.size();
  }

  Optional<Measured> find(Assignment a, Passes passes, Part part, int images) {
    return Optional.ofNullable(known.get(new Key(a.toString(), passes, part, images)));
  }

  void add(Assignment a, Passes passes, Part part, Measured m) {
    known.put(new Key(a.toString(), passes, part, m.images()), m);
    lines.ifPresent(l -> l.add(line(a, passes, part, m)));
  }

  private static ObjectNode line(Assignment a, Passes passes, Part part, Measured m) {
    ObjectNode n = JSON.createObjectNode();
    n.put("choices", a.toString());
    if (passes != Passes.BOTH) {
      n.put("passes", passes.word());
    }
    n.put("part", part.word());
    n.put("images", m.images());
    n.put("right", m.right());
    n.put("lost", m.lost());
    n.put("gained", m.gained());
    n.put("noise", m.noise());
    n.put("fidelity", m.fidelity());
    n.put("seconds", m.seconds());
    return n;
  }

  @Override
  public void close() {
    lines.ifPresent(JsonLines::close);
  }
}
