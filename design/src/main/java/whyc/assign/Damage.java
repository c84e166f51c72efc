package whyc.assign;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the circuits of all layers spoil together, by what each spoils alone.
 *
 * <pre>{@code
 * f[l,c]                                           in the prediction's pass, c in l alone
 * fine[l]                                          the same of a circuit without noise of its own
 * floor[l] = most over k >= l of fine[k]
 * F^p      = floor[first]^p + sum over l of (f[l,c_l]^p - fine[l]^p)     first, l: approximate
 * B        = sum over l of b[l,c_l]                b: in what turns l back, alone
 * D(a)     = s * (F + B)                           of a whole assignment
 * }</pre>
 *
 * Of scores D is the mean square of what they change by: variances of errors that know nothing of
 * each other add, and p is 1. Of heat maps it is {@code -ln(rho)}, rho their mean correlation with
 * the exact ones: correlations multiply. Gradients follow the sides of ReLUs, of which as many
 * change as the noise is deep, not its square: p is more. It and s are what fits networks that were
 * measured.
 *
 * <p>What the finest circuit spoils is not its own noise. Whatever changes anything makes all codes
 * behind it round otherwise, and once that has happened another layer cannot do it again. So it
 * counts once, from the first approximate layer on.
 *
 * @param forward f, [layer][circuit], the exact one first
 * @param fine [layer]
 * @param backward b
 * @param power p, at least 1
 * @param scale s
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Damage(double[][] forward, double[] fine, double[][] backward, double power, double scale) {
  private static final List<Double> POWERS = List.of(1.0, 1.25, 1.5, 2.0, 3.0);

  /** So many networks tell a power. */
  private static final int TELLING = 4;

  /** Tangents; the first few bring most. */
  private static final int ROUNDS = 5;

  /** Less is the images' chance. */
  private static final double LEAST = 1e-5;

  /** Whoever correlates less says nothing more. */
  private static final double UNLIKE = 1e-3;

  /**
   * As long as no network was measured.
   *
   * @param usualPower p
   */
  static Damage of(double[][] forward, double[] fine, double[][] backward, double usualPower) {
    return new Damage(forward, fine, backward, usualPower, 1);
  }

  /** D of maps that correlate so with the exact ones. */
  static double ofMaps(double correlation) {
    return -Math.log(Math.clamp(correlation, UNLIKE, 1));
  }

  /** D of an assignment. */
  double of(Assignment a) {
    double turned =
        IntStream.range(0, backward.length).mapToDouble(l -> backward[l][a.at(l)]).sum();
    return scale * (forward(a) + turned);
  }

  /** F of an assignment. */
  double forward(Assignment a) {
    double[] floors = floors();
    double[][] more = more();
    double sum =
        IntStream.range(0, forward.length)
            .filter(l -> a.at(l) != 0)
            .mapToDouble(l -> floors[l])
            .findFirst()
            .orElse(0);
    for (int l = 0; l < more.length; l++) {
      sum += more[l][a.at(l)];
    }
    return Math.pow(sum, 1 / power);
  }

  /** {@code floor^p} of each layer. */
  private double[] floors() {
    double[] floors = new double[forward.length];
    double most = 0;
    for (int l = floors.length - 1; l >= 0; l--) {
      most = Math.max(most, fine[l]);
      floors[l] = Math.pow(most, power);
    }
    return floors;
  }

  /** {@code f^p - fine^p} of each layer and circuit. */
  private double[][] more() {
    double[][] more = new double[forward.length][];
    for (int l = 0; l < more.length; l++) {
      double once = Math.pow(fine[l], power);
      more[l] =
          Arrays.stream(forward[l]).map(f -> Math.max(0, Math.pow(f, power) - once)).toArray();
    }
    return more;
  }

  /**
   * A straight line that D nowhere exceeds: {@code D(a) <= rest + costs}. As a function of the sum
   * of powers F bends down, so it lies below its tangents.
   */
  record Tangent(Knapsack.Costs costs, double rest) {}

  /**
   * The line that touches where F is so much. Without B it is as good as D: a limit on D is one on
   * the line that touches there.
   *
   * @param at F; the least that is told from nothing, if it is less
   */
  Tangent tangent(double at) {
    double touch = Math.max(at, LEAST);
    double slope = scale / (power * Math.pow(touch, power - 1));
    double[][] costs = more();
    for (int l = 0; l < costs.length; l++) {
      for (int c = 0; c < costs[l].length; c++) {
        costs[l][c] = slope * costs[l][c] + scale * backward[l][c];
      }
    }
    double[] first = Arrays.stream(floors()).map(f -> slope * f).toArray();
    return new Tangent(new Knapsack.Costs(costs, first), scale * touch * (1 - 1 / power));
  }

  /** The tangent for a limit on D: it touches where F takes all of it. */
  Tangent tangentFor(double limit) {
    return tangent(Math.min(limit, 1 / LEAST) / scale);
  }

  /**
   * The best solution of a problem in which D is limited or to be least, by tangents: each touches
   * where the last solution lies, which is still a solution then, so that none is worse than the
   * one before (Hunter and Lange 2004, majorize-minimize).
   *
   * @param order which of two solutions is the better one
   * @param linear solves the problem with a straight line for D
   */
  Optional<Assignment> solve(
      Tangent first, Comparator<Assignment> order, Function<Tangent, Optional<Assignment>> linear) {
    Optional<Assignment> best = Optional.empty();
    Tangent line = first;
    for (int i = 0; i < ROUNDS; i++) {
      Optional<Assignment> next = linear.apply(line);
      if (next.isEmpty() || (best.isPresent() && order.compare(next.get(), best.get()) >= 0)) {
        return best;
      }
      best = next;
      line = tangent(forward(next.get()));
    }
    return best;
  }

  /** The same by each power. */
  List<Damage> ofEachPower() {
    return POWERS.stream().map(p -> new Damage(forward, fine, backward, p, scale)).toList();
  }

  /**
   * The same with the power and the scale that fit networks which were measured.
   *
   * @param measured D
   */
  Damage fitted(List<Evaluation> networks, ToDoubleFunction<Measured> measured) {
    List<Seen> seen =
        networks.stream()
            .map(e -> new Seen(e.assignment(), measured.applyAsDouble(e.measured())))
            .filter(s -> s.damage > LEAST && of(s.assignment) > LEAST)
            .toList();
    return (seen.size() < TELLING ? List.of(this) : ofEachPower())
        .stream()
            .map(d -> d.scaled(seen))
            .min(Comparator.comparingDouble(d -> d.spread(seen)))
            .orElse(this);
  }

  private record Seen(Assignment assignment, double damage) {}

  private Damage scaled(List<Seen> seen) {
    double mean = seen.stream().mapToDouble(this::error).average().orElse(0);
    return new Damage(forward, fine, backward, power, scale * Math.exp(mean));
  }

  private double spread(List<Seen> seen) {
    return seen.stream().mapToDouble(s -> error(s) * error(s)).sum();
  }

  private double error(Seen s) {
    return Math.log(s.damage / of(s.assignment));
  }
}
