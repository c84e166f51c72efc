package whyc.multiplier;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads what a library publishes of its circuits from a file of the program's own. */
final class Library {
  private static final String FILE = "evoapproxlib.json";
  private static final List<String> FIGURES =
      List.of("mae_percent", "wce_percent", "wce", "error_probability_percent", "mre_percent");

  private Library() {}

  static List<Published> read() {
    try (InputStream in = Library.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + " is missing from this build");
      }
      JsonNode root = JsonMapper.builder().build().readTree(in);
      List<Published> all = new ArrayList<>();
      root.get("circuits").forEach(circuit -> all.add(published(root, circuit)));
      return List.copyOf(all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Published published(JsonNode root, JsonNode circuit) {
    String name = circuit.get("name").asString();
    return new Published(
        root.get("library").asString(),
        root.get("release").asString(),
        name,
        text(circuit, "name_in_v1.0"),
        new OperandForm(8, name.startsWith("mul8s")),
        text(circuit, "design"),
        text(circuit, "closed_form"),
        figures(circuit),
        cost(root, circuit),
        text(circuit, "note"));
  }

  private static Optional<String> text(JsonNode circuit, String key) {
    return circuit.optional(key).map(JsonNode::asString);
  }

  private static SequencedMap<String, Double> figures(JsonNode circuit) {
    SequencedMap<String, Double> figures = new LinkedHashMap<>();
    for (String key : FIGURES) {
      circuit.optional(key).ifPresent(figure -> figures.put(key, figure.asDouble()));
    }
    return figures;
  }

  private static Cost cost(JsonNode root, JsonNode circuit) {
    return new Cost(
        circuit.get("power_mw").asDouble(),
        circuit.get("area_um2").asDouble(),
        circuit.get("delay_ns").asDouble(),
        Cost.Basis.PUBLISHED,
        "%s, %s; %s"
            .formatted(
                circuit.get("name").asString(),
                root.get("technology").asString(),
                root.get("source").asString()));
  }
}
