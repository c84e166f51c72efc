package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
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
import java.util.stream.Stream;
import whyc.assign.DataSet;
import whyc.explain.Asked;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
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
final class RtlBench {
  private static final List<String> METHODS = List.of("gradcam", "saliency", "guided", "deconvnet");
  private static final int CALIBRATION = 40;
  private static final int FIRST_TO_CALIBRATE = 1000;

  private record Net(String name, Graph graph, String input, String output, DataSet images) {}

  private RtlBench() {}

  static void run(Optional<Path> data, int images, Optional<String> only, PrintStream out) {
    if (data.isEmpty()) {
      out.println("rtl: skipped, no reference data folder");
      return;
    }
    List<Net> nets = nets(data.get());
    for (Net net : nets) {
      for (Width width : List.of(Width.INT16, Width.INT8)) {
        String name = net.name + ", " + width.name().toLowerCase(Locale.ROOT);
        if (only.isEmpty() || name.matches(".*(" + only.get() + ").*")) {
          one(net, width, name, images, out);
        }
      }
    }
    if (only.filter(o -> !"resources".matches(".*(" + o + ").*")).isEmpty()) {
      resources(nets.getFirst(), out);
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
    Graph g = Model.read(OnnxModel.read(file), Optional.empty()).graph().withBatch(1);
    return new Net(
        name, g, g.inputs().getFirst().input(), g.outputs().sequencedKeySet().getFirst(), images);
  }

  private static Map<String, Tensor> input(Net net, int index) {
    float[] x = net.images.images().get(index);
    return Map.of(net.input, Tensor.of(Shape.of(1, 3, 32, 32), x));
  }

  private static RtlDesign design(Net net, Graph explained, Width width, int lanes) {
    Observation o = Observation.of(explained);
    Statistics s = Statistics.empty();
    for (int i = 0; i < CALIBRATION; i++) {
      s = s.plus(o.statistics(Interpreter.run(o.graph(), input(net, FIRST_TO_CALIBRATE + i))));
    }
    Graph quantised =
        new Quantize(s, Quantize.Options.of(width).with(Quantize.Turned.ONE_SCALE))
            .quantized(explained)
            .graph();
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

  private static void one(Net net, Width width, String name, int images, PrintStream out) {
    Graph explained = explained(net);
    for (int lanes : new int[] {4, 8, 16}) {
      cycles(design(net, explained, width, lanes), name, lanes, out);
    }
    RtlDesign design = design(net, explained, width, 8);
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
        name, agreeing, images);
    correlations.forEach((m, all) -> {
      List<Double> sorted = all.stream().sorted(Comparator.naturalOrder()).toList();
      out.printf(" %s %.3f / %.3f", m, sorted.get(sorted.size() / 2), sorted.getFirst());
    });
    out.println();
    simulate(design, name, codes, references, out);
  }

  private static Tensor of(Map<String, Tensor> outputs, String name) {
    return Objects.requireNonNull(outputs.get(name));
  }

  private static void cycles(RtlDesign d, String name, int lanes, PrintStream out) {
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

  private static void simulate(
      RtlDesign design,
      String name,
      List<Tensor> codes,
      List<SequencedMap<String, Tensor>> references,
      PrintStream out) {
    Optional<Verilator> verilator = Verilator.find();
    if (verilator.isEmpty()) {
      out.println("not simulated: " + Tool.VERILATOR.missing());
      return;
    }
    try {
      Path folder = Files.createTempDirectory("whyc-bench-rtl-");
      try {
        SequencedMap<String, String> files = design.files();
        files.putAll(design.testFiles(codes, references));
        for (Map.Entry<String, String> file : files.entrySet()) {
          Path to = folder.resolve(file.getKey());
          Files.createDirectories(Objects.requireNonNull(to.getParent()));
          Files.writeString(to, file.getValue());
        }
        List<String> said =
            RtlDesign.simulate(
                verilator.orElseThrow(), folder, folder.resolve("build"), Duration.ofHours(2));
        long runs = said.stream().filter(l -> l.startsWith("run ")).count();
        out.printf("%s: %d runs on %d images: %s%n", name, runs, codes.size(), said.getLast());
      } finally {
        try (Stream<Path> all = Files.walk(folder)) {
          for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(p);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void resources(Net net, PrintStream out) {
    Optional<Yosys> yosys = Yosys.find();
    if (yosys.isEmpty()) {
      out.println("not synthesized: " + Tool.YOSYS.missing());
      return;
    }
    Graph explained = explained(net);
    for (int lanes : new int[] {4, 8, 16}) {
      RtlDesign design = design(net, explained, Width.INT8, lanes);
      for (Family family : Family.values()) {
        try {
          Resources r = design.synthesize(yosys.orElseThrow(), family);
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
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }
}
