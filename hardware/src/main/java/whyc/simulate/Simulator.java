package whyc.simulate;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import whyc.accelerator.ManyCore;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Input;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.pass.Expand;
import whyc.pass.FoldBatchNorm;
import whyc.pass.FoldConstants;
import whyc.pass.Simplify;
import whyc.pass.StoreDecisions;
import whyc.tensor.Tensor;

/**
 * Runs images on an accelerator of many cores: computes their values as its cores do, without what
 * is zero, and follows cycles, bytes and energy.
 */
public final class Simulator {
  private final ManyCore machine;
  private final Workload fused;
  private final Workload unfused;
  private final Map<Value, Layer> layers = new HashMap<>();
  private final Map<Value, double[]> weights = new HashMap<>();
  private final List<Trace> frames = new ArrayList<>();

  /**
   * A simulator of one program.
   *
   * @param g for one image, as {@link #lowered} makes it
   * @param predictions outputs of the model itself; what else the graph computes explains them
   */
  public Simulator(ManyCore machine, Graph g, Collection<String> predictions) {
    this.machine = machine;
    this.fused = Workload.of(g, predictions, true);
    this.unfused = Workload.of(g, predictions, false);
    fused.tasks().forEach(t -> t.layer().ifPresent(l -> layers.put(l.line(), l)));
  }

  /** The form in which an accelerator runs a program. */
  public static Graph lowered(Graph g) {
    return new Expand()
        .then(new Simplify())
        .then(new FoldBatchNorm())
        .then(new FoldConstants())
        .then(new StoreDecisions())
        .apply(g);
  }

  /**
   * Computes an image, and keeps where its values are not zero.
   *
   * @return the graph's outputs
   */
  public Map<String, Tensor> add(Map<String, Tensor> inputs) {
    Set<Value> wanted = new HashSet<>(fused.tensors());
    wanted.addAll(unfused.tensors());
    Map<Value, Tensor> values = new HashMap<>();
    Graph g = fused.graph();
    for (Value v : wanted) {
      if (g.node(v).op() instanceof Input in) {
        values.put(v, inputs.get(in.input()));
      }
    }
    Map<String, Tensor> outputs =
        Interpreter.run(
            g,
            inputs,
            (line, op, operands) -> {
              Tensor result = evaluate(line, op, operands);
              if (wanted.contains(line)) {
                values.put(line, result);
              }
              return result;
            });
    frames.add(Trace.of(List.of(fused, unfused), machine.core().tileSide(), values));
    return outputs;
  }

  private Tensor evaluate(Value line, Primitive op, List<Tensor> operands) {
    Layer l = layers.get(line);
    if (l == null) {
      return op.evaluate(operands);
    }
    int input = l.form() == Layer.Form.RIGHT ? 1 : 0;
    double[] w = weights.get(line);
    if (w == null) {
      w = l.weights(operands.get(1 - input));
      if (!fused.graph().dependingOnInputs()[l.weight().index()]) {
        weights.put(line, w);
      }
    }
    double[] sums = ZeroFreeProducts.of(l.loops(), l.inputs(operands.get(input)), w);
    return Tensor.of(fused.graph().type(line), l.result(sums));
  }

  /** Follows the images that were added. */
  public Simulation run() {
    return run(machine);
  }

  /** The same on a machine that differs in what it decides, not in its format and tiles. */
  public Simulation run(ManyCore other) {
    Workload w = other.scheduler().fusesHeatMaps() ? fused : unfused;
    Shares shares = new Shares(other, w, frames);
    Outcome o = new Machine(other, w, shares, frames.size()).run();
    return new Simulation(o, Energy.of(o), LayerAccount.of(other, w, shares, frames));
  }
}
