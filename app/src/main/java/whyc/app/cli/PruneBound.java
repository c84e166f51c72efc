package whyc.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import whyc.explain.Baseline;
import whyc.measure.Fidelity;
import whyc.measure.Perturbation;
import whyc.measure.SameArea;

/**
 * What a pruned map has to keep.
 *
 * @param measure its name on the command line
 * @param least above 0, at most 1
 */
record PruneBound(String measure, double least) {
  static final PruneBound USUAL = new PruneBound("rank", 0.95);

  private static final int STEPS = 16;

  /** {@code MEASURE:LEAST}. */
  static PruneBound parse(String text) {
    int colon = text.indexOf(':');
    String measure = text.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
    double least = PruneOptions.number(text.substring(colon + 1));
    if (!measures().contains(measure) || !(least > 0 && least <= 1)) {
      throw Refusal.usage(
          "--prune-bound wants one of %s, a colon, and a number above 0, at most 1, got %s"
              .formatted(String.join(", ", measures()), text));
    }
    return new PruneBound(measure, least);
  }

  private static List<String> measures() {
    List<String> names = new ArrayList<>(Fidelity.ofMaps().sequencedKeySet());
    for (Perturbation.Kind kind : Perturbation.Kind.values()) {
      names.add(PruneOptions.Wanted.name(kind));
    }
    return names;
  }

  String text() {
    return measure + ":" + least;
  }

  /**
   * The measure for maps of one image. Deletion goes to zeros and insertion starts from the blurred
   * image, as in the paper.
   *
   * @param explainer whose model is run where a measure asks it
   * @param classIndex the class whose probability is looked at
   */
  Fidelity of(Explainer explainer, Sample sample, int classIndex) {
    return Optional.ofNullable(Fidelity.ofMaps().get(measure))
        .orElseGet(() ->
            new SameArea(
                perturbation(),
                explainer.channelsFirst(sample),
                classIndex,
                explainer.batch(),
                explainer.plain()::probabilities));
  }

  private Perturbation perturbation() {
    Perturbation.Kind kind = Perturbation.Kind.valueOf(measure.toUpperCase(Locale.ROOT));
    return switch (kind) {
      case DELETION -> new Perturbation(kind, STEPS, new Baseline.Zero());
      case INSERTION -> new Perturbation(kind, STEPS, new Baseline.Blur());
    };
  }
}
