package whyc.target.c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.tensor.Tensor;

/** Trained networks, explained in C as the interpreter explains them. */
class CModelsTest {
  private static final List<String> METHODS = List.of("gradcam", "saliency");

  @TempDir private Path folder;

  /** The largest network takes a compiler half a minute: one of them will do. */
  private static List<String> compilers(Trained t) {
    List<String> there = Compiled.COMPILERS.stream().filter(Compiled::isThere).toList();
    assumeThat(there).as("neither gcc nor clang is installed").isNotEmpty();
    return t == Trained.SQUEEZENET ? there.subList(0, 1) : there;
  }

  private void agrees(Graph g, Trained t, double bound) throws IOException, InterruptedException {
    CProgram program = CTarget.compile(g, "network", List.of("a test"));
    Map<String, Tensor> given = Map.of(t.input(), t.images(1).getFirst());
    Map<String, Tensor> wanted = Compiled.interpreted(g, given);
    for (String compiler : compilers(t)) {
      Map<String, Tensor> got = Compiled.by(compiler, folder, List.of(program), "-O2").run(given);
      assertThat(got.keySet()).containsExactlyElementsOf(wanted.keySet());
      wanted.forEach((name, expected) ->
          assertThat(Distance.relative(got.get(name), expected))
              .as("%s by %s", name, compiler)
              .isLessThanOrEqualTo(bound));
    }
  }

  @ParameterizedTest
  @EnumSource
  void realNumbersAreWithinAHundredThousandthOfTheLargest(Trained t)
      throws IOException, InterruptedException {
    agrees(t.explained(METHODS), t, 1e-5);
  }

  static Stream<Arguments> widths() {
    return Stream.of(Trained.values())
        .flatMap(t -> Stream.of(Width.INT8, Width.INT16).map(w -> Arguments.of(t, w)))
        .filter(a -> !(a.get()[0] == Trained.SQUEEZENET && a.get()[1] == Width.INT16));
  }

  @ParameterizedTest
  @MethodSource("widths")
  void integersHaveTheSameBits(Trained t, Width width) throws IOException, InterruptedException {
    Graph g = t.explained(METHODS);
    Observation o = Observation.of(g);
    Statistics s =
        o.statistics(Interpreter.run(o.graph(), Map.of(t.input(), t.images(2).getLast())));
    List<String> predictions = List.copyOf(t.model().graph().outputs().keySet());
    Quantize.Options options =
        Quantize.Options.of(width).withGradients(Width.INT16, predictions).withUnsigned();
    agrees(new Quantize(s, options).apply(g), t, 0);
  }
}
