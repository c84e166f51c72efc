package whyc.target.c;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assumptions;
import whyc.explain.Asked;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Trained networks of the reference data with images that they were trained for. */
enum Trained {
  RESNET_8("mlperf_tiny/ic_resnet8.onnx"),
  RESNET_20("cifar10/resnet20_cifar10.onnx"),
  SQUEEZENET("imagenet/squeezenet1_1.onnx"),
  MOBILENET("mlperf_tiny/vww_mobilenet_v1_025_96.onnx"),
  DS_CNN("mlperf_tiny/kws_dscnn.onnx"),
  MNIST("mnist/mnist_cntk.onnx");

  private final String file;

  Trained(String file) {
    this.file = file;
  }

  private static Path data() {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return data;
  }

  Model model() {
    return Model.read(OnnxModel.read(data().resolve("models").resolve(file)), Optional.empty());
  }

  String input() {
    return model().input();
  }

  /** The network with some methods, for one image. */
  Graph explained(List<String> methods) {
    Model m = model();
    Question q = Question.top(m.input(), m.graph().outputs().firstEntry().getKey());
    List<Asked> asked = new ArrayList<>();
    for (String method : methods) {
      asked.add(
          new Asked(
              method,
              Methods.named(method).create(m.graph(), q, Methods.Options.of(Profile.WHYC)),
              q));
    }
    Graph g = Asked.all(m.graph(), asked);
    return m.dynamicBatch() ? g.withBatch(1) : g;
  }

  /** Images, prepared. */
  List<Tensor> images(int count) throws IOException {
    List<Tensor> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      images.add(image(i));
    }
    return images;
  }

  private Tensor image(int i) throws IOException {
    Path images = data().resolve("images");
    return switch (this) {
      case RESNET_8 -> cifar(i, 1, new float[3], new float[] {1, 1, 1});
      case RESNET_20 ->
          cifar(
              i,
              1 / 255f,
              new float[] {0.485f, 0.456f, 0.406f},
              new float[] {0.229f, 0.224f, 0.225f});
      case SQUEEZENET ->
          blueGreenRed(Npy.read(data().resolve("golden/squeezenet1_1/input_u8.npy")), i);
      case MOBILENET -> planes(Npy.read(images.resolve("open/vww_input_u8_96.npy")), i, 1 / 255f);
      case DS_CNN -> noise(i, Shape.of(1, 1, 49, 10));
      case MNIST -> noise(i, Shape.of(1, 1, 28, 28));
    };
  }

  private static Tensor cifar(int i, float scale, float[] mean, float[] deviation)
      throws IOException {
    byte[] all = Files.readAllBytes(data().resolve("images/cifar10/test_0000_1999.bin"));
    float[] x = new float[3072];
    for (int k = 0; k < x.length; k++) {
      int c = k / 1024;
      x[k] = ((all[i * 3073 + 1 + k] & 0xff) * scale - mean[c]) / deviation[c];
    }
    return Tensor.of(Shape.of(1, 3, 32, 32), x);
  }

  /** Bytes [n,h,w,3] of one image as [1,3,h,w]. */
  private static Tensor planes(Tensor bytes, int i, float scale) {
    int h = bytes.shape().dim(1);
    int w = bytes.shape().dim(2);
    float[] x = new float[3 * h * w];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) bytes.at((i * h * w + k % (h * w)) * 3 + k / (h * w)) * scale;
    }
    return Tensor.of(Shape.of(1, 3, h, w), x);
  }

  private static Tensor blueGreenRed(Tensor bytes, int i) {
    float[] means = {123, 117, 104};
    Tensor rgb = planes(bytes, i, 1);
    int plane = rgb.size() / 3;
    float[] x = new float[rgb.size()];
    for (int k = 0; k < x.length; k++) {
      int c = 2 - k / plane;
      x[k] = (float) rgb.at(c * plane + k % plane) - means[c];
    }
    return Tensor.of(rgb.shape(), x);
  }

  private static Tensor noise(int seed, Shape shape) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[shape.size()];
    for (int k = 0; k < x.length; k++) {
      x[k] = (float) random.nextGaussian(0, 1);
    }
    return Tensor.of(shape, x);
  }
}
