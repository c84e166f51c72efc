package whyc.app.report;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import whyc.accelerator.MultiPod;
import whyc.accelerator.Systolic;
import whyc.graph.Graph;
import whyc.simulate.Layer;
import whyc.simulate.Layer.Phase;
import whyc.simulate.Simulator;

/** What a simulation tells: to people, to programs, and with pictures. */
public interface SimulationReport {
  String text();

  Map<String, Object> tree();

  String html();

  static SimulationReport of(String title, ManyCoreOutcome outcome) {
    return new ManyCoreReport(title, outcome);
  }

  /** A systolic array takes every value, so that no image is needed. */
  static SimulationReport of(
      Systolic machine, String title, Graph graph, Collection<String> predictions) {
    return new SystolicReport(machine, title, layers(graph, predictions));
  }

  /** So do pods of them. */
  static SimulationReport of(
      MultiPod machine, String title, Graph graph, Collection<String> predictions) {
    return new MultiPodReport(machine, title, layers(graph, predictions));
  }

  private static List<Layer> layers(Graph graph, Collection<String> predictions) {
    return Layer.of(Simulator.lowered(graph), predictions);
  }

  /** Layers of one phase. */
  static List<Layer> of(List<Layer> layers, Phase phase) {
    return layers.stream().filter(l -> l.phase() == phase).toList();
  }
}
