package whyc.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.assign.Agreement;
import whyc.assign.Budget;
import whyc.assign.Circuit;
import whyc.assign.Conductance;
import whyc.assign.Criticality;
import whyc.assign.DataSet;
import whyc.assign.DataSplit;
import whyc.assign.EvaluationLog;
import whyc.assign.Example;
import whyc.assign.GradientTimesActivation;
import whyc.assign.HessianTrace;
import whyc.assign.LayerScores;
import whyc.assign.Measured;
import whyc.assign.Network;
import whyc.assign.NoiseInjection;
import whyc.assign.Problem;
import whyc.assign.Relevance;
import whyc.assign.Stages;
import whyc.assign.Subject;
import whyc.engine.Engine;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Baseline;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * How much each stage of trained networks matters, measured in every way that there is, for images
 * of five classes and for the class of each.
 */
@Command(
    name = "criticality",
    description =
        "Compares ways to measure how much layers matter. Names are ResNet-20 and ResNet-50.")
final class CriticalityBench extends Figure {
  /** The experiments of XAI-Gen: each another class. */
  private static final int CLASSES = 5;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "of each class, where there are as many; default ${DEFAULT-VALUE}")
  private int images = 8;

  @Option(names = "--threads", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
  private int threads = 1;

  @Option(
      names = "--held-out",
      paramLabel = "N",
      description =
          "images by which it is measured what layers spoil alone; 0: it is not; default ${DEFAULT-VALUE}")
  private int heldOut = 2000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "of the ways that draw; default ${DEFAULT-VALUE}")
  private long seed;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  CriticalityBench(PrintStream out) {
    super(out);
  }

  /**
   * A trained network with its images.
   *
   * @param black what a black picture is in the space of the input
   * @param heldOut other images, where there are enough to measure what layers spoil
   */
  private record Trained(
      String name,
      String file,
      List<Example> examples,
      Baseline black,
      Optional<DataSet> heldOut) {}

  @Override
  void measure() {
    Path folder = data.folder();
    List<Trained> networks = only.of(List.of(resNet20(folder), resNet50(folder)), Trained::name);
    try (Engine engine = OrtEngine.create(new OrtEngine.Options(threads, true))) {
      networks.forEach(t -> measure(t, folder, engine));
    }
  }

  private Trained resNet20(Path folder) {
    DataSet all = LabelledSets.cifar(folder, Integer.MAX_VALUE, true);
    List<Example> examples = new ArrayList<>();
    Map<Integer, Integer> taken = new HashMap<>();
    for (int i = 0; i < all.size(); i++) {
      int label = all.labels().get(i);
      if (label < CLASSES && taken.merge(label, 1, Integer::sum) <= images) {
        examples.add(new Example(Tensor.of(Shape.of(1, 3, 32, 32), all.images().get(i)), label));
      }
    }
    return new Trained(
        "ResNet-20",
        "cifar10/resnet20_cifar10.onnx",
        sorted(examples),
        LabelledSets.black(true),
        heldOut > 0 ? Optional.of(all.part(0, Math.min(heldOut, all.size()))) : Optional.empty());
  }

  private static Trained resNet50(Path folder) {
    DataSet some = LabelledSets.imageNet(folder, CLASSES);
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < some.size(); i++) {
      Tensor x = Tensor.of(Shape.of(1, 3, 224, 224), some.images().get(i));
      examples.add(new Example(x, some.labels().get(i)));
    }
    return new Trained(
        "ResNet-50",
        "imagenet/resnet50_w8.onnx",
        examples,
        LabelledSets.blackPhotograph(),
        Optional.empty());
  }

  private static List<Example> sorted(List<Example> examples) {
    return examples.stream().sorted(Comparator.comparingInt(Example::classIndex)).toList();
  }

  private List<Criticality> methods(Baseline black) {
    return List.of(
        Conductance.from(black, Conductance.Neuron.VALUE),
        Conductance.from(black, Conductance.Neuron.CHANNEL),
        new Relevance(),
        new GradientTimesActivation(),
        NoiseInjection.of(seed),
        HessianTrace.of(seed));
  }

  private void measure(Trained t, Path folder, Engine engine) {
    Model model = Networks.read(folder.resolve("models").resolve(t.file()));
    Subject subject = Subject.of(model);
    Stages stages = subject.stages();
    SequencedMap<Criticality, Criticality.Scores> measured = new LinkedHashMap<>();
    for (Criticality c : methods(t.black())) {
      measured.put(c, c.measure(subject, t.examples(), engine, Budget.usual()));
    }
    out.printf(
        "## %s%n%n%d layers, %d images, %s, %d thread%s, seed %d%n%n",
        t.name(),
        subject.layers().size(),
        t.examples().size(),
        engine.name(),
        threads,
        threads == 1 ? "" : "s",
        seed);
    experiments(stages, measured);
    rivals(stages, measured);
    cuts(measured);
    agreement(measured);
    if (t.heldOut().isPresent()) {
      harm(model, t.heldOut().get(), measured);
    }
  }

  /** A row for each class, as in the figures of XAI-Gen. */
  private void experiments(Stages stages, SequencedMap<Criticality, Criticality.Scores> measured) {
    header("conductance, by the class asked about", stages.names());
    measured.forEach((c, scores) -> {
      if (c instanceof Conductance) {
        scores.byClass().forEach((index, s) -> row(c.name() + ", class " + index, s, stages, ""));
        row(c.name() + ", signed sum, all", scores.signed(), stages, "");
      }
    });
    out.println();
  }

  private void rivals(Stages stages, SequencedMap<Criticality, Criticality.Scores> measured) {
    List<String> columns = new ArrayList<>(stages.names());
    columns.add("ms for an image");
    header("all classes", columns);
    measured.forEach((c, scores) ->
        row(
            c.name(),
            scores.overall(),
            stages,
            " %d |".formatted(scores.time().toMillis() / scores.images())));
    out.println();
  }

  private void cuts(SequencedMap<Criticality, Criticality.Scores> measured) {
    header("completeness at layer", List.of("sum of channels", "F(x) - F(x')", "mean gap"));
    measured.forEach((c, scores) ->
        scores
            .cuts()
            .forEach(cut ->
                out.printf(
                    Locale.ROOT,
                    "| %s, %s | %.3f | %.3f | %.2f %% |%n",
                    c.name(),
                    cut.layer(),
                    cut.sum(),
                    cut.difference(),
                    100 * cut.gap())));
    out.println();
  }

  private void agreement(SequencedMap<Criticality, Criticality.Scores> measured) {
    SequencedMap<String, LayerScores> overall = new LinkedHashMap<>();
    measured.forEach((c, scores) -> overall.put(c.name(), scores.overall()));
    header("rank correlation of layers", List.copyOf(overall.keySet()));
    Agreement.of(overall)
        .correlations()
        .forEach((name, row) -> out.println("| " + name + " |" + cells(row.values().stream())));
    out.println();
  }

  /** What each layer spoils when it alone has a coarse circuit, beside what was said of it. */
  private void harm(
      Model model, DataSet images, SequencedMap<Criticality, Criticality.Scores> measured) {
    SequencedMap<String, LayerScores> said = new LinkedHashMap<>();
    measured.forEach((c, scores) -> said.put(c.name(), scores.overall()));
    header(
        "rank correlation with what layers spoil alone",
        List.of("squared change of scores", "accuracy lost", "change of maps"));
    MultiPod machine = (MultiPod) Accelerator.of("xai-gen-8x256");
    Circuit coarse = Circuit.of("mul8s_1L2N");
    DataSplit split = DataSplit.of(images, 0.01);
    try (Network n = Network.of(Maps.GRAD_CAM.wanted(model), split.calibration(), threads)) {
      Problem p =
          Problem.of(
              n,
              machine,
              List.of(coarse),
              List.of(),
              split,
              new RankCorrelation(),
              EvaluationLog.inMemory());
      List<Measured> alone = new ArrayList<>();
      for (int l = 0; l < p.layers(); l++) {
        alone.add(p.measure(p.exact().with(l, 1)).measured());
      }
      List<SequencedMap<String, Double>> truths =
          List.of(
              truth(n, alone, Measured::noise),
              truth(n, alone, Measured::loss),
              truth(n, alone, m -> 1 - m.fidelity()));
      said.forEach((name, scores) ->
          out.println(
              "| "
                  + name
                  + " |"
                  + cells(truths.stream().map(t -> Agreement.correlation(t, scores)))));
      out.printf(
          Locale.ROOT,
          "%n%s in one layer, %d images; accuracy lost by one layer: %.2f to %.2f points.%n%n",
          coarse.name(),
          p.images(),
          100 * alone.stream().mapToDouble(Measured::loss).min().orElseThrow(),
          100 * alone.stream().mapToDouble(Measured::loss).max().orElseThrow());
    }
  }

  private static SequencedMap<String, Double> truth(
      Network n, List<Measured> alone, ToDoubleFunction<Measured> spoiled) {
    SequencedMap<String, Double> truth = new LinkedHashMap<>();
    for (int l = 0; l < alone.size(); l++) {
      truth.put(n.layers().get(l).name(), spoiled.applyAsDouble(alone.get(l)));
    }
    return truth;
  }

  private void header(String first, List<String> columns) {
    head(Stream.concat(Stream.of(first), columns.stream()).toList());
  }

  private void row(String name, LayerScores scores, Stages stages, String more) {
    out.println("| " + name + " |" + cells(scores.byStage(stages).values().stream()) + more);
  }

  private static String cells(Stream<Double> values) {
    return values
        .map(v -> String.format(Locale.ROOT, Math.abs(v) < 10 ? " %.2f |" : " %.0f |", v))
        .collect(Collectors.joining());
  }
}
