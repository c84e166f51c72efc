package whyc.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.files.TemporaryFolder;

/** The first heat map from a cold process: from typing the command to files on the disk. */
@Command(
    name = "start",
    description = "Times the first heat map from a cold process, of SqueezeNet.")
final class StartBench extends Figure {
  @Option(
      names = "--runs",
      paramLabel = "N",
      description = "that count, after one that does not; default ${DEFAULT-VALUE}")
  private int runs = 9;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Launcher whyc = new Launcher();

  StartBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() throws IOException {
    Path folder = data.folder();
    String model = folder.resolve("models/imagenet/squeezenet1_1.onnx").toString();
    String image = folder.resolve("images/open/cat.jpg").toString();
    double[] seconds = new double[runs];
    try (TemporaryFolder results = TemporaryFolder.create("whyc-bench")) {
      String result = results.resolve("out").toString();
      for (int i = -1; i < runs; i++) {
        double s =
            whyc.run("explain", model, image, "--input", "caffe", "--overwrite", "-o", result)
                .seconds();
        if (i >= 0) {
          seconds[i] = s;
        }
      }
    }
    Arrays.sort(seconds);
    out.printf(
        Locale.ROOT,
        "SqueezeNet 1.1 (5 MB), one picture, Grad-CAM, cold process to files: median %.2f s (%.2f to %.2f, %d runs)%n",
        seconds[runs / 2],
        seconds[0],
        seconds[runs - 1],
        runs);
  }
}
