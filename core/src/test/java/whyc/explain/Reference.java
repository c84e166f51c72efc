package whyc.explain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.tensor.ElementType;
import whyc.tensor.Npy;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Trained networks and explanations of them that were computed with PyTorch in double precision.
 */
final class Reference {
  private Reference() {}

  /** The folder of reference data; where there is none, the test is skipped. */
  static Path data() {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    return data;
  }

  static Model model(String file) {
    return Model.read(OnnxModel.read(data().resolve("models").resolve(file)), Optional.empty());
  }

  static Tensor golden(String net, String name) {
    return read(data().resolve("golden").resolve(net).resolve(name + ".npy"));
  }

  private static Tensor read(Path file) {
    try {
      return Npy.read(file).cast(ElementType.FLOAT64);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Some rows of a tensor. */
  static Tensor rows(Tensor t, int from, int count) {
    int size = t.size() / t.shape().dim(0);
    double[] values = new double[count * size];
    System.arraycopy(t.doubles(), from * size, values, 0, values.length);
    return Tensor.of(t.type().with(t.shape().with(0, count)), values);
  }

  /**
   * Bytes [n,h,w,3] of red, green, blue as [n,3,h,w] of blue, green, red less a mean each, all in
   * single precision: among millions of ReLUs even the last bit of an image decides one.
   */
  static Tensor blueGreenRed(Tensor bytes, double... means) {
    int n = bytes.shape().dim(0);
    int h = bytes.shape().dim(1);
    int w = bytes.shape().dim(2);
    double[] x = new double[bytes.size()];
    for (int i = 0; i < x.length; i++) {
      int c = i / (h * w) % 3;
      int pixel = i / (3 * h * w) * h * w + i % (h * w);
      x[i] = (float) bytes.at(pixel * 3 + 2 - c) - (float) means[c];
    }
    return Tensor.of(Shape.of(n, 3, h, w), x);
  }

  /** For each row {@code |a - b| / |b|}. */
  static double[] distances(Tensor a, Tensor b) {
    assertThat(a.shape().size()).isEqualTo(b.shape().size());
    int rows = b.shape().dim(0);
    int size = b.size() / rows;
    double[] distances = new double[rows];
    for (int r = 0; r < rows; r++) {
      double difference = 0;
      double length = 0;
      for (int i = r * size; i < (r + 1) * size; i++) {
        difference += (a.at(i) - b.at(i)) * (a.at(i) - b.at(i));
        length += b.at(i) * b.at(i);
      }
      distances[r] = Math.sqrt(difference / Math.max(length, Double.MIN_NORMAL));
    }
    return distances;
  }
}
