package whyc.app.cli;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import whyc.accelerator.ManyCore;
import whyc.app.report.ManyCoreOutcome;
import whyc.graph.Graph;
import whyc.measure.RankCorrelation;
import whyc.pass.PrepareToQuantize;
import whyc.simulate.Ablation;
import whyc.simulate.Simulator;
import whyc.simulate.Values;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Images on an accelerator of many cores, and in single precision beside it. */
final class ManyCoreRun {
  private final ManyCore machine;
  private final Simulator simulator;
  private final Values real;
  private final SequencedMap<String, String> attributions;
  private final Map<String, List<Double>> fidelity = new LinkedHashMap<>();
  private final Map<String, List<Tensor>> maps = new LinkedHashMap<>();

  private ManyCoreRun(
      ManyCore machine,
      Simulator simulator,
      Values real,
      SequencedMap<String, String> attributions) {
    this.machine = machine;
    this.simulator = simulator;
    this.real = real;
    this.attributions = attributions;
  }

  /**
   * Puts a program into the machine's numbers, with scales that suit some images.
   *
   * @param whole the program that the machine's maps are compared with: without pruning
   * @param attributions what outputs are called, for people
   */
  static ManyCoreRun prepare(
      ManyCore machine,
      Graph graph,
      Graph whole,
      Collection<String> predictions,
      SequencedMap<String, String> attributions,
      List<Map<String, Tensor>> images) {
    Graph g = Simulator.inFormat(machine, graph, predictions, images);
    return new ManyCoreRun(
        machine,
        new Simulator(machine, g, predictions),
        new Values(new PrepareToQuantize().apply(whole)),
        attributions);
  }

  void add(Map<String, Tensor> image) {
    Map<String, Tensor> own = simulator.add(image);
    Map<String, Tensor> exact = real.run(image);
    attributions.forEach((output, name) -> {
      Tensor map = image(Objects.requireNonNull(own.get(output)));
      Tensor wanted = image(Objects.requireNonNull(exact.get(output)));
      maps.computeIfAbsent(name, any -> new ArrayList<>()).add(map);
      fidelity
          .computeIfAbsent(name, any -> new ArrayList<>())
          .add(new RankCorrelation().of(wanted, map));
    });
  }

  /** Of the batch's only image, [c,h,w]. */
  private static Tensor image(Tensor batch) {
    return batch.reshape(new Shape(batch.shape().dims().subList(1, batch.shape().rank())));
  }

  ManyCoreOutcome outcome() {
    return new ManyCoreOutcome(
        machine,
        simulator.predictions(),
        simulator.explanations(),
        simulator.run(),
        Ablation.growing(simulator, machine),
        Ablation.policies(simulator, machine),
        fidelity,
        maps);
  }
}
