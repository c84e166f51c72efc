package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.compile.QuantizedOnnx;
import whyc.engine.jvm.JvmEngine;
import whyc.explain.Asked;
import whyc.explain.Explanation;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Trained networks in integers, on real images: interpreter, engine and ONNX Runtime at each level
 * of optimisation give the same bits.
 */
class QuantizedNetworksTest {
  private static final int IMAGE_BYTES = 3 * 32 * 32;
  private static final double[] MEAN = {0.485, 0.456, 0.406};
  private static final double[] DEVIATION = {0.229, 0.224, 0.225};

  private static Path data() {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return data;
  }

  private static Model model(String name) {
    Path file = data().resolve("models").resolve(name + ".onnx");
    return Model.read(OnnxModel.read(file), Optional.empty());
  }

  /** A CIFAR test image as the network wants it. */
  private static Map<String, Tensor> image(Model m, int index) throws IOException {
    byte[] all = Files.readAllBytes(data().resolve("images/cifar10/test_0000_1999.bin"));
    boolean raw = m.file().name().contains("resnet8");
    float[] x = new float[IMAGE_BYTES];
    for (int i = 0; i < x.length; i++) {
      int u = all[index * (IMAGE_BYTES + 1) + 1 + i] & 0xff;
      int c = i / 1024;
      x[i] = raw ? u : (float) ((u / 255.0 - MEAN[c]) / DEVIATION[c]);
    }
    return Map.of(m.input(), Tensor.of(Shape.of(1, 3, 32, 32), x));
  }

