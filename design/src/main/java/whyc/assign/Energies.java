package whyc.assign;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import whyc.accelerator.MultiPod;
import whyc.accelerator.MultiplierUnit;
import whyc.simulate.Layer;
import whyc.simulate.Layer.Phase;
import whyc.simulate.multipod.PodEnergy;
import whyc.simulate.multipod.PodWork;
import whyc.simulate.multipod.SideBySide;

/**
 * What an image's prediction costs on an accelerator with some circuits in its layers, by every
 * model; with its explanation where that has the same multipliers. What is minimised is {@link
 * SideBySide#corrected}, memory included.
 *
 * @param layers for each layer and circuit
 * @param rest layers that stay exact
 */
public record Energies(MultiPod machine, List<List<SideBySide>> layers, SideBySide rest) {

  /** The table for a network and the circuits that its layers may have. */
  public static Energies of(MultiPod machine, Network network, List<Circuit> circuits) {
    List<List<SideBySide>> table = new ArrayList<>();
    for (ProductLayer l : network.layers()) {
      List<ProductLayer> both = Stream.concat(Stream.of(l), network.turning(l).stream()).toList();
      table.add(
          circuits.stream().map(c -> of(machine, both, c.unit(), kept(network, l, c))).toList());
    }
    return new Energies(machine, List.copyOf(table), rest(machine, network));
  }

  /** The share of a layer's outputs that are not left out; backwards they are inputs. */
  private static double kept(Network network, ProductLayer l, Circuit c) {
    return 1 - network.skipped(l, c).size() / (double) l.outputs();
  }

  private static SideBySide of(
      MultiPod machine, List<ProductLayer> layers, MultiplierUnit unit, double kept) {
    return SideBySide.of(
        machine, layers.stream().map(l -> new PodWork(l.name(), l.loops(), unit, kept)).toList());
  }

  private static SideBySide rest(MultiPod machine, Network network) {
    List<PodWork> exact =
        Layer.of(network.quantized().graph().withBatch(1), network.predictions()).stream()
            .filter(l -> l.phase() == Phase.INFERENCE)
            .map(l -> new PodWork(l.label(), l.loops(), machine.exact(), 1))
            .toList();
    SideBySide all = SideBySide.of(machine, exact);
    SideBySide known = of(machine, network.layers(), machine.exact(), 1);
    SideBySide unknown =
        new SideBySide(
            minus(all.byCount(), known.byCount()),
            minus(all.asPrinted(), known.asPrinted()),
            minus(all.corrected(), known.corrected()));
    return plus(unknown, of(machine, network.exactBackward(), machine.exact(), 1));
  }

  private static PodEnergy minus(PodEnergy a, PodEnergy b) {
    return new PodEnergy(
        a.cycles() - b.cycles(),
        a.multiplierPicojoules() - b.multiplierPicojoules(),
        a.arrayPicojoules() - b.arrayPicojoules(),
        a.memoryPicojoules() - b.memoryPicojoules());
  }

  private static SideBySide plus(SideBySide a, SideBySide b) {
    return new SideBySide(
        a.byCount().plus(b.byCount()),
        a.asPrinted().plus(b.asPrinted()),
        a.corrected().plus(b.corrected()));
  }

  /** Of a whole image. */
  public SideBySide of(Assignment a) {
    SideBySide sum = rest;
    for (int i = 0; i < layers.size(); i++) {
      sum = plus(sum, layers.get(i).get(a.at(i)));
    }
    return sum;
  }

  /** What a circuit in a layer adds to what is minimised. */
  double picojoules(int layer, int circuit) {
    return layers.get(layer).get(circuit).corrected().totalPicojoules();
  }

  /** The same for each layer and circuit. */
  double[][] picojoules() {
    double[][] all = new double[layers.size()][];
    for (int l = 0; l < all.length; l++) {
      all[l] = layers.get(l).stream().mapToDouble(e -> e.corrected().totalPicojoules()).toArray();
    }
    return all;
  }

  /** What the cheapest circuits save in what is minimised. */
  double mostSaved() {
    double saved = 0;
    for (List<SideBySide> layer : layers) {
      double least =
          layer.stream().mapToDouble(e -> e.corrected().totalPicojoules()).min().orElse(0);
      saved += layer.getFirst().corrected().totalPicojoules() - least;
    }
    return saved;
  }

  /** What is minimised. */
  public double picojoules(Assignment a) {
    return of(a).corrected().totalPicojoules();
  }
}
