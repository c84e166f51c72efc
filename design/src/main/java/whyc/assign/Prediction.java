package whyc.assign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What circuits spoil, predicted from what multipliers are given.
 *
 * <pre>{@code
 * n[l,c]    noise that circuit c adds to the results of layer l                  Network.noise
 * r_l(n)    noise of the scores for noise n in layer l alone: straight between probes, from (0,0)
 * N         = scoreScale * sum over l of r_l(n[l,c_l])      errors of layers are independent
 * flip[i]   = Phi(-margin[i] / sqrt(2 k N))                 margin: best score less the second
 * loss      = mean over i of flip[i] * (right[i] - second[i])     k: lostScale, gainedScale
 *
 * q_l(n)    = 1/rho^2 - 1 of the heat map, likewise         noise by signal, were it independent
 * fidelity  = 1 / sqrt(1 + mapScale * sum over l of q_l(n[l,c_l]))
 * }</pre>
 *
 * Of a circuit that skips channels r_l and q_l are those without skipping, and what skipping alone
 * was measured to add.
 *
 * <p>right[i]: the exact network's best class is the label; second[i]: its second one is. The
 * scales are 1 until whole networks were measured, and then what fits those best: the noise of the
 * two best scores is not that of all, and other classes win as well.
 */
public final class Prediction {
  /** Factors on the noise are sought between e^-3 and e^3. */
  private static final double MOST_LOG = 3;

  /** Circuits of a layer that are probed. */
  private static final int PROBES = 2;

  /** Images that change sides by which a factor is half believed. */
  private static final double SHRINKING = 10;

  private final double[][] noise;
  private final double[][] change;
  private final Scales scales;
  private final List<Margin> margins;

  /** An image's margin, and what becomes of accuracy if the best two classes change places. */
  private record Margin(double size, int lost) {}

  private Prediction(double[][] noise, double[][] change, Scales scales, List<Margin> margins) {
    this.noise = noise;
    this.change = change;
    this.scales = scales;
    this.margins = margins;
  }

  /** What fits networks that were measured. */
  private record Scales(double score, double map, double lost, double gained) {
    static final Scales NONE = new Scales(1, 1, 1, 1);
  }

  /** A layer's answer to noise of its own. */
  private record Probe(double noise, double scores, double map) {}

  /**
   * Probes each layer of a network on its own, with its coarsest circuit and with a middle one, as
   * long as the search may measure.
   */
  static Prediction probe(Search search) {
    Problem p = search.problem();
    int images = search.probed(p.layers() * (PROBES + p.skips().size()));
    double[][] noise = new double[p.layers()][p.circuits().size()];
    double[][] change = new double[p.layers()][p.circuits().size()];
    for (int l = 0; l < p.layers() && !search.isOver(); l++) {
      double[] own = noises(p, l);
      List<Probe> probes = new ArrayList<>();
      probes.add(new Probe(0, 0, 0));
      for (int c : probed(p, own)) {
        Measured m = search.probe(Assignment.uniform(p.layers(), 0).with(l, c), images);
        probes.add(new Probe(own[c], m.noise(), ratio(m.fidelity())));
      }
      for (int c = 0; c < own.length; c++) {
        noise[l][c] = at(probes, own[c], true);
        change[l][c] = at(probes, own[c], false);
      }
      for (double share : p.skips()) {
        skip(search, images, l, share, noise[l], change[l]);
      }
    }
    return new Prediction(noise, change, Scales.NONE, margins(p));
  }

  /** Adds what a layer does that skips channels and multiplies exactly. */
  private static void skip(
      Search search, int images, int layer, double share, double[] noise, double[] change) {
    Problem p = search.problem();
    Assignment skipping = p.exact().with(layer, p.like(0, share));
    if (p.energies().picojoules(skipping) < p.energies().picojoules(p.exact())) {
      Measured m = search.probe(skipping, images);
      for (int c = 0; c < noise.length; c++) {
        if (p.circuits().get(c).skipped() == share) {
          noise[c] += m.noise();
          change[c] += ratio(m.fidelity());
        }
      }
    }
  }

