package whyc.assign;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import whyc.refusal.RefusedArgument;

/**
 * A data set in three parts that share no image, drawn at random and always alike: a data set may
 * be sorted by class.
 *
 * @param calibration images that give scales and histograms: a fifth, at most {@value #CALIBRATED}
 * @param selection images by which a network is chosen
 * @param heldOut images that no choice has seen: what is reported of the chosen one
 */
public record DataSplit(DataSet calibration, DataSet selection, DataSet heldOut) {
  static final int CALIBRATED = 200;

  private static final long SEED = 20_250_423;

  /**
   * Splits a data set.
   *
   * @param heldOutShare of the images that are not calibrated by; above 0, below 1
   */
  public static DataSplit of(DataSet all, double heldOutShare) {
    if (!(heldOutShare > 0 && heldOutShare < 1)) {
      throw new RefusedArgument(
          "a split wants a share between 0 and 1 held out, got " + heldOutShare);
    }
    if (all.size() < 3) {
      throw new RefusedArgument(
          "%s: a data set wants 3 images at least, to calibrate, to choose and to report by, got %d"
              .formatted(all.name(), all.size()));
    }
    List<Integer> order = order(all.size());
    int calibrated = Math.clamp(all.size() / 5, 1, CALIBRATED);
    int rest = all.size() - calibrated;
    int held = Math.clamp(Math.round(rest * heldOutShare), 1, rest - 1);
    return new DataSplit(
        all.picked(order.subList(0, calibrated)),
        all.picked(order.subList(calibrated, all.size() - held)),
        all.picked(order.subList(all.size() - held, all.size())));
  }

  /** All places, shuffled (Fisher and Yates 1938). */
  private static List<Integer> order(int size) {
    int[] order = IntStream.range(0, size).toArray();
    SplittableRandom random = new SplittableRandom(SEED);
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
    return IntStream.of(order).boxed().toList();
  }
}
