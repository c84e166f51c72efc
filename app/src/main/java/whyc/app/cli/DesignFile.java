package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import whyc.accelerator.JsonFault;
import whyc.app.report.ApproximationReport;
import whyc.assign.Circuit;
import whyc.assign.Settled;
import whyc.graph.Graph;
import whyc.multiplier.Catalogue;
import whyc.multiplier.Design;
import whyc.multiplier.Multiplier;
import whyc.op.Product;
import whyc.pass.quantize.Quantized;
import whyc.refusal.TextFile;
import whyc.rtl.ArrayProduct;

/**
 * A {@code design.json} of {@code whyc approximate}: a circuit for each layer, and the numbers with
 * which it was measured.
 *
 * @param approximateMaps whether its heat maps were measured with circuits, too
 */
record DesignFile(
    Path file, SequencedMap<String, Chosen> circuits, Settled settled, boolean approximateMaps) {
  /** What a layer's name has behind its circuit where channels are left out. */
  private static final String SKIPS = " -\\S+%$";

  /** A circuit by its name in the file. */
  private record Chosen(String name, Design design, boolean isSwapped) {
    private Multiplier function() {
      return isSwapped ? design.multiplier().swapped() : design.multiplier();
    }

    private boolean isExact() {
      return function().equals(Design.parse("exact8s").multiplier());
    }

    private Product product() {
      return isExact() ? Product.exact() : function().product(name);
    }
  }

  /**
   * Reads a file.
   *
   * @param modelSha of the model that it is to be for
   */
  static DesignFile read(Path file, String modelSha) throws IOException {
    JsonNode tree = tree(file);
    String sha = of(file, tree, "model_sha256").asString();
    if (!sha.equals(modelSha)) {
      throw new Refusal(
          "--design %s: the model wants to be the one that it was made for, of SHA-256 %s..., got %s..."
              .formatted(file, shortened(sha), shortened(modelSha)));
    }
    SequencedMap<String, Chosen> circuits = new LinkedHashMap<>();
    SequencedMap<String, Settled.Change> changes = new LinkedHashMap<>();
    for (JsonNode layer : of(file, tree, "layers")) {
      if (!of(file, layer, "exact").asBoolean()) {
        String name = of(file, layer, "layer").asString();
        Chosen chosen = chosen(file, layer);
        circuits.put(name, chosen);
        changes.put(name, change(file, layer, chosen.product()));
      }
    }
    SequencedMap<String, Integer> exponents = new LinkedHashMap<>();
    of(file, tree, "exponents")
        .properties()
        .forEach(e -> exponents.put(e.getKey(), e.getValue().asInt()));
    return new DesignFile(
        file,
        circuits,
        new Settled(exponents, changes, of(file, tree, "prediction_sha256").asString()),
        of(file, tree, "energy_of").asString().equals(ApproximationReport.BOTH_PASSES));
  }

  private static JsonNode tree(Path file) throws IOException {
    try {
      return new ObjectMapper().readTree(TextFile.read(file));
    } catch (JacksonException e) {
      throw new Refusal(
          "--design %s: a design wants to be JSON, as \"whyc approximate\" writes it, got %s"
              .formatted(file, JsonFault.of(e)),
          e);
    }
  }

  private static JsonNode of(Path file, JsonNode tree, String name) {
    JsonNode found = tree.get(name);
    if (found == null) {
      throw new Refusal(
          "--design %s: a design wants \"%s\", as \"whyc approximate\" writes it, and has none"
              .formatted(file, name));
    }
    return found;
  }

  private static String shortened(String sha) {
    return sha.substring(0, Math.min(12, sha.length()));
  }

  private static Chosen chosen(Path file, JsonNode layer) {
    String name = of(file, layer, "multiplier").asString().replaceFirst(SKIPS, "");
    boolean isSwapped = name.endsWith(Circuit.SWAPPED);
    String plain = isSwapped ? name.substring(0, name.length() - 1) : name;
    if (!(Catalogue.known().named(plain) instanceof Catalogue.Named.Known(Design design))) {
      throw new Refusal("--design %s: %s is no circuit of the catalogue".formatted(file, name));
    }
    Chosen chosen = new Chosen(name, design, isSwapped);
    if (!chosen.function().identity().equals(of(file, layer, "identity").asString())) {
      throw new Refusal(
          "--design %s: %s wants to be the circuit that it was made with, and the catalogue has another one of this name"
              .formatted(file, name));
    }
    return chosen;
  }

  private static Settled.Change change(Path file, JsonNode layer, Product product) {
    return new Settled.Change(
        product,
        list(of(file, layer, "stored_weights"), JsonNode::asInt),
        list(of(file, layer, "correction"), JsonNode::asLong),
        list(of(file, layer, "skipped_outputs"), JsonNode::asInt));
  }

  private static <T> List<T> list(JsonNode nodes, Function<JsonNode, T> of) {
    List<T> all = new ArrayList<>();
    nodes.forEach(n -> all.add(of.apply(n)));
    return all;
  }

  /** What an array multiplies by that carries all of it out: one circuit, beside exact products. */
  ArrayProduct array() {
    List<String> approximate =
        circuits.sequencedKeySet().stream().filter(l -> !at(l).isExact()).toList();
    if (approximate.isEmpty()) {
      return ArrayProduct.exact();
    }
    String first = approximate.getFirst();
    approximate.stream()
        .filter(l -> !at(l).function().equals(at(first).function()))
        .findFirst()
        .ifPresent(other -> {
          throw new Refusal(
              "--design %s: an array multiplies by one circuit, beside exact products, and layer %s has %s where %s has %s; --multipliers of \"whyc approximate\" names those to choose from"
                  .formatted(file, other, at(other).name, first, at(first).name));
        });
    return ArrayProduct.of(at(first).design, at(first).isSwapped);
  }

  private Chosen at(String layer) {
    return Optional.ofNullable(circuits.get(layer)).orElseThrow();
  }

  /** The network with the circuits; products of explanations are exact. */
  Graph apply(Quantized exact, Console console) {
    if (approximateMaps) {
      console.warn(
          "--design %s: its maps were measured with --explanation approximate, and here explanations multiply exactly"
              .formatted(file));
    }
    try {
      return settled.apply(exact).graph();
    } catch (IllegalArgumentException e) {
      throw new Refusal("--design %s: %s".formatted(file, e.getMessage()), e);
    }
  }
}
