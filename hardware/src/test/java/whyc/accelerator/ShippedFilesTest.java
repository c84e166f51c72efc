package whyc.accelerator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The files that come with whyc: every number says where it is from, every wrong field is named.
 */
final class ShippedFilesTest {
  private static final JsonMapper JSON = new JsonMapper();

  static ObjectNode shipped(String name) {
    try (InputStream in = Fields.class.getResourceAsStream("/accelerator/" + name + ".json")) {
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static <T> T read(JsonNode json, Function<Fields, T> reading) throws IOException {
    byte[] bytes = json.toString().getBytes(UTF_8);
    return Fields.read("bad.json", new ByteArrayInputStream(bytes), reading);
  }

  private static Stream<String> names() {
    return Accelerator.shipped().stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNumberHasASourceOrIsFree(String name) throws IOException {
    ObjectNode json = shipped(name);
    assertThat(json.get("name").stringValue()).isEqualTo(name);
    List<Figure> figures =
        read(
            json,
            f -> {
              Accelerator.read(f);
              return f.figures();
            });
    assertThat(figures).noneMatch(figure -> figure.origin() == Figure.Origin.UNSAID);
    assertThat(figures).hasSize((int) numbers(json));
  }

  private static long numbers(JsonNode node) {
    return node.isNumber() ? 1 : node.values().stream().mapToLong(ShippedFilesTest::numbers).sum();
  }

  /** A change to a file that must be refused, and the place that the message must name. */
  private record Wrong(String name, String what, ObjectNode json, String place) {
    static Wrong of(
        String name, String what, String parent, String key, Consumer<ObjectNode> change) {
      ObjectNode json = shipped(name);
      change.accept((ObjectNode) json.at(parent));
      return new Wrong(name, what, json, parent + "/" + key);
    }

    @Override
    public String toString() {
      return name + ": " + place + " " + what;
    }
  }

  private static Stream<Wrong> wrong() {
    return names().flatMap(name -> inside(name, "", shipped(name)).stream());
  }

  private static List<Wrong> inside(String name, String path, JsonNode node) {
    List<Wrong> all = new ArrayList<>();
    if (node instanceof ObjectNode object) {
      all.add(Wrong.of(name, "is unknown", path, "else", o -> o.put("else", 1)));
      object.forEachEntry((key, value) -> all.addAll(field(name, path, key, value)));
    } else if (node instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        all.addAll(inside(name, path + "/" + i, list.get(i)));
      }
    }
    return all;
  }

  private static List<Wrong> field(String name, String path, String key, JsonNode value) {
    // A number that does not say why it was chosen wants a source.
    String missed = key.equals("free") ? "source" : key;
    List<Wrong> all = new ArrayList<>(inside(name, path + "/" + key, value));
    all.add(Wrong.of(name, "is missing", path, missed, o -> o.remove(key)));
    all.add(Wrong.of(name, "is renamed", path, missed, o -> o.set(key + "_x", o.remove(key))));
    all.add(Wrong.of(name, "is null", path, key, o -> o.putNull(key)));
    all.add(
        Wrong.of(
            name,
            "has another type",
            path,
            key,
            o -> o.set(key, value.isString() ? JSON.readTree("7") : JSON.readTree("\"seven\""))));
    if (value.isNumber()) {
      all.add(Wrong.of(name, "is negative", path, key, o -> o.put(key, -1)));
      all.add(Wrong.of(name, "is too large", path, key, o -> o.put(key, 1e300)));
    }
    return all;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("wrong")
  void everyWrongFieldIsNamedWithFileAndRule(Wrong wrong) {
    assertThatThrownBy(() -> read(wrong.json, Accelerator::read))
        .isInstanceOf(AcceleratorException.class)
        .hasMessageStartingWith("bad.json: " + wrong.place + " wants ")
        .hasMessageContaining(", got ");
  }
}
