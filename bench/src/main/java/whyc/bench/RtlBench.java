package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.assign.DataSet;
import whyc.explain.Asked;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.files.TemporaryFolder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.measure.RankCorrelation;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.rtl.CoreShape;
import whyc.rtl.Family;
import whyc.rtl.Resources;
import whyc.rtl.RtlDesign;
import whyc.rtl.Tool;
import whyc.rtl.Verilator;
import whyc.rtl.Yosys;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Networks and their explanations in RTL: cycles, against the reference on real images, heat maps
 * against floats.
 */
@Command(
    name = "rtl",
    description =
        "Counts cycles of explained networks in RTL, runs them in Verilator, and counts what they take of FPGAs by Yosys. Names are as in \"ResNet-20, int8\", and \"resources\".")
final class RtlBench extends Figure {
  private static final String RESOURCES = "resources";
  private static final List<Width> WIDTHS = List.of(Width.INT16, Width.INT8);
  private static final List<String> METHODS = List.of("gradcam", "saliency", "guided", "deconvnet");
  private static final List<Integer> LANES = List.of(4, 8, 16);
  private static final int CALIBRATION = 40;
  private static final int FIRST_TO_CALIBRATE = 1000;

  private record Net(String name, Graph graph, String input, String output, DataSet images) {}

  /** A network in integers of some width. */
  private record Row(Net net, Width width) {
    String name() {
      return net.name + ", " + width.name().toLowerCase(Locale.ROOT);
    }
  }

  @Option(
      names = "--images",
      paramLabel = "N",
      description =
          "computed in floats, in integers and in simulation; 0: cycles alone; default ${DEFAULT-VALUE}")
  private int images = 8;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  RtlBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() throws IOException {
    List<Net> nets = nets(data.folder());
    List<Row> rows = nets.stream().flatMap(n -> WIDTHS.stream().map(w -> new Row(n, w))).toList();
    List<String> names =
        only.of(
            Stream.concat(rows.stream().map(Row::name), Stream.of(RESOURCES)).toList(),
            Function.identity());
    for (Row r : rows) {
      if (names.contains(r.name())) {
        one(r);
      }
    }
    if (names.contains(RESOURCES)) {
      resources(nets.getFirst());
    }
  }

  private static List<Net> nets(Path data) {
    DataSet raw = LabelledSets.cifar(data, 2000, false);
    DataSet normalised = LabelledSets.cifar(data, 2000, true);
    List<Net> nets = new ArrayList<>();
    nets.add(read(data.resolve("models/mlperf_tiny/ic_resnet8.onnx"), "ResNet-8", raw));
    nets.add(read(data.resolve("models/cifar10/resnet20_cifar10.onnx"), "ResNet-20", normalised));
    nets.add(new Net("thin ResNet-18 (random)", ResNets.thin(), "input", "logits", normalised));
    return nets;
  }

  private static Net read(Path file, String name, DataSet images) {
    Graph g = Networks.read(file).graph().withBatch(1);
    return new Net(
        name, g, g.inputs().getFirst().input(), g.outputs().sequencedKeySet().getFirst(), images);
  }

  private static Map<String, Tensor> input(Net net, int index) {
    float[] x = net.images.images().get(index);
    return Map.of(net.input, Tensor.of(Shape.of(1, 3, 32, 32), x));
  }

  private static Graph quantised(Net net, Graph explained, Width width) {
    Observation o = Observation.of(explained);
    Statistics s = Statistics.empty();
    for (int i = 0; i < CALIBRATION; i++) {
      s = s.plus(o.statistics(Interpreter.run(o.graph(), input(net, FIRST_TO_CALIBRATE + i))));
    }
    return new Quantize(s, Quantize.Options.of(width).with(Quantize.Turned.ONE_SCALE))
        .quantized(explained)
        .graph();
  }

  private static RtlDesign design(Net net, Graph quantised, Width width, int lanes) {
    SequencedMap<String, String> methodOf = new LinkedHashMap<>();
    methodOf.put(net.output, "prediction");
    METHODS.forEach(m -> methodOf.put(m + "_class", "prediction"));
    METHODS.forEach(m -> methodOf.put(m, m));
    methodOf.keySet().removeIf(k -> !quantised.outputs().containsKey(k));
    int bits = width == Width.INT8 ? 8 : 16;
    return RtlDesign.of(quantised, methodOf, new CoreShape(lanes, bits, bits, 64));
  }

  private static Graph explained(Net net) {
    Question q = Question.top(net.input, net.output);
    List<Asked> asked = new ArrayList<>();
    for (String m : METHODS) {
      asked.add(
          new Asked(m, Methods.named(m).create(net.graph, q, Methods.Options.of(Profile.WHYC)), q));
    }
    return Asked.all(net.graph, asked);
  }

