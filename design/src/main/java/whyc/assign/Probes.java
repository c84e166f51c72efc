package whyc.assign;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What each layer does on its own with each circuit: measured with the finest, a middle and the
 * coarsest of them on a few images, and a power of the circuit's noise in between.
 *
 * <p>What turns a layer back makes noise of its own, from operands of its own, so it is probed by
 * itself where it is approximate.
 *
 * @param scores noise of the scores, [layer][circuit]
 * @param fineScores what would be left of it for a circuit without noise, which only makes codes
 *     round otherwise, [layer]: on a straight line through the two finest; none by a single one
 * @param forward change of the maps by the prediction's pass, as {@link Damage} adds it up
 * @param fineForward what would be left of that
 * @param backward change of the maps by the explanation's pass
 */
@SuppressWarnings("ArrayRecordComponent") // read only, never compared
record Probes(
    double[][] scores,
    double[] fineScores,
    double[][] forward,
    double[] fineForward,
    double[][] backward) {

  /** Circuits of a layer that are probed in one pass. */
  private static final int EACH = 3;

  /**
   * Layers that are being measured.
   *
   * @param images of each probe
   */
  private record Probing(Search search, int images) {
    Measured of(int layer, int circuit, Passes passes) {
      Assignment alone = search.problem().exact().with(layer, circuit);
      return search.probe(alone, passes, images);
    }
  }

  /** One measured circuit: what comes of the noise that it makes. */
  record Point(double noise, double value) {}

  /** Probes all layers, as long as the search may measure. */
  static Probes of(Search search) {
    Problem p = search.problem();
    int passes = p.network().explainsApproximately() ? 2 : 1;
    int all = p.layers() * (passes * EACH + p.skips().size());
    Probing probing = new Probing(search, search.probed(all));
    Probes probes = none(p);
    for (int l = 0; l < p.layers() && !search.isOver(); l++) {
      probes.fill(l, probing, passes == 2);
    }
    return probes;
  }

  private static Probes none(Problem p) {
    int circuits = p.circuits().size();
    return new Probes(
        new double[p.layers()][circuits],
        new double[p.layers()],
        new double[p.layers()][circuits],
        new double[p.layers()],
        new double[p.layers()][circuits]);
  }

  private void fill(int layer, Probing probing, boolean turned) {
    Problem p = probing.search.problem();
    ProductLayer l = p.network().layers().get(layer);
    fill(layer, probing, List.of(l), turned ? Passes.FORWARD : Passes.BOTH);
    List<ProductLayer> turning = p.network().turning(l);
    if (!turning.isEmpty()) {
      fill(layer, probing, turning, Passes.BACKWARD);
    }
    p.skips().forEach(share -> skip(layer, probing, share));
  }

  private void fill(int layer, Probing probing, List<ProductLayer> products, Passes passes) {
    double[] noises = noises(probing.search.problem(), products);
    List<Point> toScores = new ArrayList<>();
    List<Point> toMaps = new ArrayList<>();
    for (int c : probed(probing.search.problem(), noises)) {
      Measured m = probing.of(layer, c, passes);
      toScores.add(new Point(noises[c], m.noise()));
      toMaps.add(new Point(noises[c], Damage.ofMaps(m.fidelity())));
    }
    if (passes != Passes.BACKWARD) {
      fineScores[layer] = fine(toScores);
      fineForward[layer] = fine(toMaps);
    }
    for (int c = 0; c < noises.length; c++) {
      if (passes == Passes.BACKWARD) {
        backward[layer][c] = at(toMaps, noises[c]);
      } else {
        scores[layer][c] = at(toScores, noises[c]);
        forward[layer][c] = at(toMaps, noises[c]);
      }
    }
  }

  private static double[] noises(Problem p, List<ProductLayer> products) {
    return p.circuits().stream()
        .mapToDouble(c -> products.stream().mapToDouble(l -> p.network().noise(l, c)).sum())
        .toArray();
  }

  /** The circuits of least, middle and most noise. */
  private static List<Integer> probed(Problem p, double[] noises) {
    List<Integer> noisy =
        IntStream.range(0, noises.length)
            .filter(c -> noises[c] > 0 && p.circuits().get(c).skipped() == 0)
            .boxed()
            .sorted(Comparator.comparingDouble(c -> noises[c]))
            .toList();
    return noisy.size() <= EACH
        ? noisy
        : List.of(noisy.getFirst(), noisy.get(noisy.size() / 2), noisy.getLast());
  }

  /** The straight line through the first two points, where there is no noise. */
  static double fine(List<Point> points) {
    if (points.size() < 2) {
      return 0;
    }
    Point a = points.get(0);
    Point b = points.get(1);
    double slope = Math.max(0, b.value - a.value) / (b.noise - a.noise);
    return Math.max(0, a.value - slope * a.noise);
  }

  /** Between two points a power of the noise, or a straight line where one of them is nothing. */
  static double at(List<Point> points, double noise) {
    if (points.isEmpty() || noise == 0) {
      return 0;
    }
    int right = 0;
    while (right < points.size() - 1 && points.get(right).noise < noise) {
      right++;
    }
    Point b = points.get(right);
    Point a = right == 0 ? new Point(0, 0) : points.get(right - 1);
    double more = Math.max(a.value, b.value);
    return a.value > 0
        ? a.value
            * Math.pow(more / a.value, Math.log(noise / a.noise) / Math.log(b.noise / a.noise))
        : more * (noise - a.noise) / (b.noise - a.noise);
  }

  /** Adds what a layer does that skips channels and multiplies exactly. */
  private void skip(int layer, Probing probing, double share) {
    Problem p = probing.search.problem();
    int skipping = p.like(0, share);
    if (p.energies().picojoules(layer, skipping) < p.energies().picojoules(layer, 0)) {
      Measured m = probing.of(layer, skipping, Passes.BOTH);
      for (int c = 0; c < scores[layer].length; c++) {
        if (p.circuits().get(c).skipped() == share) {
          scores[layer][c] += m.noise();
          forward[layer][c] += Damage.ofMaps(m.fidelity());
        }
      }
    }
  }
}
