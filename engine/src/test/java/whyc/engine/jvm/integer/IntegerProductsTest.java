package whyc.engine.jvm.integer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.op.IntegerConv;
import whyc.op.Product;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Prepared products give what their operators' own evaluation gives, whatever the route. */
class IntegerProductsTest {
  private static final Map<String, Product> CIRCUITS = Circuits.all();

  static Stream<String> circuits() {
    return CIRCUITS.keySet().stream();
  }

  static Stream<Arguments> drawings() {
    LongStream seeds =
        Long.getLong("seed") == null ? LongStream.range(0, 6) : LongStream.of(Long.getLong("seed"));
    return seeds.boxed().flatMap(seed -> circuits().map(c -> Arguments.of(c, seed)));
  }

  @ParameterizedTest
  @MethodSource("circuits")
  void everyProductOfTwoCodesIsThatOfTheTable(String circuit) {
    for (Kernels kernels : Exactness.kernels()) {
      for (ElementType left : List.of(ElementType.UINT8, ElementType.INT8)) {
        for (ElementType right : List.of(ElementType.UINT8, ElementType.INT8)) {
          Exactness.everyProduct(kernels, CIRCUITS.get(circuit), left, right);
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("drawings")
  void convolutionsAreThoseOfTheOperator(String circuit, long seed) {
    for (Kernels kernels : Exactness.kernels()) {
      Exactness.convolution(kernels, CIRCUITS.get(circuit), seed);
    }
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("drawings")
  void matrixProductsAreThoseOfTheOperator(String circuit, long seed) {
    for (Kernels kernels : Exactness.kernels()) {
      Exactness.matrixProduct(kernels, CIRCUITS.get(circuit), seed);
    }
  }

  /**
   * Sums that single precision does not hold: 700 products of 255 * 255 are 45 million, and an odd
   * one more would be lost beside them.
   */
  @ParameterizedTest
  @MethodSource("circuits")
  void longSumsOfLargeProductsAreExact(String circuit) {
    byte[] x = new byte[700 * 3 * 3];
    byte[] w = new byte[3 * 700];
    Arrays.fill(x, (byte) 0xff);
    Arrays.fill(w, (byte) 0xff);
    new SplittableRandom(1).ints(40, 0, x.length).forEach(i -> x[i] = (byte) (i | 1));
    IntegerConv op = new IntegerConv(Window.of(1, 1, 1), 1, 0, CIRCUITS.get(circuit));
    for (Kernels kernels : Exactness.kernels()) {
      Exactness.compare(
          kernels,
          op,
          Tensor.ofBytes(ElementType.UINT8, Shape.of(1, 700, 3, 3), x),
          Tensor.ofBytes(ElementType.UINT8, Shape.of(3, 700, 1, 1), w));
    }
  }

  /** Other processors have narrower vectors, and some no permutation of bytes. */
  @ParameterizedTest
  @ValueSource(strings = {"-XX:MaxVectorSize=32", "-XX:MaxVectorSize=16", "-XX:UseAVX=2"})
  void vectorsOfOtherWidthsAreExactToo(String option) throws IOException, InterruptedException {
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+IgnoreUnrecognizedVMOptions",
                option,
                "-Xmx512m",
                "--add-modules",
                "jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                Exactness.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(p.waitFor()).as(said).isZero();
    assertThat(said).endsWith("exact" + System.lineSeparator());
  }
}
