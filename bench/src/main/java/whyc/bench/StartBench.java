package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The first heat map from a cold process: from typing the command to files on the disk. */
final class StartBench {
  private static final int RUNS = 9;

  private StartBench() {}

  static void run(Path whyc, Optional<Path> referenceData, PrintStream out) {
    if (referenceData.isEmpty()) {
      out.println("start: skipped, no reference data folder");
      return;
    }
    String model = referenceData.get().resolve("models/imagenet/squeezenet1_1.onnx").toString();
    String image = referenceData.get().resolve("images/open/cat.jpg").toString();
    try {
      Path folder = Files.createTempDirectory("whyc-bench");
      String result = folder.resolve("out").toString();
      double[] seconds = new double[RUNS];
      for (int i = 0; i <= RUNS; i++) {
        double s =
            Launcher.run(
                    whyc, "explain", model, image, "--input", "caffe", "--overwrite", "-o", result)
                .seconds();
        if (i > 0) {
          seconds[i - 1] = s;
        }
      }
      Launcher.delete(folder);
      Arrays.sort(seconds);
      out.printf(
          Locale.ROOT,
          "SqueezeNet 1.1 (5 MB), one picture, Grad-CAM, cold process to files: median %.2f s (%.2f to %.2f, %d runs)%n",
          seconds[RUNS / 2],
          seconds[0],
          seconds[RUNS - 1],
          RUNS);
    } catch (IOException e) {
      throw new IllegalStateException("no temporary folder: " + e.getMessage(), e);
    }
  }
}
