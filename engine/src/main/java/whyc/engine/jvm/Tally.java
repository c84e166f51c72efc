package whyc.engine.jvm;

import java.util.HashSet;
import java.util.Set;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.schedule.Step;

/** How much was held against the operators' own evaluation, by any number of trials. */
public final class Tally {
  private final Set<Long> forms = new HashSet<>();
  private long steps;

  void add(Graph graph, Step step) {
    steps++;
    forms.add(form(graph, step));
  }

  /** Steps that were compared, each result in full. */
  public long steps() {
    return steps;
  }

  /** Different ones among them: other operators, or operands of other shapes. */
  public int forms() {
    return forms.size();
  }

  /** 64 bits of what a step computes of which operands (FNV-1a), so that few of millions meet. */
  private static long form(Graph graph, Step step) {
    StringBuilder words = new StringBuilder();
    for (Value line : step.lines()) {
      words.append(graph.node(line).op()).append(graph.node(line).type());
    }
    step.operands().forEach(v -> words.append(graph.type(v)));
    return words
        .chars()
        .asLongStream()
        .reduce(0xcbf29ce484222325L, (h, c) -> (h ^ c) * 0x100000001b3L);
  }
}
