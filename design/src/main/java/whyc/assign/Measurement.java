package whyc.assign;

import java.util.Arrays;
import java.util.List;
import whyc.tensor.Tensor;

/** A way to measure, prepared for one network. */
interface Measurement extends AutoCloseable {

  /** How many images are measured at once. */
  int rows();

  /**
   * Measures some images.
   *
   * @param images as many as {@link #rows}
   * @param classes the class asked about for each
   * @param first the place of the first among all examples, from which follows whatever is random
   */
  Measured measure(Tensor images, int[] classes, int first);

  @Override
  void close();

  /**
   * Values for each image, one for each channel of all layers, or one for each layer.
   *
   * @param scores what importance is the mean of
   * @param signed the same before signs were left out, if they were
   * @param differences for each image what the signed values of a full cut want to sum to; empty if
   *     nothing is promised
   */
  record Measured(List<double[]> scores, List<double[]> signed, List<Double> differences) {

    /** Values whose sign counts. */
    static Measured plain(List<double[]> values) {
      return new Measured(values, values, List.of());
    }

    /** Values of which either sign stands for importance. */
    static Measured magnitudes(List<double[]> signed) {
      List<double[]> scores =
          signed.stream().map(row -> Arrays.stream(row).map(Math::abs).toArray()).toList();
      return new Measured(scores, signed, List.of());
    }
  }
}
