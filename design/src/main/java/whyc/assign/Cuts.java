package whyc.assign;

import java.util.List;
import whyc.graph.Graph;
import whyc.op.Value;

/**
 * The lines that every path from the inputs to some results goes through.
 *
 * <p>Lines stand in an order in which operands come earlier. So a path leaves out a line exactly
 * where one of its steps jumps over it, from a line before to a line behind.
 */
record Cuts(boolean[] isCut) {
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
    boolean[] cut = new boolean[lines];
    int reach = -1;
    for (int i = 0; i < lines; i++) {
      boolean onPath = needed[i] && varying[i];
      cut[i] = onPath && reach <= i;
      if (onPath) {
        reach = Math.max(reach, furthest[i]);
      }
    }
    return new Cuts(cut);
  }

  boolean at(Value line) {
    return isCut[line.index()];
  }

  /** How many cuts stand before a line. */
  int before(Value line) {
    int count = 0;
    for (int i = 0; i < line.index(); i++) {
      count += isCut[i] ? 1 : 0;
    }
    return count;
  }
}
