package whyc.explain;

import whyc.graph.Graph;

/**
 * A way to say which parts of an image made a class score what it is: a function from a model's
 * graph to that graph with the answer added. So every explanation runs wherever the model runs.
 */
public interface Explanation {
  /** The output that an explanation adds. */
  String ATTRIBUTION = "attribution";

  /** Output: the class that was asked about, int64 [n]. */
  String CLASS = "whyc_class";

  /** Output: that class's score, [n]. */
  String SCORE = "whyc_score";

  /** What the command line calls it: lower case, no punctuation but {@code +} and {@code -}. */
  String name();

  /**
   * Adds the outputs {@link #ATTRIBUTION}, {@link #CLASS} and {@link #SCORE} to a model.
   *
   * @param model a graph of primitives
   * @return the model's lines, in place, and further ones
   */
  Graph explain(Graph model, Question q);

  /** Whether attributions say something against the class, too, by being negative. */
  boolean isSigned();

  /** Whether an attribution has the shape of the input; otherwise it is a map [n,1,h,w]. */
  boolean isInInputSpace();
}
