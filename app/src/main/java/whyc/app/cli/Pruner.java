package whyc.app.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import whyc.heatmap.Pruning;
import whyc.measure.Fidelity;
import whyc.measure.LargestThreshold;
import whyc.tensor.Tensor;

/** Prunes what an explainer answers, and measures what that changes against the exact maps. */
final class Pruner {
  private final PruneOptions.Wanted wanted;
  private final Explainer explainer;

  /** Threshold of the backward pass. */
  private double backward;

  private final List<String> notes = new ArrayList<>();

  Pruner(PruneOptions.Wanted wanted, Explainer explainer) {
    this.wanted = wanted;
    this.explainer = explainer;
    this.backward = wanted.threshold().orElse(0.0);
    notes.add("pruned: " + wanted.text());
    warning().ifPresent(notes::add);
  }

  /** That a part of what is asked cannot be done. */
  Optional<String> warning() {
    List<String> beyond = explainer.beyondPruning();
    return wanted.at().backward() && !beyond.isEmpty()
        ? Optional.of(
            "pruning drops no gradient of %s: none that could be pruned lies on the way to the map, or the method sums over many points"
                .formatted(String.join(", ", beyond)))
        : Optional.empty();
  }

  /** What all images have in common. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The threshold of the backward pass. */
  double backward() {
    return backward;
  }

  /** Whether a threshold is to be chosen before anything runs. */
  boolean wantsCalibration() {
    return wanted.at().backward() && wanted.threshold().isEmpty();
  }

  /**
   * Chooses the threshold of the backward pass.
   *
   * @return what was chosen, in words
   */
  String calibrate(Collection<List<Sample>> batches) {
    PruneBound bound = wanted.bound().orElseThrow();
    Calibration calibration = new Calibration(explainer, bound, batches);
    LargestThreshold chosen = calibration.choose();
    backward = chosen.threshold();
    String sentence = sentence(bound, chosen, calibration.images());
    notes.add(sentence);
    return sentence;
  }

  private static String sentence(PruneBound bound, LargestThreshold chosen, int images) {
    if (chosen.threshold() == 0) {
      return "pruning: no threshold above 0 keeps %s in the backward pass, so 0 is used and drops nothing"
          .formatted(bound.text());
    }
    return String.format(
        Locale.ROOT,
        "pruning: threshold %s in the backward pass, chosen on %d %s: %s at least %.4f",
        chosen.threshold(),
        images,
        images == 1 ? "image" : "images",
        bound.measure(),
        chosen.fidelity());
  }

  /** Answers for images, pruned. */
  Explainer.Answered run(List<Sample> samples) {
    Explainer.Answered answered = explainer.run(samples, backward);
    List<Before> before = before(samples);
    List<Explainer.Answers> images = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Explainer.Answers image = answered.images().get(i);
      Before own = before.get(i);
      List<Answer> pruned = image.answers().stream().map(a -> pruned(a, own)).toList();
      images.add(new Explainer.Answers(image.scores(), image.output(), pruned));
    }
    return new Explainer.Answered(images, answered.results());
  }

  /**
   * An image as it is without pruning.
   *
   * @param exact maps of methods whose gradients are pruned
   * @param zeros of those gradients
   */
  private record Before(
      Sample sample, Map<Wish, Tensor> exact, Map<Wish, List<OnePass.Zeros>> zeros) {}

  private List<Before> before(List<Sample> samples) {
    if (!wanted.at().backward()) {
      return samples.stream().map(s -> new Before(s, Map.of(), Map.of())).toList();
    }
    List<Map<Wish, Tensor>> exact = explainer.maps(samples, 0);
    List<Map<Wish, List<OnePass.Zeros>>> zeros = explainer.zeros(samples, backward);
    List<Before> all = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      all.add(new Before(samples.get(i), exact.get(i), zeros.get(i)));
    }
    return all;
  }

  private Answer pruned(Answer a, Before before) {
    Tensor exact = before.exact.getOrDefault(a.wish(), a.values());
    Map<String, Fidelity> measures = measures(a, before.sample);
    double map = wanted.at().map() ? ofMap(a.values(), exact, measures) : 0;
    Tensor left = new Pruning(wanted.score(), map).apply(a.values());
    Map<String, Double> fidelity = new LinkedHashMap<>();
    measures.forEach((name, f) -> fidelity.put(name, f.of(exact, left)));
    List<OnePass.Zeros> zeros = before.zeros.getOrDefault(a.wish(), List.of());
    return a.pruned(left, new PruneAccount(wanted, backward, map, zeros, fidelity).of(exact, left));
  }

  /** Those of maps alone, and that of the bound. */
  private Map<String, Fidelity> measures(Answer a, Sample sample) {
    Map<String, Fidelity> measures = new LinkedHashMap<>(Fidelity.ofMaps());
    wanted
        .bound()
        .ifPresent(b ->
            measures.computeIfAbsent(b.measure(), _ -> b.of(explainer, sample, a.classIndex())));
    return measures;
  }

  /** The threshold of one finished map: as asked, or the largest that keeps the bound. */
  private double ofMap(Tensor map, Tensor exact, Map<String, Fidelity> measures) {
    return wanted
        .threshold()
        .orElseGet(() -> {
          PruneBound bound = wanted.bound().orElseThrow();
          Fidelity f = Optional.ofNullable(measures.get(bound.measure())).orElseThrow();
          return LargestThreshold.find(
                  t -> f.of(exact, new Pruning(wanted.score(), t).apply(map)), bound.least())
              .threshold();
        });
  }
}
