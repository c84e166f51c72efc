package whyc.simulate.multipod;

import whyc.accelerator.MultiPod;
import whyc.simulate.Loops;

/**
 * Equations (1) and (2) of XAI-Gen (Siddique, Khalil, Hoque, ISQED 2025) as they stand there.
 *
 * <pre>{@code
 * N_m = t                              if t < m/2
 *     = (m/2) max(f_l - (t/2 - 1), 1)  if m/2 < t < m
 *     = m     max(f_l - (t   - 1), 1)  otherwise                   (1)
 * E_a = ceil(N_m/R) E_M + sum_l c_l T P_pod                        (2)
 * c_l = n_w / (m p)        P_pod = (m/2) P_mac + (m/2) P_xmac
 * }</pre>
 *
 * m: elements of a pod, p: pods, n_w: weights, f_l: places that a weight multiplies, R: rows of a
 * bank, E_M: its energy, T: a cycle, P: power.
 *
 * <p>Where the text cannot be followed to the letter: t is the layer's part of a pod, rows by
 * columns of its weight matrix that fit, because r c itself always equals m; (1) is summed over the
 * layers; c_l is a whole number, rounded up; the halves are the machine's shares.
 */
public record AsPrinted(MultiPod machine) implements PodModel {
  @Override
  public PodEnergy run(PodWork work) {
    long groups =
        (long) Math.ceil(work.weights() / ((double) machine.podElements() * machine.pods()));
    double podMilliwatts = machine.podElements() * multiplierMilliwatts(work.circuit());
    double rows =
        Math.ceil(moved(tile(work.loops()), work.places()) / machine.banks().rowsPerBank());
    return new PodEnergy(
        groups,
        groups * machine.cycleNanoseconds() * podMilliwatts,
        0,
        rows * machine.banks().energyPicojoulesPerByte());
  }

  private long tile(Loops loops) {
    long depth = (long) loops.inputChannels() * loops.window().area();
    return Math.min(depth, machine.rows()) * Math.min(loops.outputChannels(), machine.columns());
  }

  /** N_m. */
  private double moved(long tile, long places) {
    double elements = machine.podElements();
    if (tile < elements / 2) {
      return tile;
    }
    return tile > elements / 2 && tile < elements
        ? elements / 2 * Math.max(places - (tile / 2.0 - 1), 1)
        : elements * Math.max(places - (tile - 1.0), 1);
  }
}
