package whyc.schedule;

import java.util.List;
import whyc.op.Value;

/**
 * Lines of a graph that run as one: a heart, and lines that follow it element by element.
 *
 * @param lines in the graph's order; the first is the heart
 * @param operands results of other steps, views of them, inputs and known values that the lines
 *     read, each once
 * @param results of the lines, those that other steps read or that are outputs of the graph
 */
public record Step(List<Value> lines, List<Value> operands, List<Value> results) {
  public Step {
    lines = List.copyOf(lines);
    operands = List.copyOf(operands);
    results = List.copyOf(results);
  }

  public Value heart() {
    return lines.getFirst();
  }
}
