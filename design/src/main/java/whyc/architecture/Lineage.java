package whyc.architecture;

import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Where networks' weights start: from the nearest network that was trained wholly before, if
 * weights are inherited, else at random. The same network is trained once.
 */
final class Lineage {
  /** Weights are handed on no further: each hand adds steps that a fresh network has not had. */
  private static final int GENERATIONS = 2;

  private final Space space;
  private final boolean inherits;
  private final Map<String, Training> trained = new LinkedHashMap<>();
  private final Map<String, int[]> genesOf = new HashMap<>();

  Lineage(Space space, boolean inherits) {
    this.space = space;
    this.inherits = inherits;
  }

  /** A network was trained wholly. */
  void add(Training t) {
    trained.putIfAbsent(t.architecture().id(), t);
  }

  /**
   * The training that a network had, or is to have.
   *
   * @param genes of the network, by which distance is told
   */
  Training training(Architecture a, int[] genes) {
    Training known = trained.get(a.id());
    if (known != null) {
      return known;
    }
    genesOf.put(a.id(), genes.clone());
    if (!inherits) {
      return Training.fresh(a);
    }
    return trained.values().stream()
        .filter(t -> t.generation() < GENERATIONS)
        .min(Comparator.comparingInt(t -> distance(genes, t.architecture())))
        .filter(t -> distance(genes, t.architecture()) <= space.shapeGenes() / 2)
        .map(t -> new Training(a, Optional.of(t)))
        .orElseGet(() -> Training.fresh(a));
  }

  private int distance(int[] genes, Architecture other) {
    int[] theirs = genesOf.getOrDefault(other.id(), new int[0]);
    int distance = 0;
    for (int g = 0; g < space.shapeGenes(); g++) {
      distance += g < theirs.length && theirs[g] == genes[g] ? 0 : 1;
    }
    return distance;
  }
}
