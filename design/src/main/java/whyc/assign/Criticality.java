package whyc.assign;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import whyc.engine.Engine;

/**
 * A way to measure how much each layer of a network matters for its answers, to decide where
 * arithmetic may be less exact. The score of a layer is a mean over examples.
 *
 * <p>They cost very different amounts of work and do not agree: see {@link Agreement}. With the
 * same examples, parameters and engine the result is the same each time, whatever is random.
 */
public sealed interface Criticality
    permits Conductance,
        GradientTimesActivation,
        HessianTrace,
        NoiseInjection,
        Relevance,
        Sensitivity {

  /** A name for tables. */
  String name();

  /**
   * Measures all layers.
   *
   * @param examples images with the classes asked about; the order matters only where the budget
   *     ends early
   * @param progress told after each group of images
   * @throws IllegalArgumentException if there are no examples, or if one does not fit the model
   */
  default Scores measure(
      Subject subject, List<Example> examples, Engine engine, Budget budget, Progress progress) {
    return new Measuring(this, subject, budget, progress).run(examples, engine);
  }

  /** Measures all layers, and tells nobody meanwhile. */
  default Scores measure(Subject subject, List<Example> examples, Engine engine, Budget budget) {
    return measure(subject, examples, engine, budget, (_, _) -> {});
  }

  /** Hears how far measuring is. */
  interface Progress {
    /** So many of all images are done. */
    void measured(int images, int of);
  }

  /**
   * What was measured.
   *
   * @param overall mean over all examples. Where the values of a channel have signs that cancel
   *     between images, of their magnitudes
   * @param byClass the same for the examples of each class alone, in the order of the examples
   * @param signed the plain mean, signs included: the same as {@code overall} where a method does
   *     not take magnitudes
   * @param cuts how well a method that promises it is complete; empty for others
   * @param images how many examples were measured: all, unless time was over before
   * @param time wall time, preparation included
   */
  record Scores(
      LayerScores overall,
      SequencedMap<Integer, LayerScores> byClass,
      LayerScores signed,
      List<Cut> cuts,
      int images,
      Duration time) {
    public Scores {
      byClass = new LinkedHashMap<>(byClass);
      cuts = List.copyOf(cuts);
    }
  }

  /**
   * A layer that every path from the image to the scores goes through, so that the values of all
   * its channels want to sum to what the score gains between baseline and image.
   *
   * @param sum of the layer's channels, mean over examples
   * @param difference F(x) - F(x'), mean over examples
   * @param gap mean distance of the two, as a part of the mean size of the difference
   */
  record Cut(String layer, double sum, double difference, double gap) {}
}
