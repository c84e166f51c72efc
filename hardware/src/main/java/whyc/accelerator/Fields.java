package whyc.accelerator;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The fields of one object of a file that describes something: an accelerator, a space of networks.
 *
 * <p>The file is JSON. Units stand in the keys. A number is bare, or an object that says where the
 * number comes from: a publication, or why it was chosen where nothing is published.
 *
 * <pre>{@code
 * "pods": 8
 * "clock_mhz": {"value": 1050, "source": "Jouppi et al. 2023, table 4"}
 * "clock_mhz": {"value": 675, "free": "the slowest circuit takes 1.48 ns"}
 * }</pre>
 *
 * <p>Every field must be asked for, every field asked for must be there, and no key stands twice. A
 * field that is not as it should be ends the reading with an {@link AcceleratorException} of the
 * form {@code FILE: /path/to/field wants RULE, got VALUE}.
 */
public final class Fields {
  /** No accelerator needs more; what is larger is some other file. */
  private static final int MAX_BYTES = 1 << 20;

  private static final int SHOWN_CHARACTERS = 60;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final String file;
  private final String path;
  private final JsonNode object;
  private final SequencedSet<String> asked = new LinkedHashSet<>();
  private final List<Figure> figures;

  private Fields(String file, String path, JsonNode object, List<Figure> figures) {
    this.file = file;
    this.path = path;
    this.object = object;
    this.figures = figures;
  }

