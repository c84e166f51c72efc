package whyc.architecture;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.ObjectMapper;
import whyc.accelerator.Fields;

/**
 * A network with the arithmetic of its layers. It can be written and read, so that whoever has the
 * same data, recipe and accelerator finds the same figures for it.
 *
 * @param choices for each layer, the linear one last
 */
public record Candidate(Training training, List<Choice> choices) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Candidate {
    choices = List.copyOf(choices);
    int layers = training.architecture().layers().size();
    if (choices.size() != layers) {
      throw new IllegalArgumentException(
          "a candidate wants a choice for each of %d layers, got %d (%s)"
              .formatted(layers, choices.size(), training.architecture().id()));
    }
  }

  /** All layers whole, with one circuit. */
  public static Candidate uniform(Training training, String multiplier) {
    int layers = training.architecture().layers().size();
    return new Candidate(training, Collections.nCopies(layers, new Choice(multiplier, 0)));
  }

  public Architecture architecture() {
    return training.architecture();
  }

  /** The choices in a line. */
  String arithmetic() {
    return choices.stream().map(Choice::toString).collect(Collectors.joining(" "));
  }

  /** For files. */
  public Map<String, Object> tree() {
    Map<String, Object> tree = new LinkedHashMap<>(training.tree());
    tree.put(
        "layers",
        choices.stream()
            .map(c -> {
              Map<String, Object> layer = new LinkedHashMap<>();
              layer.put("multiplier", c.multiplier());
              layer.put("skipped", c.skipped());
              return layer;
            })
            .toList());
    return tree;
  }

  /** One line of JSON. */
  public String json() {
    return JSON.writeValueAsString(tree());
  }

  /** What {@link #json} wrote; anything else is refused. */
  public static Candidate of(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try {
      return Fields.read("candidate", new ByteArrayInputStream(bytes), Candidate::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Candidate read(Fields f) {
    return new Candidate(Training.read(f), f.list("layers", Choice::read));
  }
}
