package whyc.simulate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import whyc.accelerator.ManyCore;
import whyc.accelerator.ManyCore.Policy;
import whyc.accelerator.ManyCore.Scheduler;
import whyc.graph.Graph;
import whyc.op.Input;
import whyc.op.Value;
import whyc.pass.PrepareToQuantize;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.simulate.Layer.Phase;
import whyc.tensor.Tensor;

/**
 * Runs images on an accelerator of many cores: computes their values as its cores do, without what
 * is zero, and follows cycles, bytes and energy.
 */
public final class Simulator {
  private final ManyCore machine;
  private final Workload fused;
  private final Workload unfused;
  private final Values values;
  private final List<Trace> frames = new ArrayList<>();
  private final Map<Cut, Shares> shares = new HashMap<>();

  /** What shares depend on: machines that only decide otherwise have them in common. */
  private record Cut(ManyCore machine, Workload workload) {
    static Cut of(ManyCore m, Workload w) {
      boolean compresses = m.scheduler().compresses();
      Scheduler plain = new Scheduler(Policy.SEQUENTIAL, compresses, false, false, false);
      return new Cut(m.with(plain), w);
    }
  }

  /**
   * A simulator of one program.
   *
   * @param g for one image, in the machine's number format: see {@link #inFormat}
   * @param predictions outputs of the model itself; what else the graph computes explains them
   */
  public Simulator(ManyCore machine, Graph g, Collection<String> predictions) {
    this.machine = machine;
    this.fused = Workload.of(g, predictions, true);
    this.unfused = Workload.of(g, predictions, false);
    this.values =
        machine.format() == ManyCore.NumberFormat.BF16
            ? new Values(g, Values::bfloat16)
            : new Values(g);
  }

  /** The form in which layers are counted: primitives, normalisations folded into weights. */
  public static Graph lowered(Graph g) {
    return new PrepareToQuantize().apply(g);
  }

  /**
   * A program in the number format of a machine: in integers with scales that suit some images, or
   * as it is where the format is floating.
   *
   * @param g for one image
   * @param images that scales are chosen by
   */
  public static Graph inFormat(
      ManyCore machine,
      Graph g,
      Collection<String> predictions,
      Collection<Map<String, Tensor>> images) {
    return switch (machine.format()) {
      case BF16 -> lowered(g);
      case INT8 -> quantized(Width.INT8, g, predictions, images);
      case INT16 -> quantized(Width.INT16, g, predictions, images);
    };
  }

  private static Graph quantized(
      Width width,
      Graph g,
      Collection<String> predictions,
      Collection<Map<String, Tensor>> images) {
    Observation observation = Observation.of(g);
    Values real = new Values(observation.graph());
    Statistics statistics = Statistics.empty();
    for (Map<String, Tensor> image : images) {
      statistics = statistics.plus(observation.statistics(real.run(image)));
    }
    Quantize.Options options =
        Quantize.Options.of(width).withGradients(width, List.copyOf(predictions));
    return new Quantize(statistics, options).apply(g);
  }

  /**
   * Computes an image, and keeps where its values are not zero.
   *
   * @return the graph's outputs
   */
  public Map<String, Tensor> add(Map<String, Tensor> inputs) {
    Set<Value> wanted = new HashSet<>(fused.tensors());
    wanted.addAll(unfused.tensors());
    Map<Value, Tensor> seen = new HashMap<>();
    for (Value v : wanted) {
      if (fused.graph().node(v).op() instanceof Input in) {
        seen.put(v, inputs.get(in.input()));
      }
    }
    Map<String, Tensor> outputs =
        values.run(
            inputs,
            (line, result) -> {
              if (wanted.contains(line)) {
                seen.put(line, result);
              }
            });
    frames.add(Trace.of(List.of(fused, unfused), machine.core().tileSide(), seen));
    shares.clear();
    return outputs;
  }

  /** Follows the images that were added. */
  public Simulation run() {
    return run(machine);
  }

  /** The same on a machine that differs in what it decides, not in its format and tiles. */
  public Simulation run(ManyCore other) {
    return run(other, other.scheduler().fusesHeatMaps() ? fused : unfused);
  }

  /** Explanations alone, of images whose predictions were made before, and lie outside. */
  public Simulation explanations() {
    return run(machine, fused, EnumSet.of(Phase.EXPLANATION));
  }

  /** Predictions alone, of the same images. */
  public Simulation predictions() {
    Graph g = fused.graph();
    List<String> own = fused.predictions().stream().filter(g.outputs()::containsKey).toList();
    return run(machine, Workload.of(g.withOutputs(only(g, own)), own, true));
  }

  private static SequencedMap<String, Value> only(Graph g, List<String> names) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    names.forEach(name -> outputs.put(name, g.output(name)));
    return outputs;
  }

  private Simulation run(ManyCore other, Workload w) {
    return run(other, w, EnumSet.allOf(Phase.class));
  }

  private Simulation run(ManyCore other, Workload w, Set<Phase> phases) {
    List<Trace> seen = List.copyOf(frames);
    Shares cut = shares.computeIfAbsent(Cut.of(other, w), any -> new Shares(other, w, seen));
    Outcome o = new Machine(other, w, cut, seen.size(), phases).run();
    return new Simulation(o, () -> LayerAccount.of(other, w, cut, seen));
  }
}
