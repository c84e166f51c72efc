package whyc.architecture;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Weights from a relative.
 *
 * <p>A tensor takes what the tensor of the same name has at the same place, cut where it is
 * smaller: channels from the first on, windows around their middle. What the relative has not stays
 * as a fresh network has it; the channels of a weight that are new start at a tenth of their size,
 * so that they do not drown what was inherited.
 */
final class Inheritance {
  private static final float FRESH = 0.1f;

  private Inheritance() {}

  /**
   * Weights to start from.
   *
   * @param from the relative's
   */
  static Weights of(
      Architecture heir, Architecture relative, Weights from, RandomGenerator random) {
    Weights weights = Weights.initial(heir, random);
    Map<String, Integer> known = new HashMap<>();
    List<Parameter> theirs = relative.parameters();
    for (int i = 0; i < theirs.size(); i++) {
      known.put(theirs.get(i).name(), i);
    }
    List<Parameter> own = heir.parameters();
    for (int i = 0; i < own.size(); i++) {
      Integer source = known.get(own.get(i).name());
      if (source != null) {
        inherit(own.get(i), weights.get(i), theirs.get(source), from.get(source));
      }
    }
    return weights;
  }

  private static void inherit(Parameter p, float[] to, Parameter relative, float[] from) {
    int[] own = dims(p);
    int[] other = dims(relative);
    for (int i = 0; i < to.length; i++) {
      int at = place(i, own, other);
      if (at >= 0) {
        to[i] = from[at];
      } else if (p.role() == Parameter.Role.WEIGHT) {
        to[i] *= FRESH;
      }
    }
  }

  /** [o,i,h,w] of any tensor. */
  private static int[] dims(Parameter p) {
    int[] dims = {1, 1, 1, 1};
    for (int i = 0; i < p.shape().size(); i++) {
      dims[i] = p.shape().get(i);
    }
    return dims;
  }

  /** The relative's index of a place, or -1 where it has none. */
  private static int place(int index, int[] own, int[] other) {
    int x = index % own[3];
    int y = index / own[3] % own[2];
    int i = index / (own[3] * own[2]) % own[1];
    int o = index / (own[3] * own[2] * own[1]);
    int down = y + (other[2] - own[2]) / 2;
    int right = x + (other[3] - own[3]) / 2;
    boolean has =
        o < other[0]
            && i < other[1]
            && down >= 0
            && down < other[2]
            && right >= 0
            && right < other[3];
    return has ? ((o * other[1] + i) * other[2] + down) * other[3] + right : -1;
  }
}
