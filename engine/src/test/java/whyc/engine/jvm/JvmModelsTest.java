package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.Decisions;
import whyc.engine.Program;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.op.Input;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/** Trained networks on the JVM against ONNX Runtime. */
class JvmModelsTest {
  private static final OrtEngine ORT = OrtEngine.create(new OrtEngine.Options(1, true));
  private static final JvmEngine JVM =
      JvmEngine.create(new JvmEngine.Options(1, Lanes.preferred(), Long.MAX_VALUE));
  private static final JvmEngine TWO =
      JvmEngine.create(new JvmEngine.Options(2, Lanes.preferred(), Long.MAX_VALUE));

  /** A number this near to a threshold, as a part of the largest, may fall to either side. */
  private static final double NEAR = 1e-5;

  @AfterAll
  static void close() {
    JVM.close();
    TWO.close();
  }

  static Stream<String> small() {
    return TestModels.SMALL.stream();
  }

  static Stream<String> agrees() {
    return Stream.concat(TestModels.SMALL.stream(), TestModels.LARGE.stream());
  }

  /** On noise, which no network has been trained for. */
  @ParameterizedTest
  @MethodSource("small")
  void agreesOnNoise(String name) {
    Model m = TestModels.read(name);
    expectAgreement(JVM, m, TestModels.noise(m, m.dynamicBatch() ? 2 : 1, 7));
  }

  /** On images, as the network wants them prepared. */
  @ParameterizedTest
  @MethodSource("agrees")
  void agreesOnImages(String name) {
    Model m = TestModels.read(name);
    expectAgreement(
        TWO,
        m,
        TestImages.of(name, m, TestModels.SMALL.contains(name) && m.dynamicBatch() ? 5 : 1));
  }

