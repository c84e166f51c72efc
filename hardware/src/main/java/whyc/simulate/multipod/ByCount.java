package whyc.simulate.multipod;

import whyc.accelerator.MultiPod;

/**
 * Multiply-adds by the energy of a product: the floor of what multipliers can cost, and the bound
 * of what approximate ones can save. No time, no array, no memory.
 *
 * <pre>{@code
 * E = sum_l n_w f_l P t          P: power, t: delay of the circuit
 * }</pre>
 */
public record ByCount(MultiPod machine) implements PodModel {
  @Override
  public PodEnergy run(PodWork work) {
    double products = work.loops().multiplyAdds() * work.kept();
    return new PodEnergy(0, products * productPicojoules(work.circuit()), 0, 0);
  }
}
