package whyc.assign;

import java.util.ArrayList;
import java.util.List;

/**
 * What circuits spoil, predicted from what multipliers are given.
 *
 * <pre>{@code
 * n[l,c]    noise that circuit c adds to the results of layer l                  Network.noise
 * r_l(n)    noise of the scores for noise n in layer l alone; D of maps likewise Probes
 * N         = all r_l together                                                   Damage
 * flip[i]   = Phi(-margin[i] / sqrt(2 k N))                 margin: best score less the second
 * loss      = mean over i of flip[i] * (right[i] - second[i])     k: lostScale, gainedScale
 * fidelity  = exp(-D)                                       D: of heat maps      Damage
 * }</pre>
 *
 * right[i]: the exact network's best class is the label; second[i]: its second one is. The scales
 * are 1 until whole networks were measured, and then what fits those best: the noise of the two
 * best scores is not that of all, and other classes win as well.
 */
public final class Prediction {
  /** Factors on the noise are sought between e^-3 and e^3. */
  private static final double MOST_LOG = 3;

  /** Images that change sides by which a factor is half believed. */
  private static final double SHRINKING = 10;

  private final Damage scores;
  private final Damage maps;
  private final Scales scales;
  private final List<Margin> margins;

  /** An image's margin, and what becomes of accuracy if the best two classes change places. */
  private record Margin(double size, int lost) {}

  private Prediction(Damage scores, Damage maps, Scales scales, List<Margin> margins) {
    this.scores = scores;
    this.maps = maps;
    this.scales = scales;
    this.margins = margins;
  }

  /** What fits networks that were measured. */
  private record Scales(double lost, double gained) {
    static final Scales NONE = new Scales(1, 1);
  }

  /** Probes each layer of a network on its own, as long as the search may measure. */
  static Prediction probe(Search search) {
    Problem p = search.problem();
    Probes probes = Probes.of(search);
    double[][] none = new double[p.layers()][p.circuits().size()];
    return new Prediction(
        Damage.of(probes.scores(), probes.fineScores(), none, 1),
        Damage.of(probes.forward(), probes.fineForward(), probes.backward(), 2),
        Scales.NONE,
        margins(p));
  }

  private static List<Margin> margins(Problem p) {
    Answers exact = p.exactAnswers();
    List<Margin> margins = new ArrayList<>();
    for (int i = 0; i < exact.size(); i++) {
      float[] scores = exact.scores().get(i);
      int top = exact.top(i);
      int second = second(scores, top);
      int label = p.labels().get(i);
      int lost = top == label ? 1 : second == label ? -1 : 0;
      margins.add(new Margin(scores[top] - scores[second], lost));
    }
    return margins;
  }

  private static int second(float[] scores, int top) {
    int second = top == 0 && scores.length > 1 ? 1 : 0;
    for (int k = 0; k < scores.length; k++) {
      second = k != top && scores[k] > scores[second] ? k : second;
    }
    return second;
  }

  /** The same with what fits networks which were measured. */
  Prediction fitted(List<Evaluation> measured) {
    return new Prediction(
        scores.fitted(measured, Measured::noise),
        maps.fitted(measured, m -> Damage.ofMaps(m.fidelity())),
        new Scales(flipScale(measured, 1), flipScale(measured, -1)),
        margins);
  }

  /**
   * The factor on the noise that gives as many images that change sides as were seen, by bisection
   * of its logarithm. Few images seen move it little.
   *
   * @param side 1 for images that were right, -1 for those that become right
   */
  private double flipScale(List<Evaluation> measured, int side) {
    double seen =
        measured.stream()
            .mapToInt(e -> side == 1 ? e.measured().lost() : e.measured().gained())
            .sum();
    double low = -MOST_LOG;
    double high = MOST_LOG;
    for (int i = 0; i < 40; i++) {
      double middle = (low + high) / 2;
      double scale = Math.exp(middle);
      double flips =
          measured.stream().mapToDouble(e -> flips(side, scale * e.measured().noise())).sum();
      if (flips < seen) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return Math.exp(low * seen / (seen + SHRINKING));
  }

  /** Noise of the scores. */
  Damage scores() {
    return scores;
  }

  /** How far maps move. */
  Damage maps() {
    return maps;
  }

  /** Accuracy that is lost, as a share. */
  public double loss(Assignment a) {
    return lossOfNoise(scoreNoise(a));
  }

  /** Mean square of the difference of scores, as {@link Measured#noise}. */
  public double scoreNoise(Assignment a) {
    return scores.of(a);
  }

  /** Mean correlation of heat maps with the exact network's. */
  public double fidelity(Assignment a) {
    return Math.exp(-maps.of(a));
  }

  private double lossOfNoise(double n) {
    return (flips(1, scales.lost * n) - flips(-1, scales.gained * n)) / margins.size();
  }

  /** How many images change sides. */
  private double flips(int side, double n) {
    return n <= 0
        ? 0
        : margins.stream()
            .filter(m -> m.lost == side)
            .mapToDouble(m -> normal(-m.size / Math.sqrt(2 * n)))
            .sum();
  }

  /** The most noise of the scores that loses no more than this, by bisection. */
  double noiseFor(double loss) {
    double low = 0;
    double high = 1e-6;
    while (lossOfNoise(high) <= loss && high < 1e12) {
      low = high;
      high *= 2;
    }
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (lossOfNoise(middle) <= loss) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The normal distribution's share below x (Abramowitz and Stegun 1964, 7.1.26). */
  static double normal(double x) {
    double z = Math.abs(x) / Math.sqrt(2);
    double t = 1 / (1 + 0.3275911 * z);
    double tail =
        t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
            * Math.exp(-z * z);
    return x < 0 ? tail / 2 : 1 - tail / 2;
  }
}
