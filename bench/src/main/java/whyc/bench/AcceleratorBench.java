package whyc.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.accelerator.Accelerator;
import whyc.accelerator.ManyCore;
import whyc.explain.Asked;
import whyc.explain.GradCam;
import whyc.explain.Layers;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.simulate.Ablation;
import whyc.simulate.Layer.Phase;
import whyc.simulate.LayerAccount;
import whyc.simulate.Simulation;
import whyc.simulate.Simulator;
import whyc.tensor.Tensor;

/**
 * What zero-free cores, the compressed format and the scheduler of {@code epu-28nm} come to on real
 * images: trained networks, and a ResNet-34 of random weights, the network of the published
 * figures. And how long the simulation itself takes.
 */
@Command(
    name = "accelerator",
    description =
        "Simulates epu-28nm on real images: zeros, traffic, speed. Names are as in \"ResNet-20, saliency\".")
final class AcceleratorBench extends Figure {
  /** Layers of fewer tiles have too little work for every core. */
  private static final long MANY_TILES = 1000;

  /** Images that scales are chosen by. */
  private static final int CALIBRATED_BY = 8;

  private final ManyCore machine = (ManyCore) Accelerator.of("epu-28nm");

  /** A network with what is asked of it. */
  private record Work(String name, Model model, Asked asked, List<float[]> images) {
    Graph graph() {
      return Asked.all(model.graph(), List.of(asked)).withBatch(1);
    }

    Collection<String> predictions() {
      return model.graph().outputs().keySet();
    }

    Map<String, Tensor> input(float[] image) {
      var type = graph().inputs().getFirst().type();
      return Map.of(model.input(), Tensor.of(type.shape(), image));
    }
  }

