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
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.Program;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.tensor.Tensor;

/** Trained networks on the JVM against ONNX Runtime. */
class JvmModelsTest {
  private static final OrtEngine ORT = OrtEngine.create(new OrtEngine.Options(1, true));
  private static final JvmEngine JVM =
      JvmEngine.create(new JvmEngine.Options(1, Lanes.preferred(), Long.MAX_VALUE));
  private static final JvmEngine TWO =
      JvmEngine.create(new JvmEngine.Options(2, Lanes.preferred(), Long.MAX_VALUE));

  @AfterAll
  static void close() {
    JVM.close();
    TWO.close();
  }

  static Stream<String> agrees() {
    return Stream.concat(TestModels.SMALL.stream(), TestModels.LARGE.stream());
  }

  /**
   * Logits to 1e-5; maps by cosine and by the quantile of 99.9 % of the differences, since a ReLU
   * near zero may fall to the other side and move single pixels.
   */
  @ParameterizedTest
  @MethodSource
  void agrees(String name) {
    Model m = TestModels.read(name);
    Graph g = TestModels.explained(m, "saliency", "gradcam");
    Set<String> outputs = Set.of(TestModels.output(m), "saliency", "gradcam");
    Map<String, Tensor> image = Map.of(m.input(), TestModels.noise(m, 2, 7));
    try (Program ort = ORT.compile(m, g);
        Program jvm = JVM.compile(m, g)) {
      SequencedMap<String, Tensor> expected = ort.run(image, outputs);
      SequencedMap<String, Tensor> computed = jvm.run(image, outputs);
      assertThat(distance(computed.get(TestModels.output(m)), expected.get(TestModels.output(m))))
          .as("logits")
          .isLessThan(1e-5);
      for (String map : List.of("saliency", "gradcam")) {
        assertThat(cosine(computed.get(map), expected.get(map))).as(map).isGreaterThan(0.99999);
        assertThat(quantile(computed.get(map), expected.get(map))).as(map).isLessThan(1e-4);
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
      int runs = TestModels.SMALL.contains(name) ? 2_000 : 30;
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

  /** Runs of a bound program allocate nothing once they are warm. */
  @ParameterizedTest
  @MethodSource("sameBytes")
  void runsAllocateNothing(String name) {
    Model m = TestModels.read(name);
    Graph g = TestModels.explained(m, "saliency", "gradcam");
    String logits = TestModels.output(m);
    Set<String> outputs = Set.of(logits, "saliency", "gradcam");
    float[] image = TestModels.noise(m, 1, 3).floats();
    try (JvmProgram program = JVM.compile(m, g)) {
      JvmProgram.Bound bound = program.at(1);
      float[] scores = new float[g.type(g.output(logits)).shape().size() / batch(g, m)];
      float[] saliency = new float[image.length];
      var threads =
          (com.sun.management.ThreadMXBean)
              java.lang.management.ManagementFactory.getThreadMXBean();
      int warm = TestModels.SMALL.contains(name) ? 3_000 : 40;
      long before = 0;
      for (int i = 0; i < warm + 20; i++) {
        if (i == warm) {
          before = threads.getCurrentThreadAllocatedBytes();
        }
        bound.input(m.input(), image);
        bound.run(outputs);
        bound.output(logits, scores);
        bound.output("saliency", saliency);
      }
      // Asking for the count may itself allocate a little, once.
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20 * 16);
    }
  }

  private static int batch(Graph g, Model m) {
    return m.dynamicBatch() ? g.inputs().getFirst().type().shape().dim(0) : 1;
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