  static Stream<Arguments> otherWidths() {
    return TestModels.SMALL.stream()
        .flatMap(name -> Stream.of(Lanes.FOUR, Lanes.EIGHT).map(w -> Arguments.of(name, w)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void otherWidths(String name, Lanes lanes) {
    Model m = TestModels.read(name);
    try (JvmEngine engine = JvmEngine.create(new JvmEngine.Options(1, lanes, Long.MAX_VALUE))) {
      expectAgreement(engine, m, TestImages.of(name, m, 1));
    }
  }

  /**
   * Logits to 1e-5; maps by cosine and by the quantile of 99.9 % of the differences. Where a ReLU
   * or a pooling falls to the other side, it must stand so near the threshold that rounding
   * decides; then the map may differ.
   */
  private static void expectAgreement(JvmEngine engine, Model m, Tensor images) {
    Graph g = TestModels.explained(m, "saliency", "gradcam");
    String logits = TestModels.output(m);
    Set<String> outputs = Set.of(logits, "saliency", "gradcam");
    Map<String, Tensor> inputs = Map.of(m.input(), images);
    SequencedMap<String, Tensor> expected;
    SequencedMap<String, Tensor> computed;
    try (Program ort = ORT.compile(m, g);
        Program jvm = engine.compile(m, g)) {
      expected = ort.run(inputs, outputs);
      computed = jvm.run(inputs, outputs);
    }
    assertThat(distance(computed.get(logits), expected.get(logits))).as("logits").isLessThan(1e-5);
    for (String map : List.of("saliency", "gradcam")) {
      double cosine = cosine(computed.get(map), expected.get(map));
      double quantile = quantile(computed.get(map), expected.get(map));
      if (cosine < 0.99999 || quantile > 1e-4) {
        List<Decisions.Flip> flips = Decisions.differing(m, images, engine, ORT);
        String words =
            "%s: cosine %s, quantile %s, %s"
                .formatted(map, cosine, quantile, Decisions.words(flips));
        System.out.println(words);
        assertThat(flips).as(words).isNotEmpty().allMatch(f -> f.nearness() < NEAR);
        assertThat(cosine).as(words).isGreaterThan(0.99);
      }
    }
  }

  static Stream<String> sameBytes() {
    return Stream.concat(TestModels.SMALL.stream(), Stream.of("imagenet/squeezenet1_1"));
  }

  /** Cold and warm, on one thread and on two, alone and among others: the same bytes. */
  @ParameterizedTest
  @MethodSource
  void sameBytes(String name) {
    Model m = TestModels.read(name);
    Graph g = TestModels.explained(m, "saliency", "gradcam");
    Set<String> outputs = Set.of(TestModels.output(m), "saliency", "gradcam");
    Tensor images = TestModels.noise(m, 3, 11);
    try (Program one = JVM.compile(m, g);
        Program two = TWO.compile(m, g)) {
      SequencedMap<String, Tensor> cold = one.run(Map.of(m.input(), images), outputs);
      int runs = TestModels.SMALL.contains(name) ? 300 : 5;
      for (int i = 0; i < runs; i++) {
        one.run(Map.of(m.input(), images), outputs);
      }
      SequencedMap<String, Tensor> warm = one.run(Map.of(m.input(), images), outputs);
      SequencedMap<String, Tensor> split = two.run(Map.of(m.input(), images), outputs);
      for (String output : outputs) {
        assertThat(warm.get(output).floats()).as(output).isEqualTo(cold.get(output).floats());
        assertThat(split.get(output).floats()).as(output).isEqualTo(cold.get(output).floats());
      }
      if (m.dynamicBatch()) {
        Tensor alone = row(images, 1);
        SequencedMap<String, Tensor> single = one.run(Map.of(m.input(), alone), outputs);
        for (String output : outputs) {
          assertThat(single.get(output).floats())
              .as(output)
              .isEqualTo(row(cold.get(output), 1).floats());
        }
      }
    }
  }

  private static Tensor row(Tensor t, int n) {
    int size = t.size() / t.shape().dim(0);
    return Tensor.of(
        t.shape().with(0, 1), Arrays.copyOfRange(t.floats(), n * size, (n + 1) * size));
  }

  static Stream<Arguments> runsAllocateNothing() {
    return Stream.concat(
            TestModels.SMALL.stream(),
            everything() ? TestModels.LARGE.stream() : Stream.<String>of())
        .flatMap(name ->
            Stream.of("prediction", "maps", "integratedgradients")
                .map(method -> Arguments.of(name, method)));
  }

  /** {@code -Dwhyc.golden=all} takes minutes. */
  private static boolean everything() {
    return System.getProperty("whyc.golden", "").equals("all");
  }

  /** Runs of a bound program allocate nothing once they are warm, on two threads. */
  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void runsAllocateNothing(String name, String method) {
    Model m = TestModels.read(name);
    Graph g =
        switch (method) {
          case "prediction" -> m.graph();
          case "integratedgradients" -> TestModels.partial(m);
          default -> TestModels.explained(m, "saliency", "gradcam", "guided");
        };
    try (JvmProgram program = TWO.compile(m, g)) {
      JvmProgram.Bound bound = program.at(1);
      Set<String> outputs = g.outputs().keySet();
      String[] inputs = g.inputs().stream().map(Input::input).toArray(String[]::new);
      Tensor[] given =
          g.inputs().stream()
              .map(i -> i.type().with(i.type().shape().with(0, 1)))
              .map(type -> Tensor.filled(type, 0))
              .toArray(Tensor[]::new);
      given[0] = TestModels.noise(m, 1, 3);
      float[][] floats =
          Stream.of(given)
              .map(t -> t.element() == ElementType.FLOAT32 ? t.floats() : new float[0])
              .toArray(float[][]::new);
      long[][] longs =
          Stream.of(given)
              .map(t -> t.element() == ElementType.INT64 ? t.longs() : new long[0])
              .toArray(long[][]::new);
      String result = g.outputs().lastEntry().getKey();
      float[] found = new float[bound.shape(result).size()];
      Runnable run =
          () -> {
            for (int i = 0; i < inputs.length; i++) {
              if (floats[i].length > 0) {
                bound.input(inputs[i], floats[i]);
              } else {
                bound.input(inputs[i], longs[i]);
              }
            }
            bound.run(outputs);
            bound.output(result, found);
          };
      assertThat(Allocations.settled(run, 20, 40)).isLessThanOrEqualTo(Allocations.ASKING);
    }
  }

  private static double distance(Tensor computed, Tensor expected) {
    double distance = 0;
    double length = 0;
    for (int i = 0; i < computed.size(); i++) {
      double d = computed.at(i) - expected.at(i);
      distance += d * d;
      length += expected.at(i) * expected.at(i);
    }
    return Math.sqrt(distance / Math.max(length, 1e-30));
  }

  private static double cosine(Tensor computed, Tensor expected) {
    double product = 0;
    double a = 0;
    double b = 0;
    for (int i = 0; i < computed.size(); i++) {
      product += computed.at(i) * expected.at(i);
      a += computed.at(i) * computed.at(i);
      b += expected.at(i) * expected.at(i);
    }
    return a == 0 && b == 0 ? 1 : product / Math.sqrt(a * b);
  }

  /** Of the differences, as a part of the largest value, the one that 99.9 % do not exceed. */
  private static double quantile(Tensor computed, Tensor expected) {
    double[] differences = new double[computed.size()];
    double largest = 1e-30;
    for (int i = 0; i < differences.length; i++) {
      differences[i] = Math.abs(computed.at(i) - expected.at(i));
      largest = Math.max(largest, Math.abs(expected.at(i)));
    }
    Arrays.sort(differences);
    return differences[(int) Math.ceil(0.999 * differences.length) - 1] / largest;
  }
}
