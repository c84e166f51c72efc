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
  /** The model, what explains it, and the machine. */
  String title();

  Map<String, Object> tree();

  /** Figures in lines and tables. */
  Sheet figures();

  /** What whoever believes the figures must know, a sentence each. */
  default List<String> warnings() {
    return List.of();
  }

  /** Pictures below them, on a page. */
  default void pictures(Page page) {}

  default String text() {
    return title() + "\n" + figures();
  }

  default String html() {
    Sheet first = new Sheet();
    warnings().forEach(first::warning);
    Page page = Page.ofSections(title()).section(first.then(figures()));
    pictures(page);
    return page.end();
  }

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
