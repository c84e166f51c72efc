package whyc.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each figure, as small as it can be: that it measures and prints, not what. */
class FiguresTest {
  private static final String DATA =
      System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data");

  @TempDir private Path folder = Path.of("");

  private record Called(int status, String out, String err) {
    static Called with(List<String> arguments) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ByteArrayOutputStream err = new ByteArrayOutputStream();
      try (PrintStream o = new PrintStream(out, true, StandardCharsets.UTF_8);
          PrintStream e = new PrintStream(err, true, StandardCharsets.UTF_8)) {
        int status = Main.run(arguments.toArray(String[]::new), o, e);
        return new Called(
            status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
      }
    }

    static Called with(String... arguments) {
      return with(Arrays.asList(arguments));
    }

    /** What stands behind the machine's facts. */
    String figure() {
      assertThat(err).isEmpty();
      assertThat(status).isZero();
      assertThat(out.lines().filter(l -> l.startsWith("JDK: "))).hasSize(1);
      return out.substring(out.indexOf("\n\n") + 2);
    }
  }

  /** A figure of the reference data; the test is skipped where they are absent. */
  private static Called ofData(String... arguments) {
    assumeTrue(Files.isDirectory(Path.of(DATA)), "reference data is absent: " + DATA);
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--data", DATA));
    return Called.with(all);
  }

  private static void needs(String program) {
    assumeTrue(
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
            .anyMatch(d -> Files.isExecutable(Path.of(d, program))),
        program + " is not installed");
  }

  /** Starts the program that the test sees, as the launcher starts the one that was built. */
  private String launcher() throws IOException {
    Path script = folder.resolve("whyc");
    Files.writeString(
        script,
        """
        #!/bin/sh
        exec "%s/bin/java" --enable-native-access=ALL-UNNAMED -cp "%s" whyc.app.Main "$@"
        """
            .formatted(System.getProperty("java.home"), System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    return script.toString();
  }

  private static final List<String> NAMES =
      List.of(
          "accelerator",
          "approximate",
          "approximate-maps",
          "c-target",
          "cost",
          "criticality",
          "engine",
          "fuzz",
          "heatmap",
          "memory",
          "products",
          "rtl",
          "rtl-cells",
          "rtl-multipliers",
          "search",
          "soak",
          "sparsity",
          "start");

  @Test
  void withoutAFigureAllAreListed() {
    Called c = Called.with();
    assertThat(c.status()).isZero();
    assertThat(c.out().lines().map(l -> l.strip().split("\\s+")[0]).filter(NAMES::contains))
        .containsExactlyElementsOf(NAMES);
  }

  @Test
  void eachFigureTellsItsOwnOptions() {
    for (String name : NAMES) {
      Called c = Called.with(name, "--help");
      assertThat(c.status()).isZero();
      assertThat(c.out()).startsWith("Usage: whyc bench " + name).doesNotContain("JDK: ");
    }
    assertThat(Called.with("start", "--help").out()).contains("--runs").doesNotContain("--graphs");
  }

  @Test
  void anOptionOfAnotherFigureIsWrongUsage() {
    Called c = Called.with("start", "--graphs", "3");
    assertThat(c.status()).isEqualTo(2);
    assertThat(c.err())
        .contains("--graphs")
        .contains("see whyc bench start --help")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "accelerator",
        "approximate",
        "approximate-maps",
        "criticality",
        "heatmap",
        "rtl",
        "soak",
        "start"
      })
  void aFigureOfTrainedNetworksIsRefusedWithoutThem(String name) {
    Called c = Called.with(name, "--data", folder.resolve("none").toString());
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).startsWith("whyc: the reference data must be a folder").hasLineCount(1);
  }

  @Test
  void aFileThatTheReferenceDataLackIsNamed() {
    Called c =
        Called.with("accelerator", "--data", folder.toString(), "--only", "ResNet-20, saliency");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("resnet20_cifar10.onnx").hasLineCount(1);
  }

  @Test
  void aNameThatNothingHasIsRefusedWithThoseThatThereAre() {
    needs("yosys");
    Called c = Called.with("rtl-cells", "--only", "drum");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("got drum: leading_one; ").contains("; size_drum; ");
  }

  @Test
  void aSearchWithoutImagesIsRefused() {
    Called c = Called.with("search", "--dataset", folder.resolve("none").toString());
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("--dataset must be a folder of images").hasLineCount(1);
  }

  /**
   * Tables of a search that is told, not done: ours covers 0.3 after 10 seconds, more than the
   * other method's 0.25 after 40, so four times sooner.
   */
  @Test
  void searchMakesTablesOfWhatSearchesFound() throws IOException {
    Path script = folder.resolve("whyc");
    Files.writeString(
        script,
        """
        #!/bin/sh
        echo "$@" >> '%1$s/asked'
        while [ "$1" != -o ]; do shift; done
        mkdir -p "$2"
        cat > "$2/design.json" <<'END'
        {"methods": [
          {"method": "whyc", "hypervolume": 0.5, "trainings": 8, "networks": 20, "seconds": 90,
           "hypervolume_by_seconds": [[10, 0.3], [20, 0.5]], "correlations": {"short": 0.75},
           "thriftiest": {"energy_pj": 2500000}, "ruled_out": [{"right": true}, {}]},
          {"method": "random", "hypervolume": 0.25, "trainings": 9, "networks": 9, "seconds": 40,
           "hypervolume_by_seconds": [[40, 0.25]], "ruled_out": []}],
         "front": [{"folder": "front/01", "validation": {"accuracy": 0.9},
           "test": {"accuracy": 0.875, "exact_accuracy": 0.88, "energy_pj": 1250000}}]}
        END
        """
            .formatted(folder));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    String data = folder.toString();
    Called c =
        Called.with(
            "search", "--dataset", data, "--launcher", script.toString(), "--networks", "5");
    assertThat(c.figure())
        .contains("| whyc | 0.5000 | 8.0 | 20 |  | 2.500 |")
        .contains("| random | 0.2500 | 9.0 | 9 | 4.0 | none |")
        .contains("ruled out 2 networks")
        .contains("of 1 that were trained to the end to see, 1 bettered no front")
        .contains("| front/01 | 87.50 | 88.00 | 1.250 | 90.00 |")
        .contains("| short | 0.750 |");
    assertThat(Files.readAllLines(folder.resolve("asked")))
        .satisfiesExactly(
            methods -> assertThat(methods).contains("--method all --budget 90s --seeds 1"),
            predictors -> assertThat(predictors).contains("--method predictors --budget 5 "));
  }

