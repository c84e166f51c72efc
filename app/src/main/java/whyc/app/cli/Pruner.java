package whyc.app.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import whyc.app.report.Manifest;
import whyc.app.report.Pruned;
import whyc.heatmap.Pruning;
import whyc.measure.Fidelity;
import whyc.measure.LargestThreshold;
import whyc.tensor.Tensor;

/** Prunes what an explainer answers, and measures what that changes against the exact maps. */
final class Pruner {
  /** Images that the threshold of the backward pass is chosen on, and the rest of their batch. */
  static final int CALIBRATION = 4;

  private final PruneOptions.Wanted wanted;
  private final Explainer explainer;

  /** Of the backward pass. */
  private double share;

  private final List<String> notes = new ArrayList<>();

  Pruner(PruneOptions.Wanted wanted, Explainer explainer) {
    this.wanted = wanted;
    this.explainer = explainer;
    this.share = wanted.threshold().orElse(0.0);
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

  /** Whether a threshold is to be chosen before anything runs. */
  boolean wantsCalibration() {
    return wanted.at().backward() && wanted.threshold().isEmpty();
  }

  /** What all images have in common. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The threshold of the backward pass: a run that is timed wants it. */
  double share() {
    return share;
  }

  /**
   * Chooses the threshold of the backward pass: the largest that keeps the bound for each of some
   * images and each method.
   *
   * @return what was chosen, in words
   */
  String calibrate(Collection<List<Sample>> batches) {
    PruneBound bound = wanted.bound().orElseThrow();
    List<Calibrated> images = batches.stream().map(b -> calibrated(b, bound)).toList();
    LargestThreshold chosen =
        LargestThreshold.find(t -> least(images, t, bound.least()), bound.least());
    share = chosen.threshold();
    int n = batches.stream().mapToInt(List::size).sum();
    String found =
        share > 0
            ? String.format(
                Locale.ROOT,
                "pruning: threshold %s in the backward pass, chosen on %d %s: %s at least %.4f",
                share,
                n,
                n == 1 ? "image" : "images",
                bound.measure(),
                chosen.fidelity())
            : "pruning: no threshold above 0 keeps %s in the backward pass, so 0 is used and drops nothing"
                .formatted(bound.text());
    notes.add(found);
    return found;
  }

  /** A batch with its exact maps, and the measure for each image and method. */
  private record Calibrated(
      List<Sample> samples, List<Map<Wish, Tensor>> exact, List<Map<Wish, Fidelity>> measures) {}

  private Calibrated calibrated(List<Sample> samples, PruneBound bound) {
    Explainer.Answered answered = explainer.run(samples, 0);
    List<Map<Wish, Tensor>> exact = new ArrayList<>();
    List<Map<Wish, Fidelity>> measures = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Map<Wish, Tensor> maps = new LinkedHashMap<>();
      Map<Wish, Fidelity> own = new LinkedHashMap<>();
      for (Answer a : answered.images().get(i).answers()) {
        if (explainer.prunesGradientsOf(a.wish())) {
          maps.put(a.wish(), a.values());
          own.put(a.wish(), measure(bound, samples.get(i), a.classIndex()));
        }
      }
      exact.add(maps);
      measures.add(own);
    }
    return new Calibrated(samples, exact, measures);
  }

  /** The least fidelity; what is below the bound ends the search for less. */
  private double least(List<Calibrated> images, double threshold, double bound) {
    double least = 1;
    for (Calibrated c : images) {
      List<Map<Wish, Tensor>> pruned = explainer.maps(c.samples, threshold);
      for (int i = 0; i < pruned.size(); i++) {
        Map<Wish, Tensor> maps = pruned.get(i);
        for (Map.Entry<Wish, Fidelity> e : c.measures.get(i).entrySet()) {
          Wish w = e.getKey();
          double f = e.getValue().of(of(c.exact.get(i), w), of(maps, w));
          if (!(f >= bound)) {
            return f;
          }
          least = Math.min(least, f);
        }
      }
    }
    return least;
  }

  private static <T> T of(Map<Wish, T> all, Wish w) {
    return Optional.ofNullable(all.get(w)).orElseThrow();
  }

  private Fidelity measure(PruneBound bound, Sample sample, int classIndex) {
    return bound.of(
        explainer.channelsFirst(sample), classIndex, explainer.batch(), explainer::probabilities);
  }

