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
import whyc.onnx.OnnxWriter;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Peak memory of whole processes that explain one image with saliency and with integrated gradients
 * of 50 steps, beside what {@code inspect} predicts and what PyTorch takes.
 */
final class MemoryBench {
  private static final List<String> ENGINES = List.of("ort", "jvm");

  private MemoryBench() {}

  /**
   * @param peer PyTorch's network of that form
   */
  private record Case(String name, String peer, Path model) {}

  /**
   * @param points that PyTorch evaluates at once: as Captum does unless it is told otherwise
   */
  private record Method(String name, int points) {}

  private static final List<Method> METHODS =
      List.of(new Method("saliency", 1), new Method("integratedgradients", 50));

  static void run(Path whyc, Optional<Path> referenceData, PrintStream out) {
    try {
      Path folder = Files.createTempDirectory("whyc-bench");
      Path image = folder.resolve("image.npy");
      Files.write(image, Npy.write(image()));
      out.println(
          "| network | method | engine | predicted MB | measured MB | ratio | PyTorch MB |");
      out.println("|---|---|---|---|---|---|---|");
      for (Case c : cases(folder, referenceData)) {
        for (Method m : METHODS) {
          OptionalLong peer = PyTorchPeer.peakBytes(c.peer, m.points);
          for (String engine : ENGINES) {
            row(whyc, c, m, engine, image, peer, out);
          }
        }
      }
      Launcher.delete(folder);
    } catch (IOException e) {
      throw new IllegalStateException("no temporary files: " + e.getMessage(), e);
    }
  }

  private static void row(
      Path whyc, Case c, Method m, String engine, Path image, OptionalLong peer, PrintStream out) {
    String model = c.model.toString();
    String json = Launcher.run(whyc, "inspect", model, "--engine", engine, "--json").output();
    long predicted = predicted(json, m.name);
    long measured =
        Launcher.run(
                whyc,
                "explain",
                model,
                image.toString(),
                "--engine",
                engine,
                "--method",
                m.name,
                "--overwrite",
                "--quiet",
                "-o",
                image.resolveSibling("out").toString())
            .peakBytes();
    out.printf(
        Locale.ROOT,
        "| %s | %s | %s | %.0f | %.0f | %.2f | %s |%n",
        c.name,
        m.name,
        engine,
        predicted / 1e6,
        measured / 1e6,
        (double) measured / predicted,
        peer.isPresent() ? String.format(Locale.ROOT, "%.0f", peer.getAsLong() / 1e6) : "");
  }

  private static List<Case> cases(Path folder, Optional<Path> referenceData) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (int layers : new int[] {18, 34}) {
      Path file = folder.resolve("resnet" + layers + ".onnx");
      Files.write(file, OnnxWriter.write(ResNets.of(layers), true).toByteArray());
      cases.add(new Case("ResNet-" + layers + " (random)", "ResNet-" + layers, file));
    }
    Optional<Path> models = referenceData.map(data -> data.resolve("models/imagenet"));
    models
        .map(m -> m.resolve("resnet50_w8.onnx"))
        .filter(Files::exists)
        .ifPresent(file -> cases.add(new Case("ResNet-50 (int8 weights)", "ResNet-50", file)));
    models
        .map(m -> m.resolve("squeezenet1_1.onnx"))
        .filter(Files::exists)
        .ifPresent(file -> cases.add(new Case("SqueezeNet 1.1", "SqueezeNet", file)));
    return cases;
  }

  private static Tensor image() {
    SplittableRandom random = new SplittableRandom(1);
    float[] values = new float[3 * 224 * 224];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(Shape.of(1, 3, 224, 224), values);
  }

  private static long predicted(String json, String method) {
    Matcher m =
        Pattern.compile(
                "\"name\"\\s*:\\s*\"%s\".*?\"peak_memory_bytes\"\\s*:\\s*(\\d+)".formatted(method),
                Pattern.DOTALL)
            .matcher(json);
    if (!m.find()) {
      throw new IllegalStateException("inspect says nothing of " + method + ": " + json);
    }
    return Long.parseLong(m.group(1));
  }
}