  private static Quantized quantized(Model m, Graph g, Quantize.Options options)
      throws IOException {
    Observation o = Observation.of(g);
    Statistics s = Statistics.empty();
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(1));
        Program p = engine.compile(m, o.graph())) {
      for (int i = 0; i < 8; i++) {
        s = s.plus(o.statistics(p.run(image(m, i), Set.copyOf(o.outputs()))));
      }
    }
    return new Quantize(s, options).quantized(g);
  }

  private static List<Map<String, Tensor>> interpreted(Model m, Graph g, int images)
      throws IOException {
    List<Map<String, Tensor>> results = new ArrayList<>();
    Graph one = g.withBatch(1);
    for (int i = 0; i < images; i++) {
      results.add(Interpreter.run(one, image(m, 100 + i)));
    }
    return results;
  }

  @ParameterizedTest(name = "{0} {1} unsigned={2}")
  @CsvSource({
    "mlperf_tiny/ic_resnet8, INT8, false",
    "mlperf_tiny/ic_resnet8, INT8, true",
    "mlperf_tiny/ic_resnet8, INT16, false",
    "cifar10/resnet20_cifar10, INT8, false",
    "cifar10/resnet20_cifar10, INT8, true"
  })
  void everyoneComputesTheSameBits(String name, Width width, boolean unsigned)
      throws IOException, OrtException {
    Model m = model(name);
    Quantize.Options options = Quantize.Options.of(width);
    Quantized q = quantized(m, m.graph(), unsigned ? options.withUnsigned() : options);
    assertThat(q.real()).isEmpty();
    List<Map<String, Tensor>> expected = interpreted(m, q.graph(), 4);
    expectOnJvm(m, q.graph(), expected);
    QuantizedOnnx onnx = QuantizedOnnx.of(q, true);
    assertThat(onnx.inIntegers()).isEqualTo(width == Width.INT8);
    if (onnx.inIntegers()) {
      assertThat(onnx.proto().getGraph().getNodeList().stream().map(n -> n.getOpType()))
          .contains("QLinearConv", "QuantizeLinear", "DequantizeLinear", "MatMulInteger")
          .doesNotContain("Conv", "MatMul");
    }
    expectInOnnxRuntime(m, onnx, expected);
    expectAsRead(m, onnx, expected);
  }

  @Test
  void anExplanationInIntegersHasTheSameBitsEverywhere() throws IOException, OrtException {
    Model m = model("mlperf_tiny/ic_resnet8");
    Graph g = explained(m);
    Quantize.Options options =
        Quantize.Options.of(Width.INT8).withGradients(Width.INT16, List.of(output(m)));
    Quantized q = quantized(m, g, options);
    assertThat(q.real()).isEmpty();
    List<Map<String, Tensor>> expected = interpreted(m, q.graph(), 2);
    expectOnJvm(m, q.graph(), expected);
    QuantizedOnnx onnx = QuantizedOnnx.of(q, true);
    assertThat(onnx.inIntegers()).isFalse();
    expectInOnnxRuntime(m, onnx, expected);
  }

  /** With 16 bits a map is that of the floats: what an 8-bit activation flips, 16 bits do not. */
  @Test
  void mapsInSixteenBitsFollowThoseInFloats() throws IOException {
    Model m = model("cifar10/resnet20_cifar10");
    Graph g = explained(m);
    Quantized q = quantized(m, g, Quantize.Options.of(Width.INT16));
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(1));
        Program real = engine.compile(m, g);
        Program integer = engine.compile(m, q.graph())) {
      for (String map : List.of("saliency", "guided-backprop")) {
        double mean = 0;
        for (int i = 0; i < 10; i++) {
          Map<String, Tensor> image = image(m, 100 + i);
          mean +=
              rankCorrelation(
                      real.run(image, Set.of(map)).get(map),
                      integer.run(image, Set.of(map)).get(map))
                  / 10;
        }
        assertThat(mean).as(map).isGreaterThan(0.97);
      }
    }
  }

  private static String output(Model m) {
    return m.graph().outputs().firstEntry().getKey();
  }

  private static Graph explained(Model m) {
    Question question = Question.top(m.input(), output(m));
    List<Asked> asked = new ArrayList<>();
    for (String method : List.of("saliency", "gradcam", "guided-backprop")) {
      Explanation e =
          Methods.named(method).create(m.graph(), question, Methods.Options.of(Profile.WHYC));
      asked.add(new Asked(method, e, question));
    }
    return Asked.all(m.graph(), asked);
  }

  private static void expectOnJvm(Model m, Graph g, List<Map<String, Tensor>> expected)
      throws IOException {
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(1));
        Program p = engine.compile(m, g)) {
      for (int i = 0; i < expected.size(); i++) {
        assertThat(p.run(image(m, 100 + i), g.outputs().keySet()))
            .as("image %d", i)
            .isEqualTo(expected.get(i));
      }
    }
  }

  private static void expectInOnnxRuntime(
      Model m, QuantizedOnnx onnx, List<Map<String, Tensor>> expected)
      throws IOException, OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    for (OptLevel level : OptLevel.values()) {
      try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
        options.setOptimizationLevel(level);
        try (OrtSession session = environment.createSession(onnx.proto().toByteArray(), options)) {
          for (int i = 0; i < expected.size(); i++) {
            Tensor x = image(m, 100 + i).get(m.input());
            expectRun(environment, session, m.input(), x, expected.get(i), level);
          }
        }
      }
    }
  }

  private static void expectRun(
      OrtEnvironment environment,
      OrtSession session,
      String input,
      Tensor x,
      Map<String, Tensor> expected,
      OptLevel level)
      throws OrtException {
    long[] dims = x.shape().dims().stream().mapToLong(d -> d).toArray();
    try (OnnxTensor tensor =
            OnnxTensor.createTensor(environment, FloatBuffer.wrap(x.floats()), dims);
        OrtSession.Result result = session.run(Map.of(input, tensor))) {
      for (String name : expected.keySet()) {
        if (expected.get(name).element().isFloating()) {
          FloatBuffer found = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
          float[] floats = new float[found.remaining()];
          found.get(floats);
          assertThat(floats).as("%s, %s", name, level).isEqualTo(expected.get(name).floats());
        }
      }
    }
  }

  /** The file, read again as any other model. */
  private static void expectAsRead(Model m, QuantizedOnnx onnx, List<Map<String, Tensor>> expected)
      throws IOException {
    byte[] bytes = onnx.proto().toByteArray();
    Model read = Model.read(OnnxModel.parse("quantised.onnx", bytes), Optional.empty());
    Map<String, Tensor> found = Interpreter.run(read.graph().withBatch(1), image(m, 100));
    assertThat(new LinkedHashMap<>(found)).isEqualTo(new LinkedHashMap<>(expected.getFirst()));
  }

  private static double rankCorrelation(Tensor a, Tensor b) {
    double[] x = ranks(a);
    double[] y = ranks(b);
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int i = 0; i < x.length; i++) {
      xy += x[i] * y[i];
      xx += x[i] * x[i];
      yy += y[i] * y[i];
    }
    return xy / Math.sqrt(xx * yy);
  }

  /** Ranks around 0, equal numbers sharing theirs. */
  private static double[] ranks(Tensor t) {
    double[] sorted = t.doubles().clone();
    Arrays.sort(sorted);
    double[] ranks = new double[sorted.length];
    for (int i = 0; i < ranks.length; i++) {
      int first = Arrays.binarySearch(sorted, t.at(i));
      int last = first;
      while (first > 0 && sorted[first - 1] == t.at(i)) {
        first--;
      }
      while (last < sorted.length - 1 && sorted[last + 1] == t.at(i)) {
        last++;
      }
      ranks[i] = (first + last) / 2.0 - (sorted.length - 1) / 2.0;
    }
    return ranks;
  }
}
