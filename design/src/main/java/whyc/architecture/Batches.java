package whyc.architecture;

import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * The batches of a training: the same for the same step, whatever was asked for before. Pictures
 * come in another order in each pass; each is shifted, and mirrored every other time. What comes in
 * at the border is 0, the mean colour.
 */
final class Batches {
  private final Pictures pictures;
  private final Recipe recipe;
  private final float[][] table;
  private int[] order = {};
  private long orderOf = -1;

  Batches(Pictures pictures, Normalisation by, Recipe recipe) {
    this.pictures = pictures;
    this.recipe = recipe;
    this.table = by.table();
  }

  /**
   * Pictures for one step.
   *
   * @param x prepared, [n,h,w,c]
   * @param targets wished-for probabilities, [n,classes]
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Batch(float[] x, float[] targets) {}

  Batch at(int step) {
    int count = Math.min(recipe.batch(), pictures.size());
    SplittableRandom random = new SplittableRandom(recipe.seed() * 1_000_003 + step);
    float[] x = new float[count * pictures.volume()];
    float[] targets = new float[count * pictures.classes()];
    Arrays.fill(targets, recipe.smoothing() / pictures.classes());
    int most = (int) Math.round(recipe.shift() * pictures.height());
    for (int i = 0; i < count; i++) {
      int picture = picture((long) step * count + i);
      int down = random.nextInt(-most, most + 1);
      int right = random.nextInt(-most, most + 1);
      boolean mirrored = random.nextBoolean() && recipe.mirrors();
      copy(picture, down, right, mirrored, x, i);
      targets[i * pictures.classes() + pictures.labels()[picture]] += 1 - recipe.smoothing();
    }
    return new Batch(x, targets);
  }

  /** Pictures as they are. */
  float[] plain(int from, int to) {
    float[] x = new float[(to - from) * pictures.volume()];
    for (int i = from; i < to; i++) {
      copy(i, 0, 0, false, x, i - from);
    }
    return x;
  }

  private int picture(long drawn) {
    long pass = drawn / pictures.size();
    if (pass != orderOf) {
      order = shuffled(pictures.size(), new Random(recipe.seed() * 31 + pass));
      orderOf = pass;
    }
    return order[(int) (drawn % pictures.size())];
  }

  /** Fisher and Yates: every order is equally likely. */
  static int[] shuffled(int count, Random random) {
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  private void copy(int picture, int down, int right, boolean mirrored, float[] x, int position) {
    int channels = pictures.channels();
    int width = pictures.width();
    int lastRow = Math.min(pictures.height(), pictures.height() - down);
    int lastColumn = Math.min(width, width - right);
    for (int row = Math.max(0, -down); row < lastRow; row++) {
      for (int column = Math.max(0, -right); column < lastColumn; column++) {
        int source = mirrored ? width - 1 - column : column;
        int from = picture * pictures.volume() + (row * width + source) * channels;
        int to = position * pictures.volume() + ((row + down) * width + column + right) * channels;
        for (int c = 0; c < channels; c++) {
          x[to + c] = table[c][Byte.toUnsignedInt(pictures.pixels()[from + c])];
        }
      }
    }
  }
}
