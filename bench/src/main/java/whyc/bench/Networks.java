package whyc.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** The networks that are measured. */
final class Networks {
  private static final String BUNDLED = "/whyc/demo/model.onnx";

  private Networks() {}

  /**
   * One network.
   *
   * @param deviation of the random input: about that of real ones
   */
  record Network(String name, Model model, double deviation) {
    String output() {
      return model.graph().outputs().firstEntry().getKey();
    }

    /** Noise in the place of so many images. */
    Tensor images(int batch) {
      return noise(new SplittableRandom(1), model.inputType().shape().with(0, batch), deviation);
    }
  }

  /** One that is made or read when it is wanted. */
  record Source(String name, Supplier<Model> model, double deviation) {
    Network read() {
      return new Network(name, model.get(), deviation);
    }

    boolean isRandom() {
      return name.endsWith("(random)");
    }
  }

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

  static Model read(Path file) {
    return Model.read(OnnxModel.read(file), Optional.empty());
  }

  /** What {@code whyc demo} shows. */
  static Source bundled() {
    return new Source("bundled", Networks::readBundled, 1);
  }

  private static Model readBundled() {
    try (InputStream in = Networks.class.getResourceAsStream(BUNDLED)) {
      byte[] bytes = Objects.requireNonNull(in).readAllBytes();
      return Model.read(OnnxModel.parse("bundled", bytes), Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** ResNet-18 and -34 with random weights, and what is there of the reference data. */
  static List<Source> all(Optional<Path> referenceData) {
    List<Source> networks = new ArrayList<>();
    for (int layers : new int[] {18, 34}) {
      networks.add(new Source("ResNet-" + layers + " (random)", () -> random(layers), 1));
    }
    for (Trained t : TRAINED) {
      referenceData
          .map(folder -> folder.resolve("models").resolve(t.file()))
          .filter(Files::exists)
          .ifPresent(file -> networks.add(new Source(t.name(), () -> read(file), t.deviation())));
    }
    return networks;
  }

  static Tensor noise(SplittableRandom random, Shape shape, double deviation) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian(0, deviation);
    }
    return Tensor.of(shape, values);
  }
}
