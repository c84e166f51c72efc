package whyc.simulate;

import java.util.List;
import java.util.function.Supplier;
import whyc.simulate.Layer.Phase;

/** What an accelerator needed for some images. All figures are modelled. */
public final class Simulation {
  private final Outcome outcome;
  private final Supplier<List<LayerAccount>> accounts;
  private List<LayerAccount> layers = List.of();

  /**
   * What a machine did.
   *
   * @param accounts of the layers, which take as long as the rest, and are made when asked for
   */
  Simulation(Outcome outcome, Supplier<List<LayerAccount>> accounts) {
    this.outcome = outcome;
    this.accounts = accounts;
  }

  public Outcome outcome() {
    return outcome;
  }

  public Energy energy() {
    return Energy.of(outcome);
  }

  /** What zeros are worth in each layer. */
  public synchronized List<LayerAccount> layers() {
    if (layers.isEmpty()) {
      layers = accounts.get();
    }
    return layers;
  }

  /** Multiply-adds of a machine that leaves nothing out, of all images. */
  public long denseMultiplyAdds() {
    return outcome.steps().stream()
        .flatMap(s -> s.task().layer().stream())
        .mapToLong(l -> l.loops().multiplyAdds())
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
    for (LayerAccount l : layers()) {
      if (l.task().phase() == phase) {
        dense += l.denseCycles();
        cycles += l.cycles();
      }
    }
    return dense / (double) cycles;
  }

  /** Watts of the chip, without the memory outside. */
  public double watts() {
    return energy().onChip() * 1e-12 / outcome.seconds();
  }

  /**
   * Operations of a dense machine for a joule of the chip, in Tera: two for each multiply-add,
   * those that were left out counted as if they had been done, as figures of such chips are given.
   */
  public double teraOperationsPerJoule() {
    return 2 * denseMultiplyAdds() / energy().onChip();
  }

  /** The same in Giga for a second and a square millimetre. */
  public double gigaOperationsPerSecondAndSquareMillimetre() {
    return 2e-9 * denseMultiplyAdds() / outcome.seconds() / outcome.machine().squareMillimetres();
  }
}
