package whyc.assign;

/**
 * An approximate network beside the exact one in integers, on the same images.
 *
 * @param right images whose best class is their label
 * @param lost images that only the exact one gets right
 * @param gained images that only the approximate one gets right
 * @param noise mean square of the difference of scores, without what all classes share
 * @param fidelity mean of the heat maps' agreement; 1 where no maps were asked for
 * @param seconds that the measurement took
 */
public record Measured(
    int images, int right, int lost, int gained, double noise, double fidelity, double seconds) {

  public double accuracy() {
    return right / (double) images;
  }

  /** Accuracy that is lost, as a share; negative where some is gained. */
  public double loss() {
    return (lost - gained) / (double) images;
  }

  public Interval lossInterval() {
    return Interval.ofLoss(lost, gained, images);
  }

  public Interval accuracyInterval() {
    return Interval.ofShare(right, images);
  }
}