  private void one(Row row) throws IOException {
    Net net = row.net;
    Graph explained = explained(net);
    Graph quantised = quantised(net, explained, row.width);
    for (int lanes : LANES) {
      cycles(design(net, quantised, row.width, lanes), row.name(), lanes);
    }
    if (images > 0) {
      compare(row, explained, design(net, quantised, row.width, 8));
    }
  }

  /** Images in floats, in the integers that the core has, and in the core. */
  private void compare(Row row, Graph explained, RtlDesign design) throws IOException {
    Net net = row.net;
    List<Tensor> codes = new ArrayList<>();
    List<SequencedMap<String, Tensor>> references = new ArrayList<>();
    Map<String, List<Double>> correlations = new LinkedHashMap<>();
    int agreeing = 0;
    for (int i = 0; i < images; i++) {
      Map<String, Tensor> x = input(net, i);
      SequencedMap<String, Tensor> floats = Interpreter.run(explained, x);
      codes.add(design.codes(x));
      SequencedMap<String, Tensor> integers = design.evaluate(codes.getLast());
      references.add(integers);
      boolean same =
          of(floats, "gradcam_class").longs()[0] == of(integers, "gradcam_class").longs()[0];
      agreeing += same ? 1 : 0;
      for (String m : METHODS) {
        if (same) {
          correlations
              .computeIfAbsent(m, k -> new ArrayList<>())
              .add(
                  new RankCorrelation()
                      .of(of(floats, m), of(integers, m).cast(ElementType.FLOAT32)));
        }
      }
    }
    out.printf(
        "%s: same class as in floats %d of %d; rank correlation of maps, median / least:",
        row.name(), agreeing, images);
    correlations.forEach((m, all) -> {
      List<Double> sorted = all.stream().sorted(Comparator.naturalOrder()).toList();
      out.printf(" %s %.3f / %.3f", m, sorted.get(sorted.size() / 2), sorted.getFirst());
    });
    out.println();
    simulate(design, row.name(), codes, references);
  }

  private static Tensor of(Map<String, Tensor> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name));
  }

  private void cycles(RtlDesign d, String name, int lanes) {
    long inference = d.cycles(List.of());
    long products = d.phases(List.of()).stream().mapToLong(RtlDesign.Phase::multiplyAdds).sum();
    out.printf(
        "%s, %d x %d: %,d cycles, products %.1f %%; masks and switches %,d bits, activations %,d (%.0fx);",
        name,
        lanes,
        lanes,
        inference,
        100.0 * products / ((double) inference * lanes * lanes),
        d.decisionBits(),
        d.activationBits(),
        (double) d.activationBits() / d.decisionBits());
    for (String m : METHODS) {
      out.printf(" %s %.4fx", m, (double) (d.cycles(List.of(m)) - inference) / inference);
    }
    out.println();
  }

  private void simulate(
      RtlDesign design,
      String name,
      List<Tensor> codes,
      List<SequencedMap<String, Tensor>> references)
      throws IOException {
    Optional<Verilator> verilator = Verilator.find();
    if (verilator.isEmpty()) {
      out.println("not simulated: " + Tool.VERILATOR.missing());
      return;
    }
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-bench-rtl-")) {
      SequencedMap<String, String> files = design.files();
      files.putAll(design.testFiles(codes, references));
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path to = folder.resolve(file.getKey());
        Files.createDirectories(Objects.requireNonNull(to.getParent()));
        Files.writeString(to, file.getValue());
      }
      List<String> said =
          RtlDesign.simulate(
              verilator.orElseThrow(), folder.path(), folder.resolve("build"), Duration.ofHours(2));
      long runs = said.stream().filter(l -> l.startsWith("run ")).count();
      out.printf("%s: %d runs on %d images: %s%n", name, runs, codes.size(), said.getLast());
    }
  }

  private void resources(Net net) throws IOException {
    Yosys yosys = RtlCellsBench.yosys();
    Graph quantised = quantised(net, explained(net), Width.INT8);
    for (int lanes : LANES) {
      RtlDesign design = design(net, quantised, Width.INT8, lanes);
      for (Family family : Family.values()) {
        Resources r = design.synthesize(yosys, family);
        out.printf(
            "%s, int8, %d x %d, %s: %,d LUTs, %,d flip-flops, %d DSPs, %d block memories%n",
            net.name,
            lanes,
            lanes,
            family.name().toLowerCase(Locale.ROOT),
            r.luts(),
            r.flipFlops(),
            r.dsps(),
            r.blockRams());
      }
    }
  }
}