  @Test
  void mapsAtEqualEnergyAreOfNetworksWithALayerHalfWay() {
    Called c = ofData("approximate-maps", "--only", "MNIST.*");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("ResNet-8; ResNet-20").hasLineCount(1);
  }

  @Test
  void cost() {
    assertThat(ofData("cost", "--only", "DS-CNN.*", "--seconds", "0").figure())
        .contains("| DS-CNN (MLPerf Tiny) | saliency | ");
  }

  @Test
  void products() {
    assertThat(Called.with("products", "--only", "3x3, 16@.*exact", "--seconds", "0").figure())
        .contains("| 3x3, 16@32 to 16 | exact | ");
  }

  @Test
  void engine() {
    assertThat(ofData("engine", "--only", "DS-CNN.*", "--seconds", "0").figure())
        .contains("1 thread, batch 1")
        .contains("| DS-CNN (MLPerf Tiny) | ");
  }

  @Test
  void cTarget() {
    needs("gcc");
    assertThat(ofData("c-target", "--only", "DS-CNN.*, Grad-CAM", "--seconds", "0").figure())
        .contains("| DS-CNN (MLPerf Tiny) | Grad-CAM | ")
        .doesNotContain("| DS-CNN (MLPerf Tiny) | predict");
  }

  @Test
  void fuzz() {
    assertThat(Called.with("fuzz", "--graphs", "4", "--seed", "7").figure())
        .contains("4 graphs, the last of seed 10, ")
        .contains(" 0 failures");
  }

  /** Code that is not compiled yet allocates, which is what a soak is to find. */
  @Test
  void aSoakThatIsTooShortFindsWhatIsAllocated() {
    Called c = ofData("soak", "--runs", "20");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.out()).contains("20 runs, ").contains(" 0 with other bytes");
    assertThat(c.err()).startsWith("whyc: soak: ").contains("got 0 runs with other bytes");
  }

  @Test
  void heatmap() {
    assertThat(ofData("heatmap", "--only", "ResNet-20", "--images", "1").figure())
        .contains("ResNet-20, Grad-CAM")
        .contains("| **tiles of 8** | ")
        .doesNotContain("ResNet-50");
  }

  @Test
  void accelerator() {
    assertThat(ofData("accelerator", "--only", "ResNet-20, saliency", "--images", "1").figure())
        .contains("epu-28nm, 1 images each")
        .contains("| ResNet-20, saliency | ");
  }

  @Test
  void sparsity() {
    assertThat(ofData("sparsity", "--only", "2048 to 512.*", "--seconds", "0").figure())
        .contains("| 2048 to 512, 1x1 of 7 | ")
        .doesNotContain("ResNet");
  }

  @Test
  void criticality() {
    String figure =
        ofData("criticality", "--only", "ResNet-20", "--images", "1", "--held-out", "0").figure();
    assertThat(figure)
        .contains("## ResNet-20")
        .contains("5 images")
        .contains("| rank correlation of layers |");
  }

  @Test
  void approximate() {
    assertThat(
            ofData("approximate", "--only", "MNIST.*", "--images", "5", "--strategy", "uniform")
                .figure())
        .contains("## MNIST convnet")
        .contains("| uniform | ")
        .doesNotContain("| ours | ");
  }

  @Test
  void aStrategyThatIsNoneIsRefused() {
    Called c = Called.with("approximate", "--strategy", "luck");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("one of ours, ").contains("got luck").hasLineCount(1);
  }

  @Test
  void rtl() {
    assertThat(ofData("rtl", "--only", "ResNet-8, int8", "--images", "0").figure())
        .contains("ResNet-8, int8, 8 x 8: ");
  }

  @Test
  void rtlCells() {
    needs("yosys");
    assertThat(Called.with("rtl-cells", "--only", "leading_one").figure())
        .contains("| `leading_one` | ");
  }

  @Test
  void rtlMultipliers() {
    needs("yosys");
    assertThat(Called.with("rtl-multipliers", "--only", "drum8u-4").figure())
        .contains("| `drum8u-4` | ")
        .doesNotContain("| signed");
  }

  @Test
  void start() throws IOException {
    assertThat(ofData("start", "--runs", "1", "--launcher", launcher()).figure())
        .contains("cold process to files: median ");
  }

  @Test
  void memory() throws IOException {
    String only = "SqueezeNet 1.1, saliency, ort";
    assertThat(ofData("memory", "--only", only, "--launcher", launcher()).figure())
        .contains("| SqueezeNet 1.1 | saliency | ort | ");
  }
}
