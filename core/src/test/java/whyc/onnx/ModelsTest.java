package whyc.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Verifier;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Trained networks: each is read, and the small ones give the logits that ONNX Runtime gave. */
class ModelsTest {
  private static final double BOUND = 1e-5;

  private static final double[] CIFAR_MEAN = {0.485, 0.456, 0.406};
  private static final double[] CIFAR_DEVIATION = {0.229, 0.224, 0.225};
  private static final double[] SQUEEZENET_MEAN = {123, 117, 104};

  private static Path data() {
    Path data = Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));
    assumeTrue(Files.isDirectory(data), "reference data is absent: WHYC_TEST_DATA = " + data);
    return data;
  }

  private static Model model(String name) {
    return Model.read(OnnxModel.read(data().resolve("models").resolve(name)), Optional.empty());
  }

  static Stream<String> models() throws IOException {
    Path data = Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));
    if (!Files.isDirectory(data)) {
      return Stream.of("");
    }
    Path models = data.resolve("models");
    try (Stream<Path> files = Files.walk(models)) {
      return files
          .filter(f -> f.toString().endsWith(".onnx"))
          .map(f -> models.relativize(f).toString())
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void everyNetworkIsReadForEveryBatch(String name) {
    Model model = model(name);
    Graph graph = Verifier.verify(model.graph());
    assertThat(graph.nodes()).isNotEmpty();
    if (model.dynamicBatch()) {
      Graph five = graph.withBatch(5);
      graph
          .outputs()
          .forEach((output, value) ->
              assertThat(five.type(five.output(output)).shape().dim(0)).isEqualTo(5));
    }
  }

  /** What a byte of a channel becomes. */
  private interface Scaling {
    double of(int value, int channel);
  }

  /** Images as CIFAR's files have them: a label, then three planes of 32 x 32. */
  private static Tensor cifar(int count, Scaling scaling) throws IOException {
    byte[] bytes = Files.readAllBytes(data().resolve("images/cifar10/test_0000_1999.bin"));
    int plane = 32 * 32;
    float[] values = new float[count * 3 * plane];
    for (int i = 0; i < values.length; i++) {
      int image = i / (3 * plane);
      int value = Byte.toUnsignedInt(bytes[image * (3 * plane + 1) + 1 + i % (3 * plane)]);
      values[i] = (float) scaling.of(value, i / plane % 3);
    }
    return Tensor.of(Shape.of(count, 3, 32, 32), values);
  }

  /** Images [n,h,w,3] of bytes as planes, in the order of channels that is asked for. */
  private static Tensor planes(Tensor bytes, int count, int[] channels, Scaling scaling) {
    int h = bytes.shape().dim(1);
    int w = bytes.shape().dim(2);
    float[] values = new float[count * 3 * h * w];
    for (int i = 0; i < values.length; i++) {
      int channel = channels[i / (h * w) % 3];
      int pixel = i / (3 * h * w) * h * w + i % (h * w);
      values[i] = (float) scaling.of((int) bytes.at(pixel * 3 + channel), channel);
    }
    return Tensor.of(Shape.of(count, 3, h, w), values);
  }

  private static Tensor logits(Model model, Tensor input) {
    Graph graph =
        model.dynamicBatch() ? model.graph().withBatch(input.shape().dim(0)) : model.graph();
    return Interpreter.run(graph, Map.of(model.input(), input))
        .get(graph.outputs().firstEntry().getKey());
  }

  /** The distance of the first rows of a file from what was computed, relative to their length. */
  private static double distance(Tensor computed, String file) throws IOException {
    Tensor expected = Npy.read(data().resolve(file));
    double difference = 0;
    double length = 0;
    for (int i = 0; i < computed.size(); i++) {
      difference += Math.pow(computed.at(i) - expected.at(i), 2);
      length += Math.pow(expected.at(i), 2);
    }
    return Math.sqrt(difference / length);
  }

  @ParameterizedTest
  @CsvSource({"resnet20_cifar10", "resnet32_cifar10", "resnet56_cifar10"})
  void cifarNetworks(String name) throws IOException {
    Tensor input = cifar(3, (value, c) -> (value / 255.0 - CIFAR_MEAN[c]) / CIFAR_DEVIATION[c]);
    Tensor logits = logits(model("cifar10/" + name + ".onnx"), input);
    assertThat(distance(logits, "expected/" + name + "_logits.npy")).isLessThan(BOUND);
  }

  @Test
  void imageClassificationOfMlPerfTiny() throws IOException {
    Tensor logits = logits(model("mlperf_tiny/ic_resnet8.onnx"), cifar(3, (value, c) -> value));
    assertThat(distance(logits, "expected/ic_resnet8_logits.npy")).isLessThan(BOUND);
  }

  /**
   * Products are added in double precision here and in single precision there, so that a value
   * which lies halfway between two integers may be rounded to the other one: most images are equal
   * to the bit, the others are off by whole steps of the result, four at most.
   */
  @Test
  void theQuantisedNetworkDiffersByWholeStepsAtMost() throws IOException {
    int images = 20;
    double step = 0.172;
    Tensor logits =
        logits(model("mlperf_tiny/ic_resnet8_int8_qdq.onnx"), cifar(images, (value, c) -> value));
    Tensor expected = Npy.read(data().resolve("expected/ic_resnet8_int8_qdq_logits.npy"));
    int equal = 0;
    for (int i = 0; i < images; i++) {
      double worst = 0;
      for (int k = 0; k < 10; k++) {
        worst = Math.max(worst, Math.abs(logits.at(10 * i + k) - expected.at(10 * i + k)));
      }
      assertThat(worst).as("image %d", i).isLessThan(4.5 * step);
      equal += worst < BOUND ? 1 : 0;
    }
    assertThat(equal).isGreaterThanOrEqualTo(images * 3 / 4);
  }

  @Test
  void visualWakeWords() throws IOException {
    Tensor bytes = Npy.read(data().resolve("images/open/vww_input_u8_96.npy"));
    Tensor input = planes(bytes, 3, new int[] {0, 1, 2}, (value, c) -> value / 255.0);
    Tensor logits = logits(model("mlperf_tiny/vww_mobilenet_v1_025_96.onnx"), input);
    assertThat(distance(logits, "expected/vww_mobilenet_v1_025_96_logits.npy")).isLessThan(BOUND);
  }

  @Test
  void keywordSpotting() throws IOException {
    Tensor input = Npy.read(data().resolve("expected/kws_dscnn_input.npy"));
    Tensor logits = logits(model("mlperf_tiny/kws_dscnn.onnx"), input);
    assertThat(distance(logits, "expected/kws_dscnn_logits.npy")).isLessThan(BOUND);
  }

  /** The file says a batch of 1, so images go one by one. */
  @Test
  void mnist() throws IOException {
    Path images = data().resolve("images/mnist");
    List<Path> files;
    try (Stream<Path> listed = Files.list(images)) {
      files = listed.filter(f -> f.getFileName().toString().contains("images")).toList();
    }
    byte[] bytes = Files.readAllBytes(files.getFirst());
    float[] values = new float[28 * 28];
    for (int i = 0; i < values.length; i++) {
      values[i] = Byte.toUnsignedInt(bytes[16 + i]);
    }
    Tensor logits =
        logits(model("mnist/mnist_cntk.onnx"), Tensor.of(Shape.of(1, 1, 28, 28), values));
    assertThat(distance(logits, "expected/mnist_cntk_logits.npy")).isLessThan(BOUND);
  }

  @Test
  void squeezeNet() throws IOException {
    Tensor bytes = Npy.read(data().resolve("golden/squeezenet1_1/input_u8.npy"));
    Tensor input = planes(bytes, 1, new int[] {2, 1, 0}, (value, c) -> value - SQUEEZENET_MEAN[c]);
    Tensor logits = logits(model("imagenet/squeezenet1_1.onnx"), input);
    assertThat(distance(logits, "golden/squeezenet1_1/logits.npy")).isLessThan(BOUND);
  }
}
