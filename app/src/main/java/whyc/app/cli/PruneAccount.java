package whyc.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import whyc.app.report.Manifest;
import whyc.app.report.Pruned;
import whyc.heatmap.Pruning;
import whyc.tensor.Tensor;

/**
 * What pruning did to one map, for the manifest and for people.
 *
 * @param backward threshold of the backward pass
 * @param map threshold of the finished map
 * @param gradients zeros of those on the way to the map
 * @param fidelity of the pruned map, by measure
 */
record PruneAccount(
    PruneOptions.Wanted wanted,
    double backward,
    double map,
    List<OnePass.Zeros> gradients,
    Map<String, Double> fidelity) {

  Pruned of(Tensor exact, Tensor values) {
    Map<String, Object> tree =
        Manifest.tree(
            "score", PruneOptions.Wanted.name(wanted.score()),
            "at", PruneOptions.Wanted.name(wanted.at()),
            "chosen", isFound());
    if (wanted.at().backward()) {
      tree.put("backward_threshold", backward);
      tree.put("gradients", gradients.stream().map(PruneAccount::tree).toList());
    }
    if (wanted.at().map()) {
      tree.put("map_threshold", map);
    }
    tree.put("zeros_before", Pruning.zeros(exact));
    tree.put("zeros", Pruning.zeros(values));
    tree.put("fidelity", fidelity);
    wanted.bound().ifPresent(b -> tree.put("bound", tree(b)));
    return new Pruned(tree, summary(values), wanted.bound().map(this::warnings).orElse(List.of()));
  }

  private boolean isFound() {
    return wanted.threshold().isEmpty();
  }

  private static Map<String, Object> tree(OnePass.Zeros z) {
    return Manifest.tree("shape", z.shape().dims(), "zeros_before", z.before(), "zeros", z.after());
  }

  private Map<String, Object> tree(PruneBound b) {
    return Manifest.tree("measure", b.measure(), "least", b.least(), "kept", keeps(b));
  }

  private boolean keeps(PruneBound b) {
    return measured(b.measure()) >= b.least();
  }

  private double measured(String measure) {
    return fidelity.getOrDefault(measure, Double.NaN);
  }

  private String summary(Tensor values) {
    String measure = wanted.bound().orElse(PruneBound.USUAL).measure();
    return String.format(
        Locale.ROOT,
        "%.1f %% zeros, %s %.4f",
        100 * Pruning.zeros(values),
        measure,
        measured(measure));
  }

  private List<String> warnings(PruneBound b) {
    List<String> warnings = new ArrayList<>();
    if (isFound() && wanted.at().map() && map == 0) {
      warnings.add(
          "pruning: no threshold above 0 keeps %s of the finished map, so 0 is used and drops nothing of it"
              .formatted(b.text()));
    }
    if (!keeps(b)) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "pruning: %s is %.4f, below the bound of %s%s",
              b.measure(),
              measured(b.measure()),
              b.least(),
              isFound() ? ", which the images that the threshold was chosen on keep" : ""));
    }
    return warnings;
  }
}
