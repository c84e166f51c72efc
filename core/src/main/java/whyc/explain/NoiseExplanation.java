package whyc.explain;

import whyc.op.Value;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/** An explanation from gradients at noisy copies of the image, each of equal weight. */
interface NoiseExplanation extends PointExplanation {
  /** Standard normal noise: an input [n,points,c,h,w]. */
  String NOISE = "whyc_noise";

  int samples();

  Noise noise();

  @Override
  default int points() {
    return samples();
  }

  @Override
  default String placeInput() {
    return NOISE;
  }

  @Override
  default Shape placeShape(Shape sample) {
    return sample;
  }

  @Override
  default double[] place(int point, Shape sample) {
    return noise().standard(point, sample.size());
  }

  @Override
  default double weight(int point) {
    return 1.0 / samples();
  }

  @Override
  default Value points(Draft d, Value place) {
    return noise().on(d, place);
  }

  /** The weighted sum over the points of values [n,points,c,h,w]. */
  static Value sum(Draft d, Value x, Value weights) {
    return d.g.squeeze(d.g.sum(d.g.mul(x, weights), 1), 1);
  }

  static void check(int samples, int least, int pointsPerRun) {
    if (samples < least || samples > 100_000) {
      throw new RefusedArgument("samples want to be " + least + " to 100000, got " + samples);
    }
    if (pointsPerRun < 1) {
      throw new RefusedArgument("points in a run want to be at least 1, got " + pointsPerRun);
    }
  }
}
