package whyc.engine.jvm;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import whyc.engine.Program;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.tensor.Tensor;

/**
 * A graph on the JVM. Each batch size has its plan, made when it first comes; weights are shared.
 */
final class JvmProgram implements Program {
  private final Graph graph;
  private final Lanes lanes;
  private final int threads;
  private final Workers workers;
  private final Weights weights = new Weights();
  private final Map<Integer, Ready> plans = new HashMap<>();

  private record Ready(Plan plan, float[] values, short[] bits, long[] integers) {}

  JvmProgram(Graph graph, Lanes lanes, int threads) {
    this.graph = graph;
    this.lanes = lanes;
    this.threads = threads;
    this.workers = new Workers(threads);
  }

  private Ready ready(int batch) {
    return plans.computeIfAbsent(
        batch,
        n -> {
          Plan plan = Plan.of(Lowering.of(graph.withBatch(n)), lanes, weights, threads);
          return new Ready(
              plan,
              new float[plan.extent("values") + Weights.LEAD],
              new short[plan.extent("bits")],
              new long[plan.extent("integers")]);
        });
  }

  @Override
  public SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs) {
    int batch = inputs.values().iterator().next().shape().dim(0);
    Ready ready = ready(batch);
    Banks banks = new Banks(ready.values, ready.bits, ready.integers, weights.data());
    inputs.forEach((name, tensor) -> ready.plan.input(name).write(banks, tensor));
    for (Kernel k : ready.plan.kernels(outputs)) {
      workers.run(k, banks);
    }
    SequencedMap<String, Tensor> results = new LinkedHashMap<>();
    for (String name : outputs) {
      results.put(name, ready.plan.output(name, banks));
    }
    return results;
  }

  /** The plan for a batch, made now if need be. */
  Plan plan(int batch) {
    return ready(batch).plan;
  }

  @Override
  public void close() {
    workers.close();
    plans.clear();
  }
}
