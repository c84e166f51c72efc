package whyc.assign;

import java.util.BitSet;
import java.util.List;
import whyc.graph.Graph;
import whyc.op.Value;

/**
 * The lines that every path from the inputs to some results goes through.
 *
 * <p>Lines stand in an order in which operands come earlier. So a path leaves out a line exactly
 * where one of its steps jumps over it, from a line before to a line behind.
 */
record Cuts(BitSet cuts) {
  static Cuts of(Graph g, List<Value> results) {
    boolean[] varying = g.dependingOnInputs();
    boolean[] needed = g.neededFor(results);
    int lines = needed.length;
    int[] furthest = new int[lines];
    for (int i = 0; i < lines; i++) {
      if (needed[i] && varying[i]) {
        for (Value operand : g.nodes().get(i).operands()) {
          furthest[operand.index()] = i;
        }
      }
    }
    BitSet cuts = new BitSet();
    int reach = -1;
    for (int i = 0; i < lines; i++) {
      boolean onPath = needed[i] && varying[i];
      cuts.set(i, onPath && reach <= i);
      if (onPath) {
        reach = Math.max(reach, furthest[i]);
      }
    }
    return new Cuts(cuts);
  }

  boolean at(Value line) {
    return cuts.get(line.index());
  }

  /** How many cuts stand before a line. */
  int before(Value line) {
    return cuts.get(0, line.index()).cardinality();
  }
}
