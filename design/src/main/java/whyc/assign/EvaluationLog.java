package whyc.assign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;
import whyc.refusal.RefusedArgument;

/**
 * All that was ever measured in a search, in a file of JSON lines, so that a search that was
 * stopped goes on where it was.
 *
 * <pre>{@code
 * {"search":"..."}                                                                first line
 * {"choices":"0 3 1","part":"selection","images":1800,"right":1640,"lost":9,"gained":4,
 *  "noise":0.31,"fidelity":0.97,"seconds":4.1}                                    each other
 * {"choices":"0 3 0","passes":"backward", ...}         circuits in that pass only
 * }</pre>
 *
 * The part is that of a {@link DataSplit}, whose first images were measured.
 *
 * <p>A last line without its end was cut, and is dropped.
 */
public final class EvaluationLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Optional<Path> file;
  private final Map<Key, Measured> known = new HashMap<>();

  /** Which images a network was measured on. */
  enum Part {
    SELECTION,
    HELD_OUT;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private record Key(String choices, Passes passes, Part part, int images) {}

  private EvaluationLog(Optional<Path> file) {
    this.file = file;
  }

  /** A log that is forgotten. */
  public static EvaluationLog inMemory() {
    return new EvaluationLog(Optional.empty());
  }

  /**
   * The log in a file, which is made if it is not there.
   *
   * @param search what is searched: another one's figures would be wrong here
   */
  public static EvaluationLog open(Path file, String search) throws IOException {
    EvaluationLog log = new EvaluationLog(Optional.of(file));
    String header = JSON.createObjectNode().put("search", search).toString();
    if (!Files.exists(file)) {
      Files.writeString(file, header + "\n");
      return log;
    }
    String text = Files.readString(file);
    String whole = text.substring(0, text.lastIndexOf('\n') + 1);
    List<String> lines = Arrays.asList(whole.split("\n"));
    if (whole.isEmpty()) {
      Files.writeString(file, header + "\n");
      return log;
    }
    if (!lines.getFirst().equals(header)) {
      throw new RefusedArgument(
          "%s: a search goes on where the same search was stopped, and this file is of another model, data set, circuits or number of images"
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
      JsonNode n = JSON.readTree(line);
      int images = n.required("images").intValue();
      known.put(
          new Key(n.required("choices").stringValue(), passes(n), part(n), images),
          new Measured(
              images,
              n.required("right").intValue(),
              n.required("lost").intValue(),
              n.required("gained").intValue(),
              n.required("noise").doubleValue(),
              n.required("fidelity").doubleValue(),
              n.required("seconds").doubleValue()));
    } catch (JacksonException | IllegalArgumentException e) {
      throw new RefusedArgument(
          "%s: an evaluation wants the fields of a measurement, got \"%s\" (line %d)"
              .formatted(file.map(Path::toString).orElse(""), line, number),
          e);
    }
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
    file.ifPresent(f -> append(f, line(a, passes, part, m)));
  }

  private static String line(Assignment a, Passes passes, Part part, Measured m) {
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
    return n + "\n";
  }

  private static void append(Path file, String line) {
    try {
      Files.write(file, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
