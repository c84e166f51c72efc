package whyc.simulate.multipod;

import whyc.accelerator.MultiplierUnit;
import whyc.simulate.Loops;

/**
 * A layer for the pods.
 *
 * @param circuit of the approximate elements; the machine's exact one for an exact layer
 * @param kept share of the output channels that are not skipped: above 0, at most 1
 */
public record PodWork(String label, Loops loops, MultiplierUnit circuit, double kept) {
  public PodWork {
    if (!(kept > 0 && kept <= 1)) {
      throw new IllegalArgumentException(
          "work wants a kept share above 0, at most 1, got %s (layer \"%s\")"
              .formatted(kept, label));
    }
  }

  /** n_w: weights that are kept. */
  double weights() {
    return loops.weights() * kept;
  }

  /** f_l: places at which the same weight multiplies. */
  long places() {
    return loops.scatters() ? loops.input().size() : loops.output().size();
  }

  /** The loops over the channels that are kept: at least one. */
  Loops keptLoops() {
    return loops.kept(kept);
  }
}
