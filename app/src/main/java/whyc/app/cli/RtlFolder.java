package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.app.report.Bundle;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.explain.Asked;
import whyc.explain.Head;
import whyc.files.TemporaryFolder;
import whyc.graph.Graph;
import whyc.pass.quantize.Quantized;
import whyc.rtl.CoreShape;
import whyc.rtl.CoreUnits;
import whyc.rtl.Family;
import whyc.rtl.Program;
import whyc.rtl.Resources;
import whyc.rtl.RtlDesign;
import whyc.rtl.Tool;
import whyc.rtl.Up5k;
import whyc.rtl.Verilator;
import whyc.rtl.Weights;
import whyc.rtl.Yosys;
import whyc.tensor.Tensor;

/** An explained network as a folder of RTL, with its test bench. */
final class RtlFolder {
  private static final String PREDICTION = "prediction";
  private static final Duration LIMIT = Duration.ofMinutes(60);

  private final RtlDesign design;
  private final RtlOptions options;
  private final Map<String, Object> origin;
  private final SequencedMap<Family, Resources> resources = new LinkedHashMap<>();
  private List<String> simulated = List.of();
  private Optional<RtlBoard> board = Optional.empty();

  private RtlFolder(RtlDesign design, RtlOptions options, Map<String, Object> origin) {
    this.design = design;
    this.options = options;
    this.origin = origin;
  }

  /**
   * Compiles a quantised network.
   *
   * @param graph in integers
   * @param wishes what it explains
   * @param units of the core
   * @param sha of the model's file
   */
  static RtlFolder of(
      Classifier c,
      QuantizeJob job,
      Graph graph,
      List<Wish> wishes,
      RtlOptions options,
      CoreShape shape,
      CoreUnits units,
      String sha) {
    checkIntegers(job);
    SequencedMap<String, String> methodOf = new LinkedHashMap<>();
    List<Asked> asked = QuantizeJob.asked(wishes);
    methodOf.put(Head.SCORES, PREDICTION);
    asked.forEach(a -> methodOf.put(a.classOutput(), PREDICTION));
    asked.forEach(a -> methodOf.put(a.name(), a.explanation().name()));
    Map<String, Object> origin =
        Manifest.tree(
            "whyc", Commands.version(),
            "model", c.model().file().name(),
            "sha256", sha);
    return new RtlFolder(RtlDesign.of(graph, methodOf, shape, units), options, origin);
  }

  private static void checkIntegers(QuantizeJob job) {
    List<String> real =
        job.quantized().real().stream().map(Quantized.Real::line).distinct().limit(5).toList();
    if (!real.isEmpty()) {
      throw new Refusal(
          "--target rtl: a network and its explanations want to be integers alone, and real numbers stay in %s; try another method"
              .formatted(String.join(", ", real)));
    }
  }

