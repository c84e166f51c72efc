package whyc.bench.train;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Random crops and mirror images: a picture is shifted by up to {@code shift} pixels each way,
 * mirrored every other time; what comes in at the border is 0 after normalization, the mean colour.
 *
 * @param shift largest shift in pixels
 * @param smoothing probability taken from the true class and spread evenly over all of them
 *     (Szegedy et al. 2016, section 7)
 */
record Augmentation(int shift, float smoothing) {
  private static final int SIDE = ImageSet.SIDE;

  /** The pictures {@code order[from]} to {@code order[to - 1]}, each changed at random. */
  Batch batch(ImageSet set, int[] order, int from, int to, RandomGenerator random) {
    int count = to - from;
    float[] x = new float[count * ImageSet.VOLUME];
    float[] targets = new float[count * ImageSet.CLASSES];
    Arrays.fill(targets, smoothing / ImageSet.CLASSES);
    for (int i = 0; i < count; i++) {
      int picture = order[from + i];
      int down = random.nextInt(-shift, shift + 1);
      int right = random.nextInt(-shift, shift + 1);
      copy(set.pixels(), picture, down, right, random.nextBoolean(), x, i);
      targets[i * ImageSet.CLASSES + set.labels()[picture]] += 1 - smoothing;
    }
    return new Batch(x, targets);
  }

  private static void copy(
      byte[] pixels, int picture, int down, int right, boolean mirrored, float[] x, int position) {
    int lastRow = Math.min(SIDE, SIDE - down);
    for (int row = Math.max(0, -down); row < lastRow; row++) {
      int lastColumn = Math.min(SIDE, SIDE - right);
      for (int column = Math.max(0, -right); column < lastColumn; column++) {
        int source = mirrored ? SIDE - 1 - column : column;
        int from = picture * ImageSet.VOLUME + (row * SIDE + source) * ImageSet.COLOURS;
        int to =
            position * ImageSet.VOLUME + ((row + down) * SIDE + column + right) * ImageSet.COLOURS;
        for (int c = 0; c < ImageSet.COLOURS; c++) {
          x[to + c] = ImageSet.normalize(pixels[from + c], c);
        }
      }
    }
  }
}