  private final List<String> zeros = new ArrayList<>();
  private final List<String> traffic = new ArrayList<>();
  private final List<String> speed = new ArrayList<>();
  private final List<String> times = new ArrayList<>();

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "of each network; default ${DEFAULT-VALUE}")
  private int images = 8;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  AcceleratorBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() {
    for (Source s : only.of(sources(data.folder()), Source::name)) {
      measure(s.work.get());
      System.err.println("accelerators: " + s.name + " done");
    }
    print();
  }

  /** Work that is made ready when it is wanted. */
  private record Source(String name, Supplier<Work> work) {}

  private List<Source> sources(Path folder) {
    Supplier<List<float[]>> photographs = () -> LabelledSets.imageNet(folder, images).images();
    Supplier<List<float[]>> scaled =
        () -> photographs.get().stream().map(AcceleratorBench::scaled).toList();
    Supplier<List<float[]>> small = () -> LabelledSets.cifar(folder, images, true).images();
    Path models = folder.resolve("models");
    return Stream.of(
            both("ResNet-34 (random)", () -> Networks.random(34), scaled),
            both("ResNet-50", () -> read(models, "imagenet/resnet50_w8"), photographs),
            both("SqueezeNet 1.1", () -> read(models, "imagenet/squeezenet1_1"), photographs),
            both("ResNet-20", () -> read(models, "cifar10/resnet20_cifar10"), small),
            both("ResNet-56", () -> read(models, "cifar10/resnet56_cifar10"), small))
        .flatMap(List::stream)
        .toList();
  }

  private static float[] scaled(float[] photograph) {
    float[] values = photograph.clone();
    for (int i = 0; i < values.length; i++) {
      values[i] /= 60;
    }
    return values;
  }

  private static Model read(Path models, String name) {
    return Networks.read(models.resolve(name + ".onnx"));
  }

  private static List<Source> both(
      String network, Supplier<Model> model, Supplier<List<float[]>> images) {
    String cam = network + ", Grad-CAM";
    String saliency = network + ", saliency";
    return List.of(
        new Source(cam, () -> gradCam(cam, model.get(), images.get())),
        new Source(saliency, () -> saliency(saliency, model.get(), images.get())));
  }

  private static Question question(Model model) {
    return Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
  }

  /** In the middle of the network, where it has no closed form. */
  private static Work gradCam(String name, Model model, List<float[]> images) {
    Question q = question(model);
    List<String> layers =
        Layers.of(model.graph(), q).candidates().stream().map(Layers.Layer::name).toList();
    String middle = layers.get(layers.size() / 2);
    Asked asked = new Asked("why", new GradCam(middle), q);
    return new Work(name + " at " + middle, model, asked, images);
  }

  private static Work saliency(String name, Model model, List<float[]> images) {
    return new Work(name, model, new Asked("why", new Saliency(), question(model)), images);
  }

  private void measure(Work w) {
    long start = System.nanoTime();
    List<Map<String, Tensor>> inputs = w.images.stream().map(w::input).toList();
    List<Map<String, Tensor>> some = inputs.subList(0, Math.min(CALIBRATED_BY, inputs.size()));
    Graph g = Simulator.inFormat(machine, w.graph(), w.predictions(), some);
    Simulator s = new Simulator(machine, g, w.predictions());
    double prepared = seconds(start);
    start = System.nanoTime();
    inputs.forEach(s::add);
    double values = seconds(start) / inputs.size();
    start = System.nanoTime();
    Simulation both = s.run();
    double counted = seconds(start) / inputs.size();
    Simulation predictions = s.predictions();
    times.add(
        String.format(
            Locale.ROOT,
            "| %s | %.2f | %.2f | %.3f |",
            w.name,
            prepared / some.size(),
            values,
            counted));
    zeros.add(zeros(w.name, both));
    traffic.add(traffic(w.name, Ablation.growing(s, machine)));
    speed.add(
        String.format(
            Locale.ROOT,
            "| %s | %.0f | %.0f | %.3f | %.2f | %.1f |",
            w.name,
            predictions.outcome().framesPerSecond(),
            both.outcome().framesPerSecond(),
            both.watts(),
            both.teraOperationsPerJoule(),
            both.gigaOperationsPerSecondAndSquareMillimetre()));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static String zeros(String name, Simulation s) {
    List<LayerAccount> large =
        s.layers().stream().filter(l -> l.tiles() / s.outcome().frames() > MANY_TILES).toList();
    double[] reached = large.stream().mapToDouble(l -> l.speedup() / l.ideal()).sorted().toArray();
    long good = large.stream().filter(l -> l.speedup() >= 0.9 * l.ideal()).count();
    LayerAccount best =
        s.layers().stream().max(Comparator.comparingDouble(LayerAccount::speedup)).orElseThrow();
    return String.format(
        Locale.ROOT,
        "| %s | %.2f | %.2f | %.2f at %.1f %% | %d of %d | %.2f | %.2f |",
        name,
        s.speedup(Phase.INFERENCE),
        s.speedup(Phase.EXPLANATION),
        best.speedup(),
        100 * best.sparsity(),
        good,
        large.size(),
        reached[reached.length / 2],
        reached[0]);
  }

  private static String traffic(String name, List<Ablation> rows) {
    StringBuilder cells = new StringBuilder("| " + name + " |");
    double none = bytes(rows.getFirst());
    for (Ablation a : rows) {
      cells.append(String.format(Locale.ROOT, " %.2f |", bytes(a)));
    }
    cells.append(
        String.format(Locale.ROOT, " %.1f %% |", 100 * (1 - bytes(rows.getLast()) / none)));
    return cells.toString();
  }

  private static double bytes(Ablation a) {
    return a.simulation().outcome().traffic().externalBytes()
        * 1e-6
        / a.simulation().outcome().frames();
  }

  private void print() {
    out.printf(
        "%n%s, %d images each; modelled but for the times of the last table.%n%n",
        machine.name(), images);
    table(
        "network, method | inference | explanation | best layer | layers at 90 % of 1/(1-s) | median share | least share",
        zeros);
    table(
        "network, method: MB outside | none | compressed | + kept | + maps kept | + fused | + dynamic | saved",
        traffic);
    table("network, method | predictions/s | with explanation/s | W | TOPS/W | GOPS/mm2", speed);
    table(
        "simulation, s for an image on one core | scales | values | cycles, bytes, energy", times);
  }

  private void table(String columns, List<String> rows) {
    head(columns.split(" \\| "));
    rows.forEach(out::println);
    out.println();
  }
}
