package whyc.target.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Cast;
import whyc.op.Input;
import whyc.op.MaxPoolGradient;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class CTargetTest {
  private static final Path GOLDEN = Path.of("src/test/resources/whyc/target/c");

  @TempDir private Path folder;

  private static Graph graph(String name) {
    return switch (name) {
      case "residual_saliency" -> Small.explained(Small.residual(), "saliency");
      case "pooled_guided" -> Small.explained(Small.pooled(), "guided");
      case "pooled_int8" -> Small.quantised(Small.pooled());
      default -> throw new IllegalArgumentException(name);
    };
  }

  /**
   * A change of what is generated shows as a change of these files; {@code -Dwhyc.write=true}
   * writes them anew.
   */
  @ParameterizedTest
  @ValueSource(strings = {"residual_saliency", "pooled_guided", "pooled_int8"})
  void theTextIsAsItWas(String name) throws IOException {
    CProgram p = CTarget.compile(graph(name), name, List.of("A network of this project's tests."));
    for (String file : List.of(name + ".h", name + ".c")) {
      Path golden = GOLDEN.resolve(file + ".golden");
      if (Boolean.getBoolean("whyc.write")) {
        Files.writeString(golden, p.files().get(file));
      }
      assertThat(p.files().get(file)).isEqualTo(Files.readString(golden));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "gcc,residual_saliency", "gcc,pooled_guided", "gcc,pooled_int8",
    "clang,residual_saliency", "clang,pooled_guided", "clang,pooled_int8"
  })
  void smallNetworksAgreeWithTheInterpreterUnderTheCompilersGuards(String compiler, String name)
      throws IOException, InterruptedException {
    Graph g = graph(name);
    CProgram p = CTarget.compile(g, name, List.of());
    String guards = "-fsanitize=undefined,address";
    Compiled.assumeGuards(compiler, folder, guards);
    Compiled compiled = Compiled.by(compiler, folder, List.of(p), "-O1", guards);
    for (int seed = 1; seed <= 3; seed++) {
      Map<String, Tensor> image = Map.of("image", Small.image(g, seed));
      Map<String, Tensor> got = compiled.run(image);
      double bound = name.endsWith("int8") ? 0 : 1e-5;
      Compiled.interpreted(g, image)
          .forEach((output, t) ->
              assertThat(Distance.relative(got.get(output), t))
                  .as(output)
                  .isLessThanOrEqualTo(bound));
    }
  }

  /** All that is written to is what the schedule predicts, up to its alignment of 16 bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"residual_saliency", "pooled_guided", "pooled_int8"})
  void theArenaIsFilledAsFarAsTheSchedulePredicts(String name)
      throws IOException, InterruptedException {
    Graph g = graph(name);
    CProgram p = CTarget.compile(g, name, List.of());
    Compiled.assumeThere("gcc");
    Compiled.write(folder, p);
    Signature s = Signature.of(p.name(), p.schedule().graph());
    String calls = s.outputs().stream().map(o -> ", " + o.name()).reduce("", String::concat);
    StringBuilder outputs = new StringBuilder();
    s.outputs()
        .forEach(o -> outputs.append("  static ").append(o.declaration(false)).append(";\n"));
    Files.writeString(
        folder.resolve("canary.c"),
        """
        #include "%1$s.c"
        #include <stdio.h>
        static size_t highest(int canary) {
          static float image[%2$d];
        %3$s
          for (int i = 0; i < %2$d; i++) image[i] = (float)(i * 37 %% 11) - 5;
          memset(&arena, canary, sizeof arena);
          %1$s(image%4$s);
          size_t n = sizeof arena;
          while (n > 0 && arena.bytes[n - 1] == canary) n--;
          return n;
        }
        int main(void) {
          const size_t a = highest(0x5a), b = highest(0xa5);
          printf("%%d %%d", (int)sizeof arena, (int)(a > b ? a : b));
          return 0;
        }
        """
            .formatted(name, g.inputs().getFirst().type().shape().size(), outputs, calls));
    String[] numbers = run("canary").split(" ");
    assertThat(Long.parseLong(numbers[0])).isEqualTo(p.arenaBytes());
    assertThat(p.arenaBytes()).isEqualTo(p.schedule().extents().get("arena"));
    assertThat(Long.parseLong(numbers[1])).isBetween(p.arenaBytes() - 15, p.arenaBytes());
  }

  /** Compiles one file from another folder and gives what it prints. */
  private String run(String file) throws IOException, InterruptedException {
    Path program = folder.resolve(file);
    call("gcc", "-std=c99", "-O1", program + ".c", "-o", program.toString(), "-lm");
    return call(program.toString());
  }

  private static String call(String... command) throws IOException, InterruptedException {
    Process p =
        new ProcessBuilder(command)
            .directory(Path.of(System.getProperty("java.io.tmpdir")).toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(p.waitFor()).as(said).isZero();
    return said;
  }

  @Test
  void switchesOfTwoByTwoTakeTwoBitsAndDecisionsOne() {
    CProgram p = CTarget.compile(graph("pooled_guided"), "p", List.of());
    assertThat(p.files().get("p.c"))
        .contains("pack_2(", "unpack_1(", "max_pool_route_f32_2_2x2_stride_2(")
        .doesNotContain("malloc", "pack_4");
  }

  @Test
  void onlyKernelsThatAreCalledAreThere() {
    for (String name : List.of("residual_saliency", "pooled_guided", "pooled_int8")) {
      String text = CTarget.compile(graph(name), name, List.of()).files().get(name + ".c");
      Matcher m = Pattern.compile("KERNEL \\w+ (\\w+)\\(").matcher(text);
      while (m.find()) {
        assertThat(text.split("\\b" + m.group(1) + "\\(").length).as(m.group(1)).isGreaterThan(2);
      }
    }
  }

  @Test
  void anOutputThatIsKnownOrAnInputIsGivenToo() throws IOException, InterruptedException {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3)));
    Value truth = b.emit(new Input("truth", TensorType.of(ElementType.BOOL, 1, 11)));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("same", x);
    outputs.put("1 known/value", b.constant(Tensor.scalar(ElementType.INT64, 5)));
    outputs.put("int", truth);
    outputs.put("reshaped", b.reshape(x, 0, 3, 1));
    Graph g = b.finish(outputs);
    Map<String, Tensor> inputs =
        Map.of(
            "x", Small.image(g, 1),
            "truth",
                Tensor.of(
                    TensorType.of(ElementType.BOOL, 1, 11),
                    new double[] {1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 1}));
    CProgram program = CTarget.compile(g, "9 to", List.of());
    assertThat(Compiled.by("gcc", folder, List.of(program), "-O1").run(inputs))
        .isEqualTo(Compiled.interpreted(g, inputs));
  }

  @Test
  void namesOfTheModelAreNamesInC() {
    assertThat(
            Stream.of("input", "a b", "9", "int", "v12", "rows", "_x", "")
                .map(Signature::identifier))
        .containsExactly("input", "a_b", "n9", "int_", "v12_", "rows_", "n_x", "n_");
    assertThat(Signature.shown("a */ b\nc")).isEqualTo("a * / b?c");
  }

  /** A model {@code math.onnx}, names that meet each other in C, and one that C has for itself. */
  @ParameterizedTest
  @ValueSource(strings = {"math", "string", "exp", "printf"})
  void namesThatCHasForItselfAreLeftToIt(String name) throws IOException, InterruptedException {
    Builder b = new Builder();
    TensorType three = TensorType.of(ElementType.FLOAT32, 1, 3);
    List<String> inputs = List.of("a.b", "a_b", "a_b_2");
    List<Value> x = inputs.stream().map(i -> b.emit(new Input(i, three), List.of())).toList();
    Value sum = b.add(b.exp(b.add(x.get(0), x.get(1))), x.get(2));
    Graph g = b.finish(new LinkedHashMap<>(Map.of("expf", sum, "memset", b.add(sum, x.get(0)))));
    Map<String, Tensor> given = new LinkedHashMap<>();
    inputs.forEach(i -> given.put(i, Tensor.of(three.shape(), 0.5f, -1f, i.length())));
    CProgram program = CTarget.compile(g, name, List.of());
    Map<String, Tensor> got =
        Compiled.by("gcc", folder, List.of(program), "-O1", "-I" + folder).run(given);
    Compiled.interpreted(g, given)
        .forEach((output, t) ->
            assertThat(Distance.relative(got.get(output), t)).as(output).isLessThan(1e-6));
  }

  @Test
  void halfPrecisionIsRefusedWithItsNode() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3)));
    Value y = b.emit(new Cast(ElementType.FLOAT16), x);
    b.name(y, "half");
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of("y", y));
    Graph g = b.finish(outputs);
    assertThatThrownBy(() -> CTarget.compile(g, "p", List.of()))
        .isInstanceOf(TargetException.class)
        .hasMessage("Cast in C wants floats of 32 or 64 bits, got float16[1,3] (node \"half\")");
  }

  @Test
  void windowsOfManyTapsAreRefused() {
    Builder b = new Builder();
    Window w = Window.of(16, 16, 16);
    TensorType image = TensorType.of(ElementType.FLOAT32, 1, 1, 32, 32);
    TensorType pooled = TensorType.of(ElementType.FLOAT32, 1, 1, 2, 2);
    Value y =
        b.emit(
            new MaxPoolGradient(w),
            b.emit(new Input("x", image)),
            b.emit(new Input("y", pooled)),
            b.emit(new Input("dy", pooled)));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of("dx", y));
    Graph g = b.finish(outputs);
    assertThatThrownBy(() -> CTarget.compile(g, "p", List.of()))
        .hasMessageContaining("MaxPoolGradient in C wants windows of at most 255 taps, got 256");
  }
}
