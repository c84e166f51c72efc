package whyc.assign;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import whyc.measure.LinearCorrelation;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * How good a prediction is on networks that it was not fitted to.
 *
 * @param noise correlation of the noise of scores, predicted and measured
 * @param loss correlation of accuracy lost; what few images tell of accuracy limits it
 * @param worst the largest error of accuracy lost, as a share
 * @param maps correlation of the heat maps' fidelity
 */
public record PredictionCheck(int networks, double noise, double loss, double worst, double maps) {

  /** Checks the strategy that predicts by what all others measured; absent for less than two. */
  public static Optional<PredictionCheck> of(List<Found> found) {
    Optional<Found> predicting = found.stream().filter(f -> f.prediction().isPresent()).findFirst();
    return predicting.flatMap(p -> {
      List<Evaluation> others =
          found.stream()
              .filter(f -> !f.equals(p))
              .flatMap(f -> f.evaluations().stream())
              .filter(e -> !p.evaluations().contains(e))
              .distinct()
              .toList();
      return others.size() < 2
          ? Optional.empty()
          : Optional.of(of(p.prediction().orElseThrow(), others));
    });
  }

  private static PredictionCheck of(Prediction p, List<Evaluation> others) {
    double worst =
        others.stream()
            .mapToDouble(e -> Math.abs(p.loss(e.assignment()) - e.measured().loss()))
            .max()
            .orElseThrow();
    return new PredictionCheck(
        others.size(),
        correlation(others, e -> p.scoreNoise(e.assignment()), e -> e.measured().noise()),
        correlation(others, e -> p.loss(e.assignment()), e -> e.measured().loss()),
        worst,
        correlation(others, e -> p.fidelity(e.assignment()), e -> e.measured().fidelity()));
  }

  private static double correlation(
      List<Evaluation> of, ToDoubleFunction<Evaluation> x, ToDoubleFunction<Evaluation> y) {
    return new LinearCorrelation().of(vector(of, x), vector(of, y));
  }

  private static Tensor vector(List<Evaluation> of, ToDoubleFunction<Evaluation> x) {
    return Tensor.of(Shape.of(of.size()), of.stream().mapToDouble(x).toArray());
  }
}
