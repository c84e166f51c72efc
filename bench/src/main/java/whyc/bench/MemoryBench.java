package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import whyc.onnx.OnnxWriter;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Peak memory of whole processes that explain with integrated gradients of 50 steps, beside what
 * {@code inspect} predicts.
 */
final class MemoryBench {
  private static final Pattern PREDICTED =
      Pattern.compile(
          "\"name\"\\s*:\\s*\"integratedgradients\".*?\"peak_memory_bytes\"\\s*:\\s*(\\d+)",
          Pattern.DOTALL);

  private MemoryBench() {}

  private record Case(String name, Path model) {}

  static void run(Path whyc, Optional<Path> referenceData, PrintStream out) {
    try {
      Path folder = Files.createTempDirectory("whyc-bench");
      Path image = folder.resolve("image.npy");
      Files.write(image, Npy.write(image()));
      out.println("| network | predicted MB | measured MB | measured / predicted |");
      out.println("|---|---|---|---|");
      for (Case c : cases(folder, referenceData)) {
        String result = folder.resolve("out").toString();
        long predicted =
            predicted(Launcher.run(whyc, "inspect", c.model.toString(), "--json").output());
        long measured =
            Launcher.run(
                    whyc,
                    "explain",
                    c.model.toString(),
                    image.toString(),
                    "--method",
                    "integratedgradients",
                    "--overwrite",
                    "--quiet",
                    "-o",
                    result)
                .peakBytes();
        out.printf(
            Locale.ROOT,
            "| %s | %.0f | %.0f | %.2f |%n",
            c.name,
            predicted / 1e6,
            measured / 1e6,
            (double) measured / predicted);
      }
      Launcher.delete(folder);
    } catch (IOException e) {
      throw new IllegalStateException("no temporary files: " + e.getMessage(), e);
    }
  }

  private static List<Case> cases(Path folder, Optional<Path> referenceData) throws IOException {
    List<Case> cases = new ArrayList<>();
    for (int layers : new int[] {18, 34}) {
      Path file = folder.resolve("resnet" + layers + ".onnx");
      Files.write(file, OnnxWriter.write(ResNets.of(layers), true).toByteArray());
      cases.add(new Case("ResNet-" + layers + " (random)", file));
    }
    referenceData
        .map(data -> data.resolve("models/imagenet/resnet50_w8.onnx"))
        .filter(Files::exists)
        .ifPresent(file -> cases.add(new Case("ResNet-50 (int8 weights)", file)));
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

  private static long predicted(String json) {
    Matcher m = PREDICTED.matcher(json);
    if (!m.find()) {
      throw new IllegalStateException("inspect says nothing of integratedgradients: " + json);
    }
    return Long.parseLong(m.group(1));
  }
}
