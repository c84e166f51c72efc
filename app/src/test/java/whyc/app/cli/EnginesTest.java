package whyc.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import whyc.app.Main;
import whyc.tensor.Npy;

/** Who computes, and what is said of it. */
final class EnginesTest {
  private static final String ORT = "ONNX Runtime";
  private static final String JVM = "whyc jvm";
  private static final List<String> METHODS = List.of("gradcam", "saliency", "integratedgradients");

  /**
   * Single precision in another order of additions. The network is one convolution deep, and its
   * noise is far from the kinks of its ReLUs.
   */
  private static final double ROUNDING = 1e-5;

  @TempDir private Path folder;
  private Path model;
  private Path picture;

  @BeforeEach
  void prepare() throws IOException {
    model = Networks.plain(folder);
    picture = Called.picture(folder.resolve("noise.png"), 20, 16);
  }

  private List<Object> explain(Path out, String... engine) {
    List<Object> arguments =
        new ArrayList<>(List.of("explain", model, picture, "-m", String.join(",", METHODS)));
    arguments.addAll(List.of("-o", out, "--input", "unit"));
    arguments.addAll(List.of(engine));
    return arguments;
  }

  private Called explained(Path out, String... engine) {
    Called c = Called.with(explain(out, engine).toArray());
    assertThat(c.status()).as(c.err()).isZero();
    return c;
  }

  private static void computedBy(Path out, String engine) throws IOException {
    JsonNode manifest = Called.json(out.resolve("noise/manifest.json"));
    assertThat(manifest.get("methods")).hasSize(METHODS.size());
    for (JsonNode m : manifest.get("methods")) {
      assertThat(m.get("engine").asString()).startsWith(engine);
    }
    assertThat(manifest.get("timing").get("engine").asString()).startsWith(engine);
    assertThat(manifest.get("checks").get("model_outputs_unchanged").asBoolean()).isTrue();
    assertThat(Files.readString(out.resolve("index.html"))).contains("<b>" + engine);
  }

  @Test
  void bothEnginesGiveTheSameMapsAndTheirNames() throws IOException {
    Path ort = folder.resolve("ort");
    Path jvm = folder.resolve("jvm");
    assertThat(explained(ort, "--engine", "ort").err()).contains(ORT);
    assertThat(explained(jvm, "--engine", "JVM").err()).contains(JVM).doesNotContain("warning");
    computedBy(ort, ORT);
    computedBy(jvm, JVM);
    for (String method : METHODS) {
      String file = "noise/" + method + "/attribution.npy";
      double[] a = Npy.read(jvm.resolve(file)).doubles();
      double[] b = Npy.read(ort.resolve(file)).doubles();
      double distance = 0;
      double length = 0;
      for (int i = 0; i < b.length; i++) {
        distance += (a[i] - b[i]) * (a[i] - b[i]);
        length += b[i] * b[i];
      }
      assertThat(length).isPositive();
      assertThat(Math.sqrt(distance / length)).as(method).isLessThan(ROUNDING);
    }
  }

  @Test
  void theJvmsEngineGivesTheSameBytesAgain() throws IOException {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    explained(one, "--engine", "jvm", "--threads", "1");
    explained(two, "--engine", "jvm", "--threads", "2");
    for (String method : METHODS) {
      Path file = Path.of("noise", method, "attribution.npy");
      assertThat(one.resolve(file)).hasSameBinaryContentAs(two.resolve(file));
    }
  }

  @Test
  void shortWorkStaysInOnnxRuntime() throws IOException {
    Path out = folder.resolve("out");
    explained(out);
    computedBy(out, ORT);
  }

  @Test
  void verificationComparesTheEngines() {
    Called c = Called.with("verify", model, "--engine", "jvm", "-m", "gradcam,saliency");
    assertThat(c.status()).as(c.out() + c.err()).isZero();
    for (String what : List.of("scores", "gradcam", "saliency")) {
      assertThat(c.out())
          .containsPattern("ok +" + what + " of whyc jvm, \\d+ lanes against ONNX Runtime")
          .containsPattern("ok +" + what + " of the engine against the interpreter");
    }
    assertThat(Called.with("verify", model, "-m", "gradcam").out())
        .containsPattern("ok +gradcam of ONNX Runtime \\S+ against whyc jvm");
    assertThat(Called.with("verify", model, "-m", "gradcam", "--engine", "ort").out())
        .doesNotContain(JVM);
  }

  @Test
  void inspectionNamesTheEngine() {
    assertThat(Called.with("inspect", model, "--engine", "jvm").out()).contains(JVM);
  }

  @Test
  void withoutTheVectorModuleOnnxRuntimeComputesAndOneWarningSaysWhy() throws Exception {
    Path out = folder.resolve("out");
    List<String> err = inAnotherJvm(List.of(), explain(out, "--engine", "jvm"));
    assertThat(warnings(err))
        .singleElement()
        .asString()
        .contains("--add-modules jdk.incubator.vector", "ONNX Runtime computes instead");
    computedBy(out, ORT);
    JsonNode notes = Called.json(out.resolve("noise/manifest.json")).get("notes");
    assertThat(notes.toString()).contains("jdk.incubator.vector");
    assertThat(warnings(inAnotherJvm(List.of(), explain(folder.resolve("auto"))))).isEmpty();
  }

  @Test
  void withoutTheOptimisingCompilerOnnxRuntimeComputes() throws Exception {
    Path out = folder.resolve("out");
    List<String> options =
        List.of("--add-modules", "jdk.incubator.vector", "-XX:TieredStopAtLevel=1");
    List<String> err = inAnotherJvm(options, explain(out, "--engine", "jvm"));
    assertThat(warnings(err)).singleElement().asString().contains("optimising compiler");
    computedBy(out, ORT);
  }

  private static List<String> warnings(List<String> err) {
    return err.stream().filter(l -> l.startsWith("whyc: warning")).toList();
  }

  /** What a call in a JVM with these options says on its standard error stream. */
  private List<String> inAnotherJvm(List<String> options, List<Object> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(options);
    command.add(Main.class.getName());
    arguments.forEach(a -> command.add(String.valueOf(a)));
    Path err = folder.resolve("err.txt");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process p = builder.start();
    if (!p.waitFor(2, TimeUnit.MINUTES)) {
      p.destroyForcibly();
      throw new AssertionError("no end after 2 minutes: " + command);
    }
    assertThat(p.exitValue()).as(Files.readString(err)).isZero();
    return Files.readAllLines(err, StandardCharsets.UTF_8);
  }
}
