package whyc.pass;

import whyc.graph.Graph;

/** A rewrite that keeps the meaning of every output. */
public interface Pass {
  Graph apply(Graph g);

  /** This pass, then another. */
  default Pass then(Pass next) {
    return g -> next.apply(apply(g));
  }
}
