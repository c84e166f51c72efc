package whyc.simulate;

import java.util.List;
import whyc.simulate.Layer.Phase;

/**
 * What an accelerator needed for some images. All figures are modelled.
 *
 * @param layers what zeros are worth in each
 */
public record Simulation(Outcome outcome, Energy energy, List<LayerAccount> layers) {

  /** Multiply-adds of a machine that leaves nothing out, of all images. */
  public long denseMultiplyAdds() {
    return outcome.frames()
        * layers.stream()
            .mapToLong(l -> l.task().layer().orElseThrow().loops().multiplyAdds())
            .sum();
  }

  /** Products that were computed. */
  public long products() {
    return outcome.steps().stream()
        .flatMap(s -> s.shares().stream())
        .mapToLong(s -> s.work().products())
        .sum();
  }

  /** How much sooner layers are done without zeros, all of a phase one after the other. */
  public double speedup(Phase phase) {
    long dense = 0;
    long cycles = 0;
    for (LayerAccount l : layers) {
      if (l.task().phase() == phase) {
        dense += l.denseCycles();
        cycles += l.cycles();
      }
    }
    return dense / (double) cycles;
  }

  /** Watts of the chip, without the memory outside. */
  public double watts() {
    return energy.onChip() * 1e-12 / outcome.seconds();
  }

  /**
   * Operations of a dense machine for a joule of the chip, in Tera: two for each multiply-add,
   * those that were left out counted as if they had been done, as figures of such chips are given.
   */
  public double teraOperationsPerJoule() {
    return 2 * denseMultiplyAdds() / energy.onChip();
  }

  /** The same in Giga for a second and a square millimetre. */
  public double gigaOperationsPerSecondAndSquareMillimetre() {
    return 2e-9 * denseMultiplyAdds() / outcome.seconds() / outcome.machine().squareMillimetres();
  }
}
