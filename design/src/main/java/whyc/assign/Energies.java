package whyc.assign;

import java.util.ArrayList;
import java.util.List;
import whyc.accelerator.MultiPod;
import whyc.accelerator.MultiplierUnit;
import whyc.simulate.Layer;
import whyc.simulate.Layer.Phase;
import whyc.simulate.multipod.PodEnergy;
import whyc.simulate.multipod.PodWork;
import whyc.simulate.multipod.SideBySide;

/**
 * What an image's prediction costs on an accelerator with some circuits in its layers, by every
 * model. What is minimised is {@link SideBySide#corrected}, memory included.
 *
 * @param layers for each layer and circuit
 * @param rest layers that stay exact
 */
public record Energies(MultiPod machine, List<List<SideBySide>> layers, SideBySide rest) {

  /** The table for a network and the circuits that its layers may have. */
  public static Energies of(MultiPod machine, Network network, List<Circuit> circuits) {
    List<List<SideBySide>> table = new ArrayList<>();
    for (ProductLayer l : network.layers()) {
      table.add(
          circuits.stream().map(c -> SideBySide.of(machine, List.of(work(l, c.unit())))).toList());
    }
    return new Energies(machine, List.copyOf(table), rest(machine, network));
  }

  private static PodWork work(ProductLayer l, MultiplierUnit unit) {
    return new PodWork(l.name(), l.loops(), unit, 1);
  }

  private static SideBySide rest(MultiPod machine, Network network) {
    List<PodWork> exact =
        Layer.of(network.quantized().graph().withBatch(1), network.predictions()).stream()
            .filter(l -> l.phase() == Phase.INFERENCE)
            .map(l -> new PodWork(l.label(), l.loops(), machine.exact(), 1))
            .toList();
    SideBySide all = SideBySide.of(machine, exact);
    SideBySide known =
        SideBySide.of(
            machine, network.layers().stream().map(l -> work(l, machine.exact())).toList());
    return new SideBySide(
        minus(all.byCount(), known.byCount()),
        minus(all.asPrinted(), known.asPrinted()),
        minus(all.corrected(), known.corrected()));
  }

  private static PodEnergy minus(PodEnergy a, PodEnergy b) {
    return new PodEnergy(
        a.cycles() - b.cycles(),
        a.multiplierPicojoules() - b.multiplierPicojoules(),
        a.arrayPicojoules() - b.arrayPicojoules(),
        a.memoryPicojoules() - b.memoryPicojoules());
  }

  /** Of a whole image. */
  public SideBySide of(Assignment a) {
    SideBySide sum = rest;
    for (int i = 0; i < layers.size(); i++) {
      SideBySide layer = layers.get(i).get(a.at(i));
      sum =
          new SideBySide(
              sum.byCount().plus(layer.byCount()),
              sum.asPrinted().plus(layer.asPrinted()),
              sum.corrected().plus(layer.corrected()));
    }
    return sum;
  }

  /** What a circuit in a layer adds to what is minimised. */
  double picojoules(int layer, int circuit) {
    return layers.get(layer).get(circuit).corrected().totalPicojoules();
  }

  /** What is minimised. */
  public double picojoules(Assignment a) {
    return of(a).corrected().totalPicojoules();
  }
}
