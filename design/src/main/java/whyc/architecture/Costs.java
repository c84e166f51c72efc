package whyc.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import whyc.accelerator.Accelerator;
import whyc.accelerator.ManyCore;
import whyc.accelerator.MultiPod;
import whyc.accelerator.Systolic;
import whyc.graph.Graph;
import whyc.simulate.Loops;
import whyc.simulate.Simulation;
import whyc.simulate.Simulator;
import whyc.simulate.multipod.Corrected;
import whyc.simulate.multipod.PodEnergy;
import whyc.simulate.multipod.PodWork;
import whyc.simulate.systolic.Account;
import whyc.simulate.systolic.SystolicMachine;
import whyc.tensor.Tensor;

/** What a prediction costs on an accelerator. */
sealed interface Costs {

  /** Of one image. */
  record Cost(double energyPicojoules, double latencyMilliseconds) {}

  /**
   * A network in real numbers for one image, and an image: for accelerators whose cost depends on
   * which values are zero.
   */
  record Run(Graph graph, String output, Map<String, Tensor> image) {}

  /**
   * The cost of a network.
   *
   * @param choices for each layer
   */
  Cost of(Architecture network, List<Choice> choices, Supplier<Run> run);

  /**
   * The energy of one layer, to compare what it may have: in picojoules, or in multiply-adds where
   * only a run tells more.
   */
  double energy(Architecture.LayerShape layer, Choice choice);

  /** Whether the shape of a network alone tells its cost. */
  boolean knownBeforehand();

  static Costs of(Accelerator machine, Arithmetic arithmetic) {
    return switch (machine) {
      case MultiPod pods -> new OfPods(pods, arithmetic);
      case Systolic array -> new OfArray(SystolicMachine.of(array));
      case ManyCore cores -> new OfCores(cores);
    };
  }

  /** Bytes of weights that are kept, of biases, and of the largest layer's input and output. */
  static double memoryBytes(Architecture network, List<Choice> choices) {
    double weights = 0;
    double values = 0;
    List<Architecture.LayerShape> layers = network.layers();
    for (int i = 0; i < layers.size(); i++) {
      Loops loops = layers.get(i).loops();
      double kept = choices.get(i).keptOf(layers.get(i).outputs());
      weights += kept * (loops.weights() + (double) Integer.BYTES * layers.get(i).outputs());
      values = Math.max(values, (double) loops.inputs() + loops.outputs());
    }
    return weights + values;
  }

  /** One layer after the other, each on all pods, with streaming, filling and draining. */
  record OfPods(MultiPod machine, Arithmetic arithmetic) implements Costs {
    @Override
    public Cost of(Architecture network, List<Choice> choices, Supplier<Run> run) {
      PodEnergy sum = PodEnergy.NONE;
      List<Architecture.LayerShape> layers = network.layers();
      for (int i = 0; i < layers.size(); i++) {
        sum = sum.plus(account(layers.get(i), choices.get(i)));
      }
      return new Cost(sum.totalPicojoules(), sum.cycles() * machine.cycleNanoseconds() * 1e-6);
    }

    private PodEnergy account(Architecture.LayerShape l, Choice c) {
      PodWork work =
          new PodWork(
              l.name(), l.loops(), arithmetic.named(c.multiplier()).unit(), c.keptOf(l.outputs()));
      return new Corrected(machine).run(List.of(work));
    }

    @Override
    public double energy(Architecture.LayerShape layer, Choice choice) {
      return account(layer, choice).totalPicojoules();
    }

    @Override
    public boolean knownBeforehand() {
      return true;
    }
  }

  /** One layer after the other on one array. */
  record OfArray(SystolicMachine machine) implements Costs {
    @Override
    public Cost of(Architecture network, List<Choice> choices, Supplier<Run> run) {
      List<Loops> kept = new ArrayList<>();
      List<Architecture.LayerShape> layers = network.layers();
      for (int i = 0; i < layers.size(); i++) {
        Architecture.LayerShape l = layers.get(i);
        kept.add(l.loops().kept(choices.get(i).keptOf(l.outputs())));
      }
      Account account = machine.run(kept);
      return new Cost(machine.energy(account).total(), machine.milliseconds(account));
    }

    @Override
    public double energy(Architecture.LayerShape layer, Choice choice) {
      Loops kept = layer.loops().kept(choice.keptOf(layer.outputs()));
      return machine.energy(machine.run(List.of(kept))).total();
    }

    @Override
    public boolean knownBeforehand() {
      return true;
    }
  }

  /** Cores that leave out what is zero: an image decides what that is. */
  record OfCores(ManyCore machine) implements Costs {
    @Override
    public Cost of(Architecture network, List<Choice> choices, Supplier<Run> run) {
      Run r = run.get();
      List<String> predictions = List.of(r.output());
      Graph g = Simulator.inFormat(machine, r.graph(), predictions, List.of(r.image()));
      Simulator simulator = new Simulator(machine, g, predictions);
      simulator.add(r.image());
      Simulation s = simulator.run();
      return new Cost(s.energy().total(), s.outcome().seconds() * 1e3);
    }

    @Override
    public double energy(Architecture.LayerShape layer, Choice choice) {
      return layer.loops().kept(choice.keptOf(layer.outputs())).multiplyAdds();
    }

    @Override
    public boolean knownBeforehand() {
      return false;
    }
  }
}