  /**
   * Writes the folder, whole or not at all, after its test bench ran where that is wanted.
   *
   * @param images real ones, prepared
   */
  void write(Console console, Path out, boolean overwrite, List<Map<String, Tensor>> images)
      throws IOException {
    List<Tensor> codes = images.stream().map(design::codes).toList();
    try (Bundle bundle = Bundle.create(out, overwrite)) {
      SequencedMap<String, String> files = design.files();
      files.putAll(design.testFiles(codes));
      if (options.board().isPresent()) {
        files.putAll(Up5k.files(design));
      }
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path to = bundle.folder().resolve(file.getKey());
        Path parent = to.getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.writeString(to, file.getValue());
      }
      if (options.simulates()) {
        simulate(console, bundle.folder());
      }
      for (Family f : options.families()) {
        synthesize(console, f);
      }
      if (options.board().isPresent()) {
        console.say("placing and routing");
        board = Optional.of(RtlBoard.place(design, bundle.folder()));
      }
      Files.writeString(bundle.folder().resolve(Bundle.MANIFEST), Json.text(manifest()));
      bundle.complete();
    }
  }

  private void simulate(Console console, Path folder) throws IOException {
    Verilator verilator =
        Verilator.find().orElseThrow(() -> new Refusal("--simulate: " + Tool.VERILATOR.missing()));
    console.say("building the simulation");
    try (TemporaryFolder build = TemporaryFolder.create("whyc-rtl-")) {
      simulated = RtlDesign.simulate(verilator, folder, build.path(), LIMIT);
    }
    if (!simulated.contains("PASS")) {
      throw new Refusal(
          "--simulate: RTL and reference want to be equal, got "
              + String.join("; ", simulated.subList(0, Math.min(5, simulated.size()))));
    }
  }

  private void synthesize(Console console, Family family) throws IOException {
    Yosys yosys =
        Yosys.find().orElseThrow(() -> new Refusal("--synthesize: " + Tool.YOSYS.missing()));
    console.say("synthesizing for " + name(family));
    resources.put(family, design.synthesize(yosys, family));
  }

  private static String name(Family f) {
    return f.name().toLowerCase(Locale.ROOT);
  }

  private List<String> explained() {
    return design.methods().stream().filter(m -> !m.equals(PREDICTION)).toList();
  }

  private long inference() {
    return design.cycles(List.of());
  }

  private double overhead(String method) {
    return (double) (design.cycles(List.of(method)) - inference()) / inference();
  }

  private Map<String, Object> manifest() {
    Program p = design.program();
    Map<String, Object> tree = new LinkedHashMap<>(origin);
    tree.put("lanes", p.core().lanes());
    tree.put("code_bits", p.core().codeBits());
    tree.put("weight_bits", p.core().weightBits());
    tree.put("multiplier", p.array().toString());
    tree.put("places", p.core().places());
    if (p.core().weights() instanceof Weights.Streamed s) {
      tree.put("weight_port_bits", s.portBits());
      tree.put("weight_latency_cycles", s.latencyCycles());
    }
    tree.put("input", port(p.input()));
    tree.put("outputs", p.outputs().stream().map(RtlFolder::port).toList());
    List<Object> asked = new ArrayList<>();
    for (String m : design.methods()) {
      Map<String, Object> method =
          Manifest.tree(
              "name",
              m,
              "bit",
              design.methods().indexOf(m),
              "cycles_with_prediction",
              design.cycles(List.of(m)),
              "overhead",
              m.equals(PREDICTION) ? 0 : overhead(m));
      if (p.core().weights() instanceof Weights.Streamed) {
        method.put("weight_beats", design.weightBeats(List.of(m)));
      }
      asked.add(method);
    }
    tree.put("methods", asked);
    tree.put("decision_bits", design.decisionBits());
    tree.put("simulated", simulated);
    resources.forEach((f, r) -> tree.put("resources_" + name(f), tree(r)));
    board.ifPresent(b -> tree.put("board_up5k", b.tree()));
    return tree;
  }

  private static Map<String, Object> tree(Resources r) {
    return Manifest.tree(
        "luts", r.luts(),
        "flip_flops", r.flipFlops(),
        "dsps", r.dsps(),
        "block_rams", r.blockRams());
  }

  private static Map<String, Object> port(Program.Port p) {
    return Manifest.tree(
        "name", p.name(),
        "channels", p.channels(),
        "rows", p.rows(),
        "columns", p.columns(),
        "address", p.address(),
        "scale", p.scale(),
        "method_bit", p.method());
  }

  void report(Console console, Path out, boolean json) {
    if (json) {
      Map<String, Object> tree = new LinkedHashMap<>(Manifest.tree("folder", out.toString()));
      tree.putAll(manifest());
      console.text(Json.text(tree));
      return;
    }
    long products =
        design.phases(List.of()).stream().mapToLong(RtlDesign.Phase::multiplyAdds).sum();
    int lanes = design.program().core().lanes();
    console.result(
        String.format(
            Locale.ROOT,
            "%s: inference takes %,d cycles, %.1f %% of the %d x %d products of which count",
            out,
            inference(),
            100.0 * products / ((double) inference() * lanes * lanes),
            lanes,
            lanes));
    console.result("products: " + design.program().array());
    for (String m : explained()) {
      console.result(
          String.format(
              Locale.ROOT,
              "%s: %,d cycles more, %.4fx of inference",
              m,
              design.cycles(List.of(m)) - inference(),
              overhead(m)));
    }
    console.result(
        String.format(
            Locale.ROOT,
            "memory: %,d words of features, %,d lines of weights, %,d bits of masks and switches",
            design.program().memories().getOrDefault("features", 0L),
            design.program().weights().size(),
            design.decisionBits()));
    if (!simulated.isEmpty()) {
      console.result(
          "simulated: %d runs, every code, class and cycle as predicted"
              .formatted(simulated.stream().filter(l -> l.startsWith("run ")).count()));
    }
    resources.forEach((f, r) ->
        console.result(
            String.format(
                Locale.ROOT,
                "%s: %,d LUTs, %,d flip-flops, %d DSPs, %d block memories",
                name(f),
                r.luts(),
                r.flipFlops(),
                r.dsps(),
                r.blockRams())));
    board.map(RtlBoard::lines).orElse(List.of()).forEach(console::result);
  }
}
