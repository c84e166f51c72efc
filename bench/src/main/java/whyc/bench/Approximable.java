package whyc.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.accelerator.Accelerator;
import whyc.accelerator.MultiPod;
import whyc.assign.Circuit;
import whyc.assign.DataSet;
import whyc.assign.DataSplit;
import whyc.assign.EvaluationLog;
import whyc.assign.Network;
import whyc.assign.Problem;
import whyc.assign.Search;
import whyc.explain.Baseline;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;

/** The trained networks that circuits are chosen for, and what is common to choosing. */
final class Approximable {
  /** Images of a network of which all assignments are tried. */
  private static final int SMALL = 600;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "read of each data set, at most; default ${DEFAULT-VALUE}")
  private int images = 2000;

  @Option(
      names = "--evaluations",
      paramLabel = "N",
      description = "of all images that choose, for each strategy; default ${DEFAULT-VALUE}")
  int evaluations = 40;

  @Option(names = "--threads", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
  int threads = 1;

  @Option(names = "--seed", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
  long seed;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description = "keeps what was measured, and goes on with it; default: nowhere")
  private Optional<Path> folder = Optional.empty();

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  private final MultiPod machine = (MultiPod) Accelerator.of("xai-gen-8x256");

  /**
   * A trained network with its images.
   *
   * @param circuits that its layers may have, beside the exact one
   * @param black what a black picture is in the space of the input
   * @param middle a layer half-way, if its maps are of interest
   */
  record Trained(
      String name,
      Model model,
      List<Circuit> circuits,
      DataSet data,
      Baseline black,
      Optional<String> middle) {

    /** Some images choose, the others report. */
    DataSplit halves() {
      return DataSplit.of(data, 0.5);
    }

    /** Few enough circuits and images to try all assignments. */
    private Trained small(String smallName) {
      return new Trained(
          smallName,
          model,
          List.of(circuits.getLast()),
          data.part(0, Math.min(SMALL, data.size())),
          black,
          Optional.empty());
    }
  }

  /** A network that is read when it is wanted; whether it has a layer half-way. */
  private record Source(String name, boolean hasMiddle, Supplier<Trained> trained) {}

  private Trained trained(
      String name, String file, DataSet set, Baseline black, Optional<String> middle) {
    Model model = Networks.read(data.folder().resolve("models").resolve(file));
    List<Circuit> circuits = machine.approximate().stream().map(Circuit::of).toList();
    return new Trained(name, model, circuits, set, black, middle);
  }

  /** Those that are asked for. */
  List<Trained> networks() {
    return read(sources());
  }

  /** Those that are asked for of them that have a layer half-way. */
  List<Trained> networksWithMiddle() {
    return read(sources().stream().filter(Source::hasMiddle).toList());
  }

  private List<Trained> read(List<Source> sources) {
    return only.of(sources, Source::name).stream().map(s -> s.trained.get()).toList();
  }

  private List<Source> sources() {
    Path reference = data.folder();
    Optional<String> nowhere = Optional.empty();
    Supplier<Trained> resNet8 =
        () ->
            trained(
                "ResNet-8",
                "mlperf_tiny/ic_resnet8.onnx",
                LabelledSets.cifar(reference, images, false),
                LabelledSets.black(false),
                Optional.of("activation_4.relu_out"));
    String one = "ResNet-8 with one circuit";
    Supplier<Trained> mnist =
        () ->
            trained(
                "MNIST convnet",
                "mnist/mnist_cntk.onnx",
                LabelledSets.mnist(reference, images),
                new Baseline.Zero(),
                nowhere);
    return List.of(
        new Source("MNIST convnet", false, mnist),
        new Source(one, false, () -> resNet8.get().small(one)),
        new Source("ResNet-8", true, resNet8),
        new Source("ResNet-20", true, () -> cifar(20, Optional.of("layer2.2.relu2_out"))),
        new Source("ResNet-56", false, () -> cifar(56, nowhere)));
  }

  private Trained cifar(int layers, Optional<String> middle) {
    return trained(
        "ResNet-" + layers,
        "cifar10/resnet%d_cifar10.onnx".formatted(layers),
        LabelledSets.cifar(data.folder(), images, true),
        LabelledSets.black(true),
        middle);
  }

  /** What is done with a problem while its network and its log are open. */
  interface Work {
    void on(Problem p) throws IOException;
  }

  /** Sets up the choice of circuits for a network. */
  void solve(Trained t, Maps maps, Work work) throws IOException {
    DataSplit halves = t.halves();
    try (Network network = Network.of(maps.wanted(t.model), halves.calibration(), threads);
        EvaluationLog log = log(t, maps)) {
      work.on(
          Problem.of(network, machine, t.circuits, List.of(), halves, new RankCorrelation(), log));
    }
  }

  /**
   * @param most evaluations
   */
  Search.Limits limits(int most) {
    return new Search.Limits(most, 1e9, seed);
  }

  private EvaluationLog log(Trained t, Maps maps) throws IOException {
    if (folder.isEmpty()) {
      return EvaluationLog.inMemory();
    }
    String name = "%s, maps of %s".formatted(t.name, maps.name());
    String circuits = String.join(" ", t.circuits.stream().map(Circuit::name).toList());
    String search =
        "%s; %s; %d images %08x".formatted(name, circuits, t.data.size(), t.data.fingerprint());
    Path place = Files.createDirectories(folder.get());
    return EvaluationLog.open(place.resolve(name + ".jsonl"), search);
  }
}
