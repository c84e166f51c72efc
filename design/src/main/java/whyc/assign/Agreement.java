package whyc.assign;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import whyc.measure.RankCorrelation;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Whether ways to measure put the layers of a network in the same order: Spearman's rank
 * correlation of their scores, 1 for the same order, -1 for the opposite one.
 *
 * @param correlations of each way with each, itself included
 */
public record Agreement(SequencedMap<String, SequencedMap<String, Double>> correlations) {
  public Agreement {
    correlations = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(correlations));
  }

  /**
   * Compares each with each.
   *
   * @param scores of the same layers, by the name of the way to measure
   */
  public static Agreement of(SequencedMap<String, LayerScores> scores) {
    SequencedMap<String, SequencedMap<String, Double>> rows = new LinkedHashMap<>();
    scores.forEach((name, row) -> rows.put(name, with(row.byLayer(), scores)));
    return new Agreement(rows);
  }

  /**
   * Compares each with what is known of the layers: such as the accuracy that a network loses when
   * one layer is approximated.
   *
   * @param truth larger is more important; of some or all of the layers
   */
  public static SequencedMap<String, Double> with(
      SequencedMap<String, Double> truth, SequencedMap<String, LayerScores> scores) {
    SequencedMap<String, Double> row = new LinkedHashMap<>();
    scores.forEach((name, other) -> row.put(name, correlation(truth, other)));
    return row;
  }

  /** The rank correlation of the layers of {@code truth} with scores. */
  public static double correlation(SequencedMap<String, Double> truth, LayerScores scores) {
    List<String> layers = List.copyOf(truth.keySet());
    double[] known = layers.stream().mapToDouble(truth::get).toArray();
    double[] measured = layers.stream().mapToDouble(scores::of).toArray();
    Shape shape = Shape.of(layers.size());
    return new RankCorrelation().of(Tensor.of(shape, known), Tensor.of(shape, measured));
  }
}
