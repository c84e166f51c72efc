package whyc.assign;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.schedule.Footprint;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** How many rows a program takes at once, and how tensors of rows are made and read. */
final class Rows {
  /**
   * What the values of one run may take. More rows save time only while a network is small: the
   * caches of a processor are long full here, and two programs of this size fit any machine.
   */
  private static final long BYTES = 256L << 20;

  private Rows() {}

  /**
   * The most rows that are wanted and fit, halved until they do; 1 always fits.
   *
   * @param program the program for so many rows
   */
  static int fitting(int wanted, IntFunction<Graph> program) {
    int rows = wanted;
    while (rows > 1 && Footprint.of(program.apply(rows)).peakBytes() > BYTES) {
      rows /= 2;
    }
    return rows;
  }

  /** Images at once, for a program with a row for each. */
  static int images(Subject subject, Budget budget, Graph program) {
    return subject.model().dynamicBatch() ? fitting(budget.rows(), program::withBatch) : 1;
  }

  static Tensor classes(int[] classes) {
    return Tensor.of(Shape.of(classes.length), Arrays.stream(classes).asLongStream().toArray());
  }

  /** Rows of numbers, one after the other. */
  static Tensor of(ElementType element, List<double[]> rows) {
    double[] all = rows.stream().flatMapToDouble(Arrays::stream).toArray();
    return Tensor.of(new TensorType(element, Shape.of(rows.size(), rows.getFirst().length)), all);
  }

  /** The rows of a matrix. */
  static List<double[]> split(Tensor matrix) {
    int columns = matrix.shape().dim(1);
    double[] all = matrix.doubles();
    return IntStream.range(0, matrix.shape().dim(0))
        .mapToObj(i -> Arrays.copyOfRange(all, i * columns, (i + 1) * columns))
        .toList();
  }
}