  Explainer.Answered run(List<Sample> samples) {
    Explainer.Answered answered = explainer.run(samples, share);
    boolean backward = wanted.at().backward();
    List<Map<Wish, Tensor>> exact = backward ? explainer.maps(samples, 0) : List.of();
    List<Map<Wish, List<Explainer.Zeros>>> zeros =
        backward ? explainer.zeros(samples, share) : List.of();
    List<Explainer.Answers> images = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      Explainer.Answers image = answered.images().get(i);
      List<Answer> answers = new ArrayList<>();
      for (Answer a : image.answers()) {
        boolean reached = backward && explainer.prunesGradientsOf(a.wish());
        Before before =
            reached
                ? new Before(samples.get(i), of(exact.get(i), a.wish()), of(zeros.get(i), a.wish()))
                : new Before(samples.get(i), a.values(), List.of());
        answers.add(pruned(a, before));
      }
      images.add(new Explainer.Answers(image.scores(), image.output(), answers));
    }
    return new Explainer.Answered(images, answered.results());
  }

  /**
   * A map as it was.
   *
   * @param gradients what was dropped on the way to the pruned one
   */
  private record Before(Sample sample, Tensor exact, List<Explainer.Zeros> gradients) {}

  private Answer pruned(Answer a, Before before) {
    Map<String, Fidelity> measures = new LinkedHashMap<>(Fidelity.ofMaps());
    wanted
        .bound()
        .ifPresent(b ->
            measures.computeIfAbsent(b.measure(), m -> measure(b, before.sample, a.classIndex())));
    double ofMap = wanted.at().map() ? ofMap(a, before, measures) : 0;
    Tensor values = new Pruning(wanted.score(), ofMap).apply(a.values());
    Map<String, Double> fidelity = new LinkedHashMap<>();
    measures.forEach((name, f) -> fidelity.put(name, f.of(before.exact, values)));
    Described d = new Described(wanted, share, ofMap, before.gradients, fidelity);
    return a.pruned(values, d.of(before.exact, values));
  }

  private double ofMap(Answer a, Before before, Map<String, Fidelity> measures) {
    return wanted
        .threshold()
        .orElseGet(() -> {
          PruneBound bound = wanted.bound().orElseThrow();
          Fidelity f = Optional.ofNullable(measures.get(bound.measure())).orElseThrow();
          return LargestThreshold.find(
                  t -> f.of(before.exact, new Pruning(wanted.score(), t).apply(a.values())),
                  bound.least())
              .threshold();
        });
  }

  /** What pruning did, for the manifest and for people. */
  private record Described(
      PruneOptions.Wanted wanted,
      double share,
      double ofMap,
      List<Explainer.Zeros> gradients,
      Map<String, Double> fidelity) {

    Pruned of(Tensor exact, Tensor values) {
      Map<String, Object> tree =
          Manifest.tree(
              "score", PruneOptions.Wanted.name(wanted.score()),
              "at", PruneOptions.Wanted.name(wanted.at()),
              "chosen", wanted.threshold().isEmpty());
      if (wanted.at().backward()) {
        tree.put("backward_threshold", share);
        tree.put("gradients", gradients.stream().map(Described::tree).toList());
      }
      if (wanted.at().map()) {
        tree.put("map_threshold", ofMap);
      }
      tree.put("zeros_before", Pruning.zeros(exact));
      tree.put("zeros", Pruning.zeros(values));
      tree.put("fidelity", fidelity);
      wanted
          .bound()
          .ifPresent(b ->
              tree.put(
                  "bound",
                  Manifest.tree("measure", b.measure(), "least", b.least(), "kept", kept(b))));
      return new Pruned(tree, summary(values), warnings());
    }

    private static Map<String, Object> tree(Explainer.Zeros z) {
      return Manifest.tree(
          "shape", z.shape().dims(), "zeros_before", z.before(), "zeros", z.after());
    }

    private boolean kept(PruneBound bound) {
      return measured(bound) >= bound.least();
    }

    private double measured(PruneBound bound) {
      return fidelity.getOrDefault(bound.measure(), Double.NaN);
    }

    private String summary(Tensor values) {
      String measure = wanted.bound().map(PruneBound::measure).orElse("rank");
      return String.format(
          Locale.ROOT,
          "%.1f %% zeros, %s %.4f",
          100 * Pruning.zeros(values),
          measure,
          fidelity.getOrDefault(measure, Double.NaN));
    }

    private List<String> warnings() {
      List<String> warnings = new ArrayList<>();
      boolean found = wanted.threshold().isEmpty();
      wanted
          .bound()
          .ifPresent(b -> {
            if (found && wanted.at().map() && ofMap == 0) {
              warnings.add(
                  "pruning: no threshold above 0 keeps %s of the finished map, so 0 is used and drops nothing of it"
                      .formatted(b.text()));
            }
            if (!kept(b)) {
              warnings.add(
                  String.format(
                      Locale.ROOT,
                      "pruning: %s is %.4f, below the bound of %s%s",
                      b.measure(),
                      measured(b),
                      b.least(),
                      found ? ", which the images that the threshold was chosen on keep" : ""));
            }
          });
      return warnings;
    }
  }
}
