package whyc.engine;

import java.util.List;
import whyc.graph.Graph;
import whyc.onnx.Model;

/** Something that runs graphs. What one engine computes, every other must confirm. */
public interface Engine extends AutoCloseable {

  /**
   * Prepares a graph for running.
   *
   * @param model the model that the graph explains, whose own lines an engine may run as they stand
   *     in the file
   * @param graph the model's graph, or one with lines added
   */
  Program compile(Model model, Graph graph);

  /**
   * What the process will hold when it prepares some programs one after the other, keeps them, and
   * runs them.
   *
   * @param batch images in one run
   */
  Memory predictMemory(Model model, List<Graph> programs, int batch);

  /** The name that a manifest gives, with the version. */
  String name();

  @Override
  void close();
}
