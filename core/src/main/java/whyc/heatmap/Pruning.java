package whyc.heatmap;

import java.util.Arrays;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Drops the small numbers of a finished map, so that less of it has to be kept. Signs do not
 * matter, only sizes.
 *
 * <pre>{@code
 * m' = m where s >= threshold * max(s), else 0        max over the map
 * }</pre>
 *
 * The largest number always stays. A map that holds a NaN has no largest number and stays as it is.
 *
 * @param threshold share of the map's largest score, 0 to 1; 0 drops nothing
 */
public record Pruning(Score score, double threshold) {

  /** What is kept or dropped together, and by which score s. */
  public enum Score {
    /** Single numbers, by their absolute value. */
    NUMBER,

    /** All channels of a place, by the length of their vector. */
    POINT
  }

  public Pruning {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("pruning wants a threshold of 0 to 1, got " + threshold);
    }
  }

  /**
   * The map that is left.
   *
   * @param map [h,w], where both scores are the same, or [c,h,w]
   */
  public Tensor apply(Tensor map) {
    int channels = channels(map.shape());
    double[] values = map.doubles();
    double[] scores = scores(values, channels);
    double largest = Arrays.stream(scores).reduce(0, Math::max);
    double least = share() * largest;
    double[] kept = new double[values.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = scores[i % scores.length] < least ? 0 : values[i];
    }
    return Tensor.of(map.type(), kept);
  }

  private static int channels(Shape map) {
    return switch (map.rank()) {
      case 2 -> 1;
      case 3 -> map.dim(0);
      default ->
          throw new IllegalArgumentException("pruning wants a map [h,w] or [c,h,w], got " + map);
    };
  }

  /** For each number, or for each place the square of its vector's length. */
  private double[] scores(double[] values, int channels) {
    return switch (score) {
      case NUMBER -> Arrays.stream(values).map(Math::abs).toArray();
      case POINT -> {
        double[] squares = new double[values.length / channels];
        for (int i = 0; i < values.length; i++) {
          squares[i % squares.length] += values[i] * values[i];
        }
        yield squares;
      }
    };
  }

  private double share() {
    return score == Score.POINT ? threshold * threshold : threshold;
  }

  /** The share of numbers that are zero. */
  public static double zeros(Tensor map) {
    long zeros = Arrays.stream(map.doubles()).filter(v -> v == 0).count();
    return (double) zeros / map.size();
  }
}
