package whyc.app.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.measure.Fidelity;
import whyc.measure.LargestThreshold;
import whyc.tensor.Tensor;

/** Images with their exact maps, on which the threshold of the backward pass is chosen. */
final class Calibration {
  /** Images that are enough; those in the same batch come along. */
  static final int ENOUGH = 4;

  private final Explainer explainer;
  private final PruneBound bound;
  private final List<Batch> batches;

  private record Batch(List<Sample> samples, List<Case> cases) {}

  /**
   * A map that has to keep the bound.
   *
   * @param image its position in the batch
   */
  private record Case(int image, Wish wish, Tensor exact, Fidelity measure) {}

  Calibration(Explainer explainer, PruneBound bound, Collection<List<Sample>> batches) {
    this.explainer = explainer;
    this.bound = bound;
    this.batches = batches.stream().map(this::exact).toList();
  }

  private Batch exact(List<Sample> samples) {
    List<Explainer.Answers> images = explainer.run(samples, 0).images();
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      for (Answer a : images.get(i).answers()) {
        if (explainer.prunesGradientsOf(a.wish())) {
          Fidelity measure = bound.of(explainer, samples.get(i), a.classIndex());
          cases.add(new Case(i, a.wish(), a.values(), measure));
        }
      }
    }
    return new Batch(samples, cases);
  }

  int images() {
    return batches.stream().mapToInt(b -> b.samples.size()).sum();
  }

  /** The largest threshold that keeps the bound for each image and method. */
  LargestThreshold choose() {
    return LargestThreshold.find(this::least, bound.least());
  }

  /** The least fidelity of all, or the first below the bound. */
  private double least(double threshold) {
    double least = 1;
    for (Batch b : batches) {
      List<Map<Wish, Tensor>> maps = explainer.maps(b.samples, threshold);
      for (Case c : b.cases) {
        Tensor pruned = Optional.ofNullable(maps.get(c.image).get(c.wish)).orElseThrow();
        double f = c.measure.of(c.exact, pruned);
        if (!(f >= bound.least())) {
          return f;
        }
        least = Math.min(least, f);
      }
    }
    return least;
  }
}
