package whyc.pass.quantize;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.pass.PrepareToQuantize;
import whyc.tensor.Tensor;

/**
 * How the values of a graph are measured: another graph gives them all, whoever runs it.
 *
 * <pre>{@code
 * Observation o = Observation.of(graph);
 * Statistics s = Statistics.empty();
 * for (Map<String, Tensor> image : images) {
 *   s = s.plus(o.statistics(Interpreter.run(o.graph(), image)));
 * }
 * }</pre>
 *
 * @param graph with an output for each value that is measured
 * @param measured those values, by the output's name
 */
public record Observation(Graph graph, Map<String, Value> measured) {

  /** Of a graph as it will be given to {@link Quantize}. */
  public static Observation of(Graph graph) {
    Graph prepared = new PrepareToQuantize().apply(graph);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    new Roles(prepared).measured().forEach(v -> outputs.put("value" + v.index(), v));
    return new Observation(prepared.withOutputs(outputs), outputs);
  }

  /** What one run met. */
  public Statistics statistics(Map<String, Tensor> results) {
    Map<Value, Histogram> histograms = new HashMap<>();
    measured.forEach((name, v) -> {
      Tensor t = results.get(name);
      if (t == null) {
        throw new IllegalArgumentException(
            "statistics want the results of a graph that measures, got no " + name);
      }
      histograms.put(v, Histogram.of(t));
    });
    return new Statistics(histograms);
  }

  /** The outputs that a run is asked for. */
  public List<String> outputs() {
    return List.copyOf(graph.outputs().keySet());
  }
}
