package whyc.simulate.systolic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.accelerator.Dataflow;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.simulate.Layer;
import whyc.simulate.Loops;

/** Trained networks with their saliency, down to the image, on arrays of 32 by 32. */
final class ExplainedNetworksTest {
  private static List<Layer> layers(String file) {
    Path data = Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));
    assumeTrue(Files.isDirectory(data), "reference data is absent: WHYC_TEST_DATA = " + data);
    Model model =
        Model.read(OnnxModel.read(data.resolve("models").resolve(file)), Optional.empty());
    String scores = model.graph().outputs().firstEntry().getKey();
    Graph explained = new Saliency().explain(model.graph(), Question.top(model.input(), scores));
    return Layer.of(explained, model.graph().outputs().keySet());
  }

  private static Account run(SystolicArray array, List<Layer> layers, Layer.Phase phase) {
    List<Loops> loops =
        layers.stream().filter(layer -> layer.phase() == phase).map(Layer::loops).toList();
    assertThat(loops).isNotEmpty();
    return array.run(loops);
  }

  /**
   * The table of docs/accelerators/systolic.md: multiply-adds of the prediction, cycles of
   * prediction, of explanation by phases and with zeros between inputs, on 32 by 32 elements that
   * keep weights.
   */
  @ParameterizedTest
  @CsvSource({
    "cifar10/resnet20_cifar10.onnx, 40552320, 59131, 64251, 74619",
    "mlperf_tiny/ic_resnet8.onnx, 12502912, 19663, 24783, 36303",
    "imagenet/squeezenet1_1.onnx, 349151936, 374184, 631846, 1309222",
    "imagenet/mobilenet_v2_1.0_224.onnx, 300774272, 2665059, 4204835, 4543523",
  })
  void gradientsAreWorkForArraysToo(
      String file, long multiplyAdds, long predicting, long byPhases, long dilated) {
    List<Layer> layers = layers(file);
    SystolicArray array = SystolicArray.of(Dataflow.WEIGHT_STATIONARY, 32, 32);
    Account inference = run(array, layers, Layer.Phase.INFERENCE);
    Account explanation = run(array, layers, Layer.Phase.EXPLANATION);
    assertThat(inference.multiplyAdds()).isEqualTo(multiplyAdds);
    assertThat(inference.cycles()).isEqualTo(predicting);
    assertThat(explanation.cycles()).isEqualTo(byPhases);
    SystolicArray dilating = array.with(Transposed.ZERO_DILATED);
    assertThat(run(dilating, layers, Layer.Phase.EXPLANATION).cycles()).isEqualTo(dilated);
    assertThat(run(dilating, layers, Layer.Phase.INFERENCE)).isEqualTo(inference);
    // The gradient of a layer by its input takes the layer's own products, but for the edges.
    assertThat((double) explanation.multiplyAdds() / multiplyAdds).isBetween(0.9, 1.15);
  }
}
