package whyc.explain;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import whyc.graph.Graph;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * An explanation that is a sum over many points near the image: an integral along a path, a mean
 * over noise. {@link #explain} writes all of them into one program. Where memory is short, {@link
 * #partial} gives a program for a few points, which is run again and again and whose outputs are
 * added up.
 *
 * <pre>{@code
 * Graph few = e.partial(model, question, pointsPerRun);
 * Tensor attribution = e.accumulate(few's inputs, image type, pointsPerRun, feed -> run few);
 * }</pre>
 */
public interface Accumulated extends Explanation {

  /** How often the model is evaluated and differentiated for each image. */
  int points();

  /** How many points a program of {@link #explain} evaluates at once. */
  int pointsPerRun();

  /**
   * A program for some points.
   *
   * @param q whose class is best {@link ClassChoice.Given}: otherwise each run finds it anew
   * @param pointsPerRun how many; a model of fixed batch allows 1
   * @return a graph with the outputs {@link #sums} alone, and inputs for the points beside the
   *     model's
   */
  Graph partial(Graph model, Question q, int pointsPerRun);

  /** The outputs of {@link #partial}, each to be added up over the runs. */
  List<String> sums();

  /**
   * What the runs are fed beside the image and the class, in order. The last one is filled up with
   * points of weight 0. Nothing is computed before it is asked for.
   *
   * @param image the type of the images, with the batch that is run
   */
  Stream<Map<String, Tensor>> feeds(TensorType image, int pointsPerRun);

  /** The attribution from the sums over all runs. */
  Tensor finish(Map<String, Tensor> sums);

  /** Number of runs. */
  default int runs(int pointsPerRun) {
    return Math.ceilDiv(points(), pointsPerRun);
  }

  /**
   * Runs all points and finishes. Sums are kept in double precision.
   *
   * @param inputs what every run is given: the image, and the class where it is given
   * @param image the type of the images, with the batch that is run
   * @param run runs the program of {@link #partial} on inputs and returns at least the {@link
   *     #sums}
   */
  default Tensor accumulate(
      Map<String, Tensor> inputs,
      TensorType image,
      int pointsPerRun,
      UnaryOperator<Map<String, Tensor>> run) {
    SequencedMap<String, double[]> totals = new LinkedHashMap<>();
    sums().forEach(name -> totals.put(name, new double[image.shape().size()]));
    feeds(image, pointsPerRun)
        .forEachOrdered(feed -> {
          Map<String, Tensor> all = new HashMap<>(inputs);
          all.putAll(feed);
          Map<String, Tensor> part = run.apply(all);
          totals.forEach((name, total) -> add(part.get(name), name, total));
        });
    Map<String, Tensor> sums = new HashMap<>();
    totals.forEach((name, total) -> sums.put(name, Tensor.of(image, total)));
    return finish(sums);
  }

  private static void add(
      @org.jspecify.annotations.Nullable Tensor part, String name, double[] total) {
    if (part == null) {
      throw new IllegalArgumentException("a run wants to return " + name);
    }
    double[] values = part.doubles();
    Arrays.setAll(total, i -> total[i] + values[i]);
  }
}