  private static double[] noises(Problem p, int layer) {
    double[] noises = new double[p.circuits().size()];
    for (int c = 0; c < noises.length; c++) {
      noises[c] = p.network().noise(layer, p.circuits().get(c));
    }
    return noises;
  }

  /** The circuits of middle and of most noise, the middle first. */
  private static List<Integer> probed(Problem p, double[] noises) {
    List<Integer> noisy = new ArrayList<>();
    for (int c = 0; c < noises.length; c++) {
      if (noises[c] > 0 && p.circuits().get(c).skipped() == 0) {
        noisy.add(c);
      }
    }
    noisy.sort(Comparator.comparingDouble(c -> noises[c]));
    return noisy.isEmpty()
        ? List.of()
        : noisy.size() == 1 ? noisy : List.of(noisy.get((noisy.size() - 1) / 2), noisy.getLast());
  }

  /** Noise by signal of a map that correlates so with the exact one. */
  private static double ratio(double correlation) {
    double rho = Math.clamp(correlation, 1e-3, 1);
    return 1 / (rho * rho) - 1;
  }

  private static double at(List<Probe> probes, double noise, boolean ofScores) {
    if (probes.size() == 1) {
      return 0;
    }
    int right = 1;
    while (right < probes.size() - 1 && probes.get(right).noise < noise) {
      right++;
    }
    Probe a = probes.get(right - 1);
    Probe b = probes.get(right);
    double from = ofScores ? a.scores : a.map;
    double to = ofScores ? b.scores : b.map;
    return from + Math.max(0, to - from) * (noise - a.noise) / (b.noise - a.noise);
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

  /** The same with scales that fit networks which were measured. */
  Prediction fitted(List<Evaluation> measured) {
    double products = 0;
    double squares = 0;
    double mapProducts = 0;
    double mapSquares = 0;
    for (Evaluation e : measured) {
      double n = sum(noise, e.assignment());
      double q = sum(change, e.assignment());
      products += n * e.measured().noise();
      squares += n * n;
      mapProducts += q * ratio(e.measured().fidelity());
      mapSquares += q * q;
    }
    Scales fitted =
        new Scales(
            squares > 0 ? products / squares : scales.score,
            mapSquares > 0 ? mapProducts / mapSquares : scales.map,
            flipScale(measured, 1),
            flipScale(measured, -1));
    return new Prediction(noise, change, fitted, margins);
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

  private static double sum(double[][] costs, Assignment a) {
    double sum = 0;
    for (int l = 0; l < costs.length; l++) {
      sum += costs[l][a.at(l)];
    }
    return sum;
  }

  /** Noise of the scores: for each layer and circuit, what they add. */
  double[][] noise() {
    return scaled(noise, scales.score);
  }

  /** Noise by signal of the maps: for each layer and circuit, what they add. */
  double[][] change() {
    return scaled(change, scales.map);
  }

  private static double[][] scaled(double[][] costs, double by) {
    return Arrays.stream(costs)
        .map(row -> Arrays.stream(row).map(x -> x * by).toArray())
        .toArray(double[][]::new);
  }

  /** Accuracy that is lost, as a share. */
  public double loss(Assignment a) {
    return lossOfNoise(scoreNoise(a));
  }

  /** Mean square of the difference of scores, as {@link Measured#noise}. */
  public double scoreNoise(Assignment a) {
    return scales.score * sum(noise, a);
  }

  /** Mean correlation of heat maps with the exact network's. */
  public double fidelity(Assignment a) {
    return 1 / Math.sqrt(1 + scales.map * sum(change, a));
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

  /** The most noise by signal of maps that keep this fidelity. */
  static double changeFor(double fidelity) {
    return fidelity <= 0 ? Double.POSITIVE_INFINITY : ratio(fidelity);
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

  /** How much each layer matters: what its coarsest circuit does to the scores. */
  double[] scores() {
    return Arrays.stream(noise).mapToDouble(row -> Arrays.stream(row).max().orElse(0)).toArray();
  }
}
