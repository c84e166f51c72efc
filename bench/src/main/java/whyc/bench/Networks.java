package whyc.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;

/** The networks that are measured. */
final class Networks {
  private Networks() {}

  /**
   * One network.
   *
   * @param deviation of the random input: about that of real ones
   */
  record Network(String name, Model model, double deviation) {}

  /** Trained ones of the reference data: name, file, deviation of the input. */
  private record Trained(String name, String file, double deviation) {}

  private static final List<Trained> TRAINED =
      List.of(
          new Trained("ResNet-50 (int8 weights)", "imagenet/resnet50_w8.onnx", 60),
          new Trained("SqueezeNet 1.1", "imagenet/squeezenet1_1.onnx", 60),
          new Trained("MobileNetV2", "imagenet/mobilenet_v2_1.0_224.onnx", 0.5),
          new Trained("ResNet-20 (CIFAR)", "cifar10/resnet20_cifar10.onnx", 1),
          new Trained("ResNet-56 (CIFAR)", "cifar10/resnet56_cifar10.onnx", 1),
          new Trained("ResNet-8 (MLPerf Tiny)", "mlperf_tiny/ic_resnet8.onnx", 60),
          new Trained("MobileNetV1 (MLPerf Tiny)", "mlperf_tiny/vww_mobilenet_v1_025_96.onnx", 0.3),
          new Trained("DS-CNN (MLPerf Tiny)", "mlperf_tiny/kws_dscnn.onnx", 1));

  /** A ResNet with random weights. */
  static Model random(int layers) {
    byte[] bytes = OnnxWriter.write(ResNets.of(layers), true).toByteArray();
    return Model.read(OnnxModel.parse("resnet" + layers, bytes), Optional.empty());
  }

  /** ResNet-18 and -34 with random weights, and what is there of the reference data. */
  static List<Network> all(Optional<Path> referenceData) {
    List<Network> networks = new ArrayList<>();
    for (int layers : new int[] {18, 34}) {
      networks.add(new Network("ResNet-" + layers + " (random)", random(layers), 1));
    }
    for (Trained t : TRAINED) {
      referenceData
          .map(folder -> folder.resolve("models").resolve(t.file()))
          .filter(Files::exists)
          .map(file -> Model.read(OnnxModel.read(file), Optional.empty()))
          .ifPresent(model -> networks.add(new Network(t.name(), model, t.deviation())));
    }
    return networks;
  }
}
