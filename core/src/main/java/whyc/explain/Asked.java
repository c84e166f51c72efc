package whyc.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Value;
import whyc.pass.Simplify;

/**
 * One answer that is asked for.
 *
 * @param name what its attribution is called among the outputs of the program; class and score are
 *     called {@code <name>_class} and {@code <name>_score}
 */
public record Asked(String name, Explanation explanation, Question question) {

  /** The output that holds the class asked about. */
  public String classOutput() {
    return name + "_class";
  }

  /** The output that holds that class's score. */
  public String scoreOutput() {
    return name + "_score";
  }

  /**
   * One program for several answers. Lines that they have in common are one: the forward pass, the
   * backward pass of methods that differ only afterwards, and whole methods that are equal on this
   * model.
   */
  public static Graph all(Graph model, List<Asked> asked) {
    Builder b = Builder.continuing(model);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(model.outputs());
    for (Asked a : asked) {
      Graph answer = a.explanation.explain(model, a.question);
      SequencedMap<String, Value> values = b.inline(answer, input -> b.emit(input, List.of()));
      outputs.put(a.name, values.get(Explanation.ATTRIBUTION));
      outputs.put(a.classOutput(), values.get(Explanation.CLASS));
      outputs.put(a.scoreOutput(), values.get(Explanation.SCORE));
    }
    return new Simplify().apply(b.finish(outputs));
  }
}