  /** What {@code reading} makes of a file. */
  public static <T> T read(Path file, Function<Fields, T> reading) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return read(file.toString(), in, reading);
    }
  }

  /**
   * What {@code reading} makes of the bytes that {@code in} gives.
   *
   * @param file how messages name them
   */
  public static <T> T read(String file, InputStream in, Function<Fields, T> reading)
      throws IOException {
    byte[] bytes = in.readNBytes(MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) {
      throw wants(file, "", "at most %d bytes".formatted(MAX_BYTES), "more");
    }
    List<Figure> figures = new ArrayList<>();
    return whole(file, "", parse(file, bytes), figures, reading);
  }

  private static JsonNode parse(String file, byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (JacksonException e) {
      throw wants(file, "", "JSON", JsonFault.of(e));
    }
  }

  private static <T> T whole(
      String file, String path, JsonNode node, List<Figure> figures, Function<Fields, T> reading) {
    if (!node.isObject()) {
      throw wants(file, path, "an object", shown(node));
    }
    Fields fields = new Fields(file, path, node, figures);
    T result = reading.apply(fields);
    fields.refuseUnknown();
    return result;
  }

  /** The numbers read so far, of the whole file. */
  public List<Figure> figures() {
    return List.copyOf(figures);
  }

  /** Whether an optional field is there. */
  public boolean has(String key) {
    asked.add(key);
    return object.has(key);
  }

  /** A text that is not blank. */
  public String text(String key) {
    JsonNode node = field(key, "a text");
    if (!node.isString() || node.stringValue().isBlank()) {
      throw wants(file, at(key), "a text", shown(node));
    }
    return node.stringValue();
  }

  /** One of the constants of an enumeration, written {@code weight-stationary}. */
  public <E extends Enum<E>> E choice(String key, Class<E> type) {
    String rule =
        Stream.of(type.getEnumConstants())
            .map(Fields::written)
            .collect(Collectors.joining(", ", "one of ", ""));
    JsonNode node = field(key, rule);
    return Stream.of(type.getEnumConstants())
        .filter(e -> node.isString() && written(e).equals(node.stringValue()))
        .findFirst()
        .orElseThrow(() -> wants(file, at(key), rule, shown(node)));
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public boolean flag(String key) {
    JsonNode node = field(key, "true or false");
    if (!node.isBoolean()) {
      throw wants(file, at(key), "true or false", shown(node));
    }
    return node.booleanValue();
  }

  /** A whole number within bounds, both included. */
  public long whole(String key, long least, long most) {
    return number(
            key,
            least == most
                ? "the whole number " + least
                : "a whole number of %d to %d".formatted(least, most),
            n ->
                n.isIntegralNumber()
                    && n.canConvertToLong()
                    && n.longValue() >= least
                    && n.longValue() <= most)
        .longValue();
  }

  /** A number of things: whole, at least 1, at most {@code most}. */
  public int count(String key, int most) {
    return Math.toIntExact(whole(key, 1, most));
  }

  /** A number within bounds, both included. */
  public double number(String key, double least, double most) {
    return number(
            key,
            "a number of %s to %s".formatted(shown(least), shown(most)),
            n -> n.isNumber() && n.doubleValue() >= least && n.doubleValue() <= most)
        .doubleValue();
  }

  /** A number above 0, at most {@code most}. */
  public double positive(String key, double most) {
    return number(
            key,
            "a number above 0, at most " + shown(most),
            n -> n.isNumber() && n.doubleValue() > 0 && n.doubleValue() <= most)
        .doubleValue();
  }

  private JsonNode number(String key, String rule, Predicate<JsonNode> holds) {
    JsonNode node = field(key, rule);
    if (!node.isObject()) {
      return figure(at(key), node, rule, holds, Figure.Origin.UNSAID, "");
    }
    return whole(
        file,
        at(key),
        node,
        figures,
        said -> {
          boolean free = said.has("free");
          said.check(!(free && said.has("source")), "free", "to be absent beside a source");
          Figure.Origin origin = free ? Figure.Origin.FREE : Figure.Origin.SOURCE;
          String text = said.text(free ? "free" : "source");
          JsonNode value = said.field("value", rule);
          return figure(said.at("value"), value, rule, holds, origin, text);
        });
  }

  private JsonNode figure(
      String place,
      JsonNode node,
      String rule,
      Predicate<JsonNode> holds,
      Figure.Origin origin,
      String text) {
    if (!holds.test(node)) {
      throw wants(file, place, rule, shown(node));
    }
    figures.add(new Figure(place, node.doubleValue(), origin, text));
    return node;
  }

  /** What {@code reading} makes of the object at {@code key}. */
  public <T> T object(String key, Function<Fields, T> reading) {
    return whole(file, at(key), field(key, "an object"), figures, reading);
  }

  /** What {@code reading} makes of each object of a list that is not empty. */
  public <T> List<T> list(String key, Function<Fields, T> reading) {
    String rule = "a list of at least one object";
    JsonNode node = field(key, rule);
    if (!node.isArray() || node.isEmpty()) {
      throw wants(file, at(key), rule, shown(node));
    }
    List<T> results = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      results.add(whole(file, at(key) + "/" + i, node.get(i), figures, reading));
    }
    return List.copyOf(results);
  }

  /** Whole numbers within bounds, both included: at least one, each larger than the one before. */
  public List<Integer> wholes(String key, int least, int most) {
    String rule = "a rising list of whole numbers of %d to %d".formatted(least, most);
    List<Integer> results = new ArrayList<>();
    for (JsonNode n : elements(key, rule)) {
      int above = results.isEmpty() ? least : results.getLast() + 1;
      if (!n.isIntegralNumber() || n.doubleValue() < above || n.doubleValue() > most) {
        throw wants(file, at(key), rule, shown(field(key, rule)));
      }
      results.add(n.intValue());
    }
    return List.copyOf(results);
  }

  /** Numbers within bounds, both included: at least one, each larger than the one before. */
  public List<Double> numbers(String key, double least, double most) {
    String rule = "a rising list of numbers of %s to %s".formatted(shown(least), shown(most));
    List<Double> results = new ArrayList<>();
    for (JsonNode n : elements(key, rule)) {
      boolean rises = results.isEmpty() || n.doubleValue() > results.getLast();
      if (!n.isNumber() || !rises || n.doubleValue() < least || n.doubleValue() > most) {
        throw wants(file, at(key), rule, shown(field(key, rule)));
      }
      results.add(n.doubleValue());
    }
    return List.copyOf(results);
  }

  /** Different texts, at least one. */
  public List<String> texts(String key) {
    String rule = "a list of different texts";
    List<String> results = new ArrayList<>();
    for (JsonNode n : elements(key, rule)) {
      if (!n.isString() || n.stringValue().isBlank() || results.contains(n.stringValue())) {
        throw wants(file, at(key), rule, shown(field(key, rule)));
      }
      results.add(n.stringValue());
    }
    return List.copyOf(results);
  }

  /** Different constants of an enumeration, at least one. */
  public <E extends Enum<E>> List<E> choices(String key, Class<E> type) {
    List<E> results = new ArrayList<>();
    for (String text : texts(key)) {
      results.add(
          Stream.of(type.getEnumConstants())
              .filter(e -> written(e).equals(text))
              .findFirst()
              .orElseThrow(() -> {
                String known =
                    Stream.of(type.getEnumConstants())
                        .map(Fields::written)
                        .collect(Collectors.joining(", "));
                return wants(file, at(key), "some of " + known, '"' + text + '"');
              }));
    }
    return List.copyOf(results);
  }

  private List<JsonNode> elements(String key, String rule) {
    JsonNode node = field(key, rule);
    if (!node.isArray() || node.isEmpty()) {
      throw wants(file, at(key), rule, shown(node));
    }
    return List.copyOf(node.asArray().elements());
  }

  /** Refuses the field unless it goes with the others: {@code rule} says what they want of it. */
  public void check(boolean holds, String key, String rule) {
    if (!holds) {
      throw wants(file, at(key), rule, shown(field(key, rule)));
    }
  }

  private JsonNode field(String key, String rule) {
    asked.add(key);
    JsonNode node = object.get(key);
    if (node == null) {
      throw wants(file, at(key), rule, "nothing" + nearest(key));
    }
    return node;
  }

  /** A key that was perhaps meant: the unit is wrong, or a letter. */
  private String nearest(String key) {
    return object.propertyNames().stream()
        .filter(other -> !asked.contains(other) && 2 * commonStart(key, other) >= key.length())
        .max(Comparator.comparingInt(other -> commonStart(key, other)))
        .map(other -> " (but %s)".formatted(other))
        .orElse("");
  }

  private static int commonStart(String a, String b) {
    int n = 0;
    while (n < Math.min(a.length(), b.length()) && a.charAt(n) == b.charAt(n)) {
      n++;
    }
    return n;
  }

  private void refuseUnknown() {
    for (String key : object.propertyNames()) {
      if (!asked.contains(key)) {
        String rule = "to be absent: the fields here are " + String.join(", ", asked);
        throw wants(file, at(key), rule, shown(object.get(key)));
      }
    }
  }

  /** The JSON pointer to a field: in keys, {@code ~} and {@code /} are written otherwise. */
  private String at(String key) {
    return path + "/" + key.replace("~", "~0").replace("/", "~1");
  }

  private static String shown(double bound) {
    return bound == Math.rint(bound) && Math.abs(bound) < 1e15
        ? Long.toString((long) bound)
        : Double.toString(bound);
  }

  private static String shown(JsonNode node) {
    String text = node.toString();
    return text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + " ...";
  }

  private static AcceleratorException wants(String file, String path, String rule, String got) {
    return new AcceleratorException(
        "%s: %s wants %s, got %s".formatted(file, path.isEmpty() ? "/" : path, rule, got));
  }
}
