package whyc.explain;

import java.util.SplittableRandom;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;

/**
 * Gaussian noise on an image, the same on every machine.
 *
 * <p>Sample {@code k} comes from a {@link SplittableRandom} of its own, seeded with the k-th long
 * of the {@link SplittableRandom} of {@code seed}. Its uniform numbers {@code u, v} are taken in
 * pairs and become the normal numbers {@code r cos(2 pi v), r sin(2 pi v)} with {@code r = sqrt(-2
 * log(1 - u))} (Box and Muller 1958), in {@link StrictMath}, in row-major order.
 *
 * @param deviation the noise's standard deviation
 * @param relative whether that is a fraction of the image's range, its maximum less its minimum
 */
public record Noise(double deviation, boolean relative, long seed) {
  public Noise {
    if (!(deviation >= 0) || Double.isInfinite(deviation)) {
      throw new RefusedArgument("noise wants a deviation of at least 0, got " + deviation);
    }
  }

  /** Standard normal numbers for one sample. */
  double[] standard(int sample, int size) {
    SplittableRandom seeds = new SplittableRandom(seed);
    long own = seeds.nextLong();
    for (int i = 0; i < sample; i++) {
      own = seeds.nextLong();
    }
    SplittableRandom random = new SplittableRandom(own);
    double[] z = new double[size];
    for (int i = 0; i < size; i += 2) {
      double r = StrictMath.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
      double angle = 2 * Math.PI * random.nextDouble();
      z[i] = r * StrictMath.cos(angle);
      if (i + 1 < size) {
        z[i + 1] = r * StrictMath.sin(angle);
      }
    }
    return z;
  }

  /**
   * The image with noise added.
   *
   * @param standard [1 or n,samples,c,h,w]
   * @return [n,samples,c,h,w]
   */
  Value on(Draft d, Value standard) {
    return d.g.add(d.g.unsqueeze(d.image, 1), d.g.mul(standard, scale(d)));
  }

  private Value scale(Draft d) {
    if (!relative) {
      return d.g.scalar(deviation, d.image);
    }
    int[] axes = d.g.sampleAxes(d.image);
    Value range = d.g.sub(d.g.maximum(d.image, axes), d.g.minimum(d.image, axes));
    return d.g.unsqueeze(d.g.scale(range, deviation), 1);
  }
}
