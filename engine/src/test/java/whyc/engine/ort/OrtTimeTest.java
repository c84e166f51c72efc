package whyc.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.explain.Asked;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Relu;
import whyc.op.Sin;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class OrtTimeTest {
  private static final Path DATA =
      Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));

  /** Ratios measured by {@code whyc bench cost}: bench/results/cost-onnxruntime.md. */
  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({
    "imagenet/resnet50_w8.onnx, gradcam, 0.982",
    "imagenet/resnet50_w8.onnx, eigencam, 0.985",
    "imagenet/resnet50_w8.onnx, saliency, 1.902",
    "imagenet/squeezenet1_1.onnx, gradcam, 1.034",
    "imagenet/squeezenet1_1.onnx, eigencam, 1.353",
    "imagenet/squeezenet1_1.onnx, saliency, 3.792",
    "imagenet/mobilenet_v2_1.0_224.onnx, gradcam, 1.017",
    "imagenet/mobilenet_v2_1.0_224.onnx, eigencam, 1.050",
    "imagenet/mobilenet_v2_1.0_224.onnx, saliency, 3.213",
    "cifar10/resnet20_cifar10.onnx, gradcam, 1.013",
    "cifar10/resnet20_cifar10.onnx, eigencam, 1.263",
    "cifar10/resnet20_cifar10.onnx, saliency, 2.270",
    "cifar10/resnet56_cifar10.onnx, gradcam, 0.996",
    "cifar10/resnet56_cifar10.onnx, eigencam, 1.096",
    "cifar10/resnet56_cifar10.onnx, saliency, 2.227",
    "mlperf_tiny/ic_resnet8.onnx, gradcam, 1.055",
    "mlperf_tiny/ic_resnet8.onnx, eigencam, 1.871",
    "mlperf_tiny/ic_resnet8.onnx, saliency, 2.447",
    "mlperf_tiny/vww_mobilenet_v1_025_96.onnx, gradcam, 1.060",
    "mlperf_tiny/vww_mobilenet_v1_025_96.onnx, eigencam, 1.481",
    "mlperf_tiny/vww_mobilenet_v1_025_96.onnx, saliency, 3.113",
    "mlperf_tiny/kws_dscnn.onnx, gradcam, 1.191",
    "mlperf_tiny/kws_dscnn.onnx, eigencam, 3.650",
    "mlperf_tiny/kws_dscnn.onnx, saliency, 2.381"
  })
  void whatAMethodAddsIsWithinAQuarterOfWhatWasMeasured(String file, String method, double ratio) {
    Path path = DATA.resolve("models").resolve(file);
    assumeTrue(Files.exists(path), path + " is not there: see WHYC_TEST_DATA");
    Model model = Model.read(OnnxModel.read(path), Optional.empty());
    Question q = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
    Graph explained =
        Asked.all(
            model.graph(),
            List.of(
                new Asked(
                    "map",
                    Methods.named(method)
                        .create(model.graph(), q, Methods.Options.of(Profile.WHYC)),
                    q)));
    double predicted = OrtTime.predict(model, explained) / OrtTime.predict(model, model.graph());
    // Three hundredths are what two measurements differ by.
    assertThat(predicted - 1).isCloseTo(ratio - 1, within(0.25 * (ratio - 1) + 0.03));
  }

  private static double predict(BiFunction<Builder, Value, Value> body) {
    Builder b = new Builder();
    Value x =
        b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 3, 64, 32, 32)), List.of(), "x");
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", body.apply(b, x));
    Graph graph = b.finish(outputs);
    byte[] bytes = OnnxWriter.write(graph, true).toByteArray();
    Model model = Model.read(OnnxModel.parse("test", bytes), Optional.empty());
    return OrtTime.predict(model, model.graph());
  }

  private static Value conv(Builder b, Value x) {
    Value weight = b.constant(Tensor.filled(TensorType.of(ElementType.FLOAT32, 64, 64, 3, 3), 1));
    return b.emit(new Conv(Window.of(3, 3, 1).padded(1, 1, 1, 1), 1), x, weight);
  }

  @Test
  void anActivationIsPartOfItsConvolution() {
    double plain = predict(OrtTimeTest::conv);
    assertThat(predict((b, x) -> b.emit(new Relu(), conv(b, x)))).isEqualTo(plain);
    assertThat(predict((b, x) -> b.emit(new Sin(), conv(b, x)))).isGreaterThan(plain + 1000);
  }

  @Test
  void whatSomebodyElseReadsIsNotPartOfIt() {
    double once = predict((b, x) -> b.emit(new Relu(), conv(b, x)));
    double twice =
        predict((b, x) -> {
          Value y = conv(b, x);
          return b.mul(b.emit(new Relu(), y), y);
        });
    // A call and some bytes for each of the two.
    assertThat(twice).isGreaterThan(once + 2000);
  }

  @Test
  void whatNeitherOutputNeedsCostsNothing() {
    double plain = predict(OrtTimeTest::conv);
    assertThat(
            predict((b, x) -> {
              conv(b, b.emit(new Sin(), x));
              return conv(b, x);
            }))
        .isEqualTo(plain);
  }

  @Test
  void depthwiseConvolutionsAreSlowerForTheirArithmetic() {
    double dense = predict(OrtTimeTest::conv) - predict((b, x) -> b.emit(new Relu(), x));
    double depthwise =
        predict((b, x) -> {
          Value weight =
              b.constant(Tensor.filled(TensorType.of(ElementType.FLOAT32, 64, 1, 3, 3), 1));
          return b.emit(new Conv(Window.of(3, 3, 1).padded(1, 1, 1, 1), 64), x, weight);
        })
            - predict((b, x) -> b.emit(new Relu(), x));
    assertThat(depthwise).isBetween(dense / 64, dense / 5);
  }
}
