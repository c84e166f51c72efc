package whyc.architecture;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import whyc.refusal.RefusedArgument;

/** What is made better. */
public enum Objective {
  ACCURACY,
  ENERGY,
  LATENCY,
  FAITHFULNESS,
  MEMORY;

  /** Decades below the dearest network that the scale of a cost reaches. */
  private static final double DECADES = 3;

  /** The name of the command line. */
  public String written() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The objective of a name. */
  public static Objective named(String name) {
    return Arrays.stream(values())
        .filter(o -> o.written().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "an objective wants to be one of %s, got %s"
                    .formatted(
                        String.join(", ", Arrays.stream(values()).map(Objective::written).toList()),
                        name)));
  }

  /** The figure itself. */
  public double of(Figures f) {
    return switch (this) {
      case ACCURACY -> f.accuracy();
      case ENERGY -> f.energyPicojoules();
      case LATENCY -> f.latencyMilliseconds();
      case FAITHFULNESS -> f.faithfulness();
      case MEMORY -> f.memoryBytes();
    };
  }

  /**
   * What is lost, less is better: 0 to 1 where a network is worth looking at.
   *
   * <pre>{@code
   * accuracy       (1 - accuracy) / half of what guessing is wrong
   * faithfulness   (1 - faithfulness) / 1
   * costs          1 + log10(cost / cost of the dearest) / 3
   * }</pre>
   *
   * @param dearest the figures of the dearest network of the space, with exact products
   */
  double loss(Figures f, Figures dearest, int classes) {
    return switch (this) {
      case ACCURACY -> (1 - f.accuracy()) / (0.5 * (1 - 1.0 / classes));
      case FAITHFULNESS -> 1 - f.faithfulness();
      case ENERGY, LATENCY, MEMORY -> Math.max(0, 1 + Math.log10(of(f) / of(dearest)) / DECADES);
    };
  }

  /** The losses by several objectives. */
  static double[] losses(List<Objective> objectives, Figures f, Figures dearest, int classes) {
    return objectives.stream().mapToDouble(o -> o.loss(f, dearest, classes)).toArray();
  }
}
