package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import whyc.explain.Asked;
import whyc.explain.GradCam;
import whyc.explain.Layers;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** {@code compile --target c}: a folder, whole or not at all. */
final class CTargetCommandTest {
  private static final Path PAGE = Path.of("../docs/c-target.md");

  @TempDir private Path folder;
  private Path model;
  private Path out;

  @BeforeEach
  void prepare() throws IOException {
    model = Networks.plain(folder);
    out = folder.resolve("program");
  }

  private Called compile(Object... more) {
    List<Object> all = new ArrayList<>(List.of("compile", model, "--target", "c", "-o", out));
    all.addAll(List.of(more));
    return Called.with(all.toArray());
  }

  private static String run(Path where, String... command)
      throws IOException, InterruptedException {
    Process p =
        new ProcessBuilder(command).directory(where.toFile()).redirectErrorStream(true).start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(p.waitFor()).as(said).isZero();
    return said;
  }

  private static void assumeGcc() {
    Assumptions.assumeTrue(
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
            .anyMatch(d -> Files.isExecutable(Path.of(d, "gcc"))),
        "gcc is not installed");
  }

  @Test
  void aFolderOfThreeFilesIsWritten() throws IOException {
    Called c = compile("-m", "gradcam", "--class", "input", "--heatmap", "--json");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(Called.names(out))
        .containsExactly("plain.c", "plain.h", "plain_weights.h", "whyc-files.txt");
    assertThat(Files.readString(out.resolve("plain.h")))
        .contains(
            "Made by whyc",
            "explained by gradcam",
            "const int64_t whyc_target[1]",
            "float whyc_gradcam_heatmap[144]");
    assertThat(c.json().get("function").asString()).isEqualTo("plain");
    assertThat(c.json().get("arena_bytes").asLong()).isPositive();
  }

  @Test
  void aFolderThatIsThereStaysUnlessWhycWroteIt() throws IOException {
    assertThat(compile().status()).isZero();
    assertThat(compile().err()).contains("--overwrite");
    assertThat(compile("--overwrite", "-m", "saliency").status()).isZero();
    assertThat(Files.readString(out.resolve("plain.h"))).contains("whyc_saliency");
    Path other = Files.createDirectory(folder.resolve("other"));
    Files.writeString(other.resolve("mine.h"), "int mine;");
    Called c = Called.with("compile", model, "--target", "c", "-o", other, "--overwrite");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("hold what whyc wrote alone", "mine.h");
    assertThat(Called.names(other)).containsExactly("mine.h");
  }

  /** As somebody builds firmware in the folder. */
  @Test
  void aFileBesideTheProgramKeepsTheFolder() throws IOException {
    assertThat(compile().status()).isZero();
    Path main = Files.writeString(out.resolve("main.c"), "int main(void) { return 0; }");
    Called c = compile("--overwrite");
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("hold what whyc wrote alone", "main.c");
    assertThat(main).exists();
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() throws IOException {
    List<String> before = Called.names(folder);
    Called c = compile("--preprocess");
    assertThat(c.status()).isEqualTo(2);
    assertThat(c.err()).contains("--target c writes a program without --preprocess");
    Called unknown = Called.with("compile", model, "--target", "rust", "-o", out);
    assertThat(unknown.status()).isEqualTo(2);
    assertThat(unknown.err()).contains("--target wants to be one of onnx, c");
    assertThat(Called.names(folder)).isEqualTo(before);
  }

  @Test
  void aGraphThatCCannotTakeIsRefusedWithItsNode() throws IOException {
    Path half = Networks.half(folder);
    List<String> before = Called.names(folder);
    Called c = Called.with("compile", half, "--target", "c", "-o", out);
    assertThat(c.status()).isEqualTo(1);
    assertThat(c.err()).contains("in C wants floats of 32 or 64 bits, got float16", "node \"");
    assertThat(Called.names(folder)).isEqualTo(before);
  }

  @Test
  void aNetworkInIntegersCompilesFromAnyFolder() throws IOException, InterruptedException {
    assumeGcc();
    Path picture = Called.picture(folder.resolve("noise.png"), 20, 16);
    Called c = compile("--quantize", "int8", "--calibrate", picture, "-m", "gradcam");
    assertThat(c.status()).as(c.err()).isZero();
    assertThat(c.out()).contains("bytes of arena", "products in integers");
    assertThat(c.err()).doesNotContain("integers as floats");
    Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
    run(
        elsewhere,
        "gcc",
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic",
        "-c",
        out.resolve("plain.c").toString());
    assertThat(Called.names(elsewhere)).containsExactly("plain.o");
  }

  /** The page's commands and its program, as they stand there. */
  @Test
  void theExampleOfThePageExplainsAPicture() throws IOException, InterruptedException {
    assumeGcc();
    String page = Files.readString(PAGE);
    String source = page.replaceFirst("(?s).*?```c\n", "").replaceFirst("(?s)```.*", "");
    Files.writeString(folder.resolve("explain.c"), source);
    Path bundled = Path.of("src/main/resources/whyc/demo/model.onnx").toAbsolutePath();
    out = folder.resolve("demo-c");
    model = bundled;
    assertThat(compile("-m", "gradcam").status()).isZero();
    byte[] rgb = new byte[3072];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 7 % 251);
    }
    Path ppm = folder.resolve("dog.ppm");
    Files.writeString(ppm, "P6\n32 32\n255\n");
    Files.write(ppm, rgb, java.nio.file.StandardOpenOption.APPEND);
    List<String> commands =
        page.lines().filter(l -> l.startsWith("gcc ") || l.startsWith("./explain")).toList();
    assertThat(commands).hasSize(2);
    run(folder, commands.getFirst().split(" "));
    List<String> printed = run(folder, commands.getLast().split(" ")).lines().toList();
    Map<String, Tensor> wanted = interpreted(bundled, rgb);
    assertThat(printed.getFirst())
        .startsWith("class " + (int) Objects.requireNonNull(wanted.get("map_class")).at(0) + ",");
    double[] map =
        Pattern.compile(" +")
            .splitAsStream(String.join("", printed.subList(1, 9)).strip())
            .mapToDouble(Double::parseDouble)
            .toArray();
    double[] truth = Objects.requireNonNull(wanted.get("map")).doubles();
    assertThat(map).hasSameSizeAs(truth);
    for (int i = 0; i < map.length; i++) {
      assertThat(map[i]).isCloseTo(truth[i], org.assertj.core.api.Assertions.within(0.0051));
    }
  }

  private static Map<String, Tensor> interpreted(Path file, byte[] rgb) {
    Model m = Model.read(OnnxModel.read(file), Optional.empty());
    Question q = Question.top(m.input(), "logits");
    String layer = Layers.of(m.graph(), q).preferred().orElseThrow().name();
    Graph g = Asked.all(m.graph(), List.of(new Asked("map", new GradCam(layer), q))).withBatch(1);
    float[] mean = {0.4914f, 0.4822f, 0.4465f};
    float[] deviation = {0.247f, 0.2435f, 0.2616f};
    float[] x = new float[rgb.length];
    for (int i = 0; i < x.length; i++) {
      int c = i / 1024;
      x[i] = ((rgb[i % 1024 * 3 + c] & 0xff) / 255f - mean[c]) / deviation[c];
    }
    return Interpreter.run(g, Map.of(m.input(), Tensor.of(Shape.of(1, 3, 32, 32), x)));
  }
}
