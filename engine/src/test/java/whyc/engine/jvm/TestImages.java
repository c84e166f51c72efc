package whyc.engine.jvm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import whyc.onnx.Model;
import whyc.tensor.ElementType;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Real inputs for the networks of {@link TestModels}, prepared as its README says. */
final class TestImages {
  private TestImages() {}

  /** The first images that there are for a network; few networks have more than ten. */
  static Tensor of(String network, Model m, int count) {
    Shape shape = m.inputType().shape().with(0, 1);
    Tensor all =
        switch (network.substring(network.indexOf('/') + 1)) {
          case "resnet20_cifar10" -> cifar(count, CIFAR_MEAN, CIFAR_DEVIATION, 255);
          case "ic_resnet8" -> cifar(count, ZERO, ONE, 1);
          case "vww_mobilenet_v1_025_96" ->
              planes(npy("images/open/vww_input_u8_96.npy"), count, ZERO, ONE, 255, false);
          case "kws_dscnn" -> npy("expected/kws_dscnn_input.npy");
          case "mnist_cntk" -> digits(count);
          case "mobilenet_v2_1.0_224" ->
              planes(golden("squeezenet1_1"), count, ONE, ONE, 127.5, false);
          case "resnet50_w8" ->
              planes(
                  golden("resnet50_w8"),
                  count,
                  new double[] {103.939, 116.779, 123.68},
                  ONE,
                  1,
                  true);
          default ->
              planes(golden("squeezenet1_1"), count, new double[] {104, 117, 123}, ONE, 1, true);
        };
    return Tensor.of(shape.with(0, count), Arrays.copyOf(all.floats(), count * shape.size()));
  }

  private static final double[] ZERO = {0, 0, 0};
  private static final double[] ONE = {1, 1, 1};
  private static final double[] CIFAR_MEAN = {0.485, 0.456, 0.406};
  private static final double[] CIFAR_DEVIATION = {0.229, 0.224, 0.225};

  private static Tensor golden(String network) {
    return npy("golden/" + network + "/input_u8.npy");
  }

  private static Tensor npy(String file) {
    try {
      return Npy.read(TestModels.data().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String file) {
    try {
      return Files.readAllBytes(TestModels.data().resolve(Path.of("images", file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A byte of label, then planes of red, green and blue. */
  private static Tensor cifar(int count, double[] mean, double[] deviation, double full) {
    byte[] file = bytes("cifar10/test_0000_1999.bin");
    int plane = 32 * 32;
    float[] x = new float[count * 3 * plane];
    for (int i = 0; i < x.length; i++) {
      int image = i / (3 * plane);
      int channel = i / plane % 3;
      int value = file[image * (3 * plane + 1) + 1 + i % (3 * plane)] & 0xff;
      x[i] = (float) ((value / full - mean[channel]) / deviation[channel]);
    }
    return Tensor.of(Shape.of(count, 3, 32, 32), x);
  }

  private static Tensor digits(int count) {
    byte[] file = bytes("mnist/t10k_0000_0499-images.idx3");
    float[] x = new float[count * 28 * 28];
    for (int i = 0; i < x.length; i++) {
      x[i] = file[16 + i] & 0xff;
    }
    return Tensor.of(Shape.of(count, 1, 28, 28), x);
  }

  /** Bytes [n,h,w,3] as planes {@code (byte / full - mean) / deviation}. */
  private static Tensor planes(
      Tensor bytes, int count, double[] mean, double[] deviation, double full, boolean reversed) {
    int pixels = bytes.shape().dim(1) * bytes.shape().dim(2);
    double[] x = new double[count * 3 * pixels];
    for (int i = 0; i < x.length; i++) {
      int channel = i / pixels % 3;
      int from = (i / (3 * pixels) * pixels + i % pixels) * 3 + (reversed ? 2 - channel : channel);
      x[i] = (bytes.at(from) / full - mean[channel]) / deviation[channel];
    }
    return Tensor.of(Shape.of(count, 3, bytes.shape().dim(1), bytes.shape().dim(2)), x)
        .cast(ElementType.FLOAT32);
  }
}
