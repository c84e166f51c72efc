package whyc.engine;

import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import whyc.tensor.Tensor;

/** A graph, ready to run any number of times; one run at a time. */
public interface Program extends AutoCloseable {

  /**
   * Runs the program.
   *
   * @param inputs by name; a batch may have any size that the program was compiled for
   * @param outputs the outputs that are asked for
   */
  SequencedMap<String, Tensor> run(Map<String, Tensor> inputs, Set<String> outputs);

  /**
   * Says how many runs are to come. Programs that prepare something for many of them go by it,
   * where else they would wait and see; others take no notice.
   *
   * @param runs about as long as each other
   */
  default void expect(long runs) {}

  /** The name of the engine that computed the last run, or that will compute the first. */
  String engine();

  @Override
  void close();
}
