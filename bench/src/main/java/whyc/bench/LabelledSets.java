package whyc.bench;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import whyc.assign.DataSet;
import whyc.explain.Baseline;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Test images of the reference data with their classes, as its networks want them. */
final class LabelledSets {
  private static final float[] MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] DEVIATION = {0.229f, 0.224f, 0.225f};
  private static final float[] BLUE_GREEN_RED = {103.939f, 116.779f, 123.68f};
  private static final int EXTENT = 224;
  private static final int CIFAR_BYTES = 3 * 32 * 32;
  private static final int MNIST_BYTES = 28 * 28;

  private LabelledSets() {}

  /** Bytes of red, green and blue as numbers: 0 to 255, or by mean and deviation of ImageNet. */
  static DataSet cifar(Path data, int most, boolean normalised) {
    byte[] all = read(data.resolve("images/cifar10/test_0000_1999.bin"));
    List<float[]> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int at = 0; at < all.length && images.size() < most; at += CIFAR_BYTES + 1) {
      float[] x = new float[CIFAR_BYTES];
      for (int i = 0; i < x.length; i++) {
        int value = all[at + 1 + i] & 0xff;
        int c = i / 1024;
        x[i] = normalised ? (value / 255f - MEAN[c]) / DEVIATION[c] : value;
      }
      images.add(x);
      labels.add((int) all[at]);
    }
    return new DataSet("CIFAR-10", Shape.of(3, 32, 32), images, labels);
  }

  /** What a black picture is for a network of CIFAR images. */
  static Baseline black(boolean normalised) {
    float[] x = new float[MEAN.length];
    for (int c = 0; c < x.length && normalised; c++) {
      x[c] = -MEAN[c] / DEVIATION[c];
    }
    return colour(x);
  }

  /** What a black picture is for a network of photographs. */
  static Baseline blackPhotograph() {
    float[] x = new float[BLUE_GREEN_RED.length];
    for (int c = 0; c < x.length; c++) {
      x[c] = -BLUE_GREEN_RED[c];
    }
    return colour(x);
  }

  private static Baseline colour(float[] channels) {
    return new Baseline.Given(Tensor.of(Shape.of(1, 3, 1, 1), channels));
  }

  /**
   * Photographs: blue, green and red less their means, the centre of 224 x 224. There is one of
   * every fifth class.
   */
  static DataSet imageNet(Path data, int most) {
    try (Stream<Path> files = Files.list(data.resolve("images/imagenet/jpg"))) {
      List<float[]> images = new ArrayList<>();
      List<Integer> labels = new ArrayList<>();
      for (Path file : files.sorted().limit(most).toList()) {
        labels.add(5 * images.size());
        images.add(photograph(ImageIO.read(file.toFile())));
      }
      return new DataSet("ImageNet", Shape.of(3, EXTENT, EXTENT), images, labels);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static float[] photograph(BufferedImage image) {
    float[] x = new float[3 * EXTENT * EXTENT];
    for (int i = 0; i < x.length; i++) {
      int c = i / (EXTENT * EXTENT);
      int rgb = image.getRGB(16 + i % EXTENT, 16 + i / EXTENT % EXTENT);
      x[i] = ((rgb >> (8 * c)) & 0xff) - BLUE_GREEN_RED[c];
    }
    return x;
  }

  /** Ink as numbers from 0 to 255. */
  static DataSet mnist(Path data, int most) {
    Path folder = data.resolve("images/mnist");
    byte[] pixels = read(folder.resolve("t10k_0000_0499-images.idx3"));
    byte[] classes = read(folder.resolve("t10k_0000_0499-labels.idx1"));
    List<float[]> images = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    for (int n = 0; 8 + n < classes.length && n < most; n++) {
      float[] x = new float[MNIST_BYTES];
      for (int i = 0; i < x.length; i++) {
        x[i] = pixels[16 + n * MNIST_BYTES + i] & 0xff;
      }
      images.add(x);
      labels.add((int) classes[8 + n]);
    }
    return new DataSet("MNIST", Shape.of(1, 28, 28), images, labels);
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
