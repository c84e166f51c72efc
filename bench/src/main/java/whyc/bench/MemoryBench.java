package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import whyc.files.TemporaryFolder;
import whyc.onnx.OnnxWriter;
import whyc.tensor.Npy;
import whyc.tensor.Shape;

/**
 * Peak memory of whole processes that explain one image with saliency and with integrated gradients
 * of 50 steps, beside what {@code inspect} predicts and what PyTorch takes.
 */
@Command(
    name = "memory",
    description =
        "Measures the peak memory of whole processes beside what inspect predicts. Names are as in \"SqueezeNet 1.1, saliency, ort\".")
final class MemoryBench extends Figure {
  private static final List<String> ENGINES = List.of("ort", "jvm");
  private static final List<Integer> RANDOM = List.of(18, 34);

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();
  @Mixin private Launcher whyc = new Launcher();

  MemoryBench(PrintStream out) {
    super(out);
  }

  /**
   * @param peer PyTorch's network of that form
   */
  private record Subject(String name, String peer, Path model) {}

  /**
   * @param points that PyTorch evaluates at once: as Captum does unless it is told otherwise
   */
  private record Method(String name, int points) {}

  private static final List<Method> METHODS =
      List.of(new Method("saliency", 1), new Method("integratedgradients", 50));

  private record Row(Subject subject, Method method, String engine) {
    String name() {
      return "%s, %s, %s".formatted(subject.name, method.name, engine);
    }
  }

  @Override
  void measure() throws IOException {
    try (TemporaryFolder folder = TemporaryFolder.create("whyc-bench")) {
      List<Row> rows = only.of(rows(folder.path(), data.ifThere(out)), Row::name);
      for (int layers : RANDOM) {
        Path file = random(folder.path(), layers);
        if (rows.stream().anyMatch(r -> r.subject.model.equals(file))) {
          Files.write(file, OnnxWriter.write(ResNets.of(layers), true).toByteArray());
        }
      }
      Path image = folder.resolve("image.npy");
      Shape shape = Shape.of(1, 3, 224, 224);
      Files.write(image, Npy.write(Networks.noise(new SplittableRandom(1), shape, 1)));
      head("network", "method", "engine", "predicted MB", "measured MB", "ratio", "PyTorch MB");
      for (Row r : rows) {
        measure(r, image);
      }
    }
  }

  private static Path random(Path folder, int layers) {
    return folder.resolve("resnet" + layers + ".onnx");
  }

  private static List<Row> rows(Path folder, Optional<Path> referenceData) {
    List<Row> rows = new ArrayList<>();
    for (Subject s : subjects(folder, referenceData)) {
      for (Method m : METHODS) {
        ENGINES.forEach(engine -> rows.add(new Row(s, m, engine)));
      }
    }
    return rows;
  }

  private static List<Subject> subjects(Path folder, Optional<Path> referenceData) {
    List<Subject> subjects = new ArrayList<>();
    for (int layers : RANDOM) {
      String name = "ResNet-" + layers;
      subjects.add(new Subject(name + " (random)", name, random(folder, layers)));
    }
    Optional<Path> models = referenceData.map(data -> data.resolve("models/imagenet"));
    models
        .map(m -> m.resolve("resnet50_w8.onnx"))
        .filter(Files::exists)
        .ifPresent(f -> subjects.add(new Subject("ResNet-50 (int8 weights)", "ResNet-50", f)));
    models
        .map(m -> m.resolve("squeezenet1_1.onnx"))
        .filter(Files::exists)
        .ifPresent(f -> subjects.add(new Subject("SqueezeNet 1.1", "SqueezeNet", f)));
    return subjects;
  }

  private void measure(Row r, Path image) throws IOException {
    String model = r.subject.model.toString();
    String method = r.method.name;
    String json = whyc.run("inspect", model, "--engine", r.engine, "--json").output();
    long predicted = predicted(json, method);
    List<String> explain =
        List.of("explain", model, image.toString(), "--engine", r.engine, "--method", method);
    List<String> command = new ArrayList<>(explain);
    command.addAll(List.of("--overwrite", "--quiet", "-o", image.resolveSibling("out").toString()));
    long measured = whyc.run(command.toArray(String[]::new)).peakBytes();
    OptionalLong peer = PyTorchPeer.peakBytes(r.subject.peer, r.method.points);
    row(
        r.subject.name,
        method,
        r.engine,
        megabytes(predicted),
        megabytes(measured),
        String.format(Locale.ROOT, "%.2f", (double) measured / predicted),
        peer.isPresent() ? megabytes(peer.getAsLong()) : "");
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f", bytes / 1e6);
  }

  private static long predicted(String json, String method) {
    Matcher m =
        Pattern.compile(
                "\"name\"\\s*:\\s*\"%s\".*?\"peak_memory_bytes\"\\s*:\\s*(\\d+)".formatted(method),
                Pattern.DOTALL)
            .matcher(json);
    if (!m.find()) {
      throw new Wrong("inspect says nothing of " + method + ": " + json);
    }
    return Long.parseLong(m.group(1));
  }
}
