package whyc.assign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.PrepareToQuantize;

final class StagesTest {
  private static Model read(String file) {
    Path data = Path.of(System.getenv().getOrDefault("WHYC_TEST_DATA", "../../shared/data"));
    assumeTrue(Files.isDirectory(data), "reference data is absent: WHYC_TEST_DATA = " + data);
    return Model.read(OnnxModel.read(data.resolve("models").resolve(file)), Optional.empty());
  }

  @Test
  void aBlockCountsAsAWhole() {
    Stages stages = Nets.residual(1, Nets.Activation.RELU, 0).stages();
    assertThat(stages.byLayer().values()).containsExactly("stem", "B1", "B1", "B1", "head");
    assertThat(stages.names()).containsExactly("stem", "B1", "head");
  }

  /** "reduce" still has the size of the stage before. */
  @Test
  void aLayerBelongsToTheStageThatItsBlockOpens() {
    assertThat(Nets.halving().stages().byLayer().entrySet().stream().map(Object::toString).toList())
        .containsExactly(
            "first=stem", "same=B1", "reduce=B2", "strided=B2", "shortcut=B2", "last=head");
  }

  /**
   * ResNet-50: He et al. 2016, table 1, of 3, 4, 6, 3 blocks with a shortcut layer in each first.
   */
  @ParameterizedTest
  @CsvSource({
    "cifar10/resnet20_cifar10.onnx, stem 1 B1 6 B2 6 B3 6 head 1",
    "cifar10/resnet56_cifar10.onnx, stem 1 B1 18 B2 18 B3 18 head 1",
    "imagenet/resnet50_w8.onnx, stem 1 B1 10 B2 13 B3 19 B4 10 head 1",
    "imagenet/squeezenet1_1.onnx, stem 1 B1 6 B2 6 B3 12 head 1",
    "imagenet/mobilenet_v2_1.0_224.onnx, stem 1 B1 3 B2 6 B3 9 B4 21 B5 12 head 1",
  })
  void stagesOfTrainedNetworks(String file, String wanted) {
    Stages stages = Subject.of(read(file)).stages();
    String found =
        stages.names().stream()
            .map(stage ->
                stage + " " + stages.byLayer().values().stream().filter(stage::equals).count())
            .collect(Collectors.joining(" "));
    assertThat(found).isEqualTo(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "cifar10/resnet20_cifar10.onnx, bn1_out, logits",
    "imagenet/squeezenet1_1.onnx, conv1_out, conv10_out",
    "mnist/mnist_cntk.onnx, Plus30_Output_0, Plus214_Output_0",
  })
  void layersHaveTheSameNamesBeforeAndAfterFolding(String file, String first, String last) {
    Graph read = read(file).graph();
    Graph prepared = new PrepareToQuantize().apply(read);
    List<String> names = WeightedLayer.of(read).stream().map(WeightedLayer::name).toList();
    assertThat(names).startsWith(first).endsWith(last);
    assertThat(WeightedLayer.of(prepared).stream().map(WeightedLayer::name).toList())
        .isEqualTo(names);
  }
}
