package whyc.app.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;
import whyc.heatmap.Pruning.Score;

/** Whether small numbers are dropped, which, and where. */
final class PruneOptions {
  private static final String AUTO = "auto";

  @Option(
      names = "--prune",
      paramLabel = "WHAT",
      description =
          "drops what is small beside the largest: point (a place with all its channels) or number")
  Optional<String> prune = Optional.empty();

  @Option(
      names = "--prune-threshold",
      paramLabel = "T",
      description =
          "share of the largest below which is dropped, 0 to 1; or auto (the default): the largest that keeps --prune-bound")
  Optional<String> threshold = Optional.empty();

  @Option(
      names = "--prune-bound",
      paramLabel = "MEASURE:LEAST",
      description =
          "how near the pruned map stays to the exact one: rank, pearson, cosine, iou (top tenth), ssim, deletion or insertion, at most 1; default rank:0.95")
  Optional<String> bound = Optional.empty();

  @Option(
      names = "--prune-at",
      paramLabel = "WHERE",
      description =
          "map (the default): the finished map; backward: each gradient on its way; or both")
  Optional<String> at = Optional.empty();

  /** Where pruning takes place. */
  enum At {
    MAP,
    BACKWARD,
    BOTH;

    boolean map() {
      return this != BACKWARD;
    }

    boolean backward() {
      return this != MAP;
    }
  }

  /**
   * What is asked.
   *
   * @param threshold absent where it is to be found
   * @param bound that a found threshold keeps, and that a given one is checked against
   */
  record Wanted(Score score, At at, Optional<Double> threshold, Optional<PruneBound> bound) {
    /** As the options say it. */
    String text() {
      return "%s, at %s, threshold %s%s"
          .formatted(
              name(score),
              name(at),
              threshold.map(String::valueOf).orElse(AUTO),
              bound.map(b -> ", bound " + b.text()).orElse(""));
    }

    static String name(Enum<?> e) {
      return e.name().toLowerCase(Locale.ROOT);
    }
  }

  /** What is asked; refuses what cannot be meant. */
  Optional<Wanted> wanted() {
    Optional<Double> share = share();
    Optional<PruneBound> kept = bound.map(PruneBound::parse);
    At where = at.map(a -> ModelOptions.oneOf(At.class, "--prune-at", a)).orElse(At.MAP);
    return prune
        .map(p -> ModelOptions.oneOf(Score.class, "--prune", p))
        .map(score ->
            new Wanted(
                score,
                where,
                share,
                share.isPresent() ? kept : kept.or(() -> Optional.of(PruneBound.USUAL))));
  }

  /** What is asked of a program that will run by itself: only a number does, and no bound. */
  Optional<Wanted> fixed() {
    Optional<Wanted> wanted = wanted();
    if (wanted.filter(w -> w.threshold().isEmpty()).isPresent()) {
      throw Refusal.usage(
          "--prune wants a number as --prune-threshold: there are no images here that one could be chosen on");
    }
    return wanted;
  }

  /** Absent for auto. */
  private Optional<Double> share() {
    return threshold
        .filter(t -> !t.equalsIgnoreCase(AUTO))
        .map(t -> {
          double share = number(t);
          if (!(share >= 0 && share <= 1)) {
            throw Refusal.usage("--prune-threshold wants 0 to 1, or auto, got " + t);
          }
          return share;
        });
  }

  /** Not a number where a text is none. */
  static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return Double.NaN;
    }
  }

  /** Options that nothing looks at, a sentence each. */
  List<String> withoutEffect() {
    List<String> given = new ArrayList<>();
    if (prune.isEmpty()) {
      threshold.ifPresent(t -> given.add("--prune-threshold"));
      bound.ifPresent(b -> given.add("--prune-bound"));
      at.ifPresent(a -> given.add("--prune-at"));
    }
    return given.stream()
        .map(o -> o + " has no effect: it is for --prune, which was not asked for")
        .toList();
  }
}
