package whyc.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Input;
import whyc.op.Value;
import whyc.pass.Simplify;
import whyc.tensor.Shape;

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

  /** The output that holds the attribution's heat map, where one is asked for. */
  public String heatmapOutput() {
    return name + "_heatmap";
  }

  /**
   * One program for several answers. Lines that they have in common are one: the forward pass, the
   * backward pass of methods that differ only afterwards, and whole methods that are equal on this
   * model.
   */
  public static Graph all(Graph model, List<Asked> asked) {
    return all(model, asked, Optional.empty());
  }

  /**
   * One program for several answers, and for their heat maps of the image's size.
   *
   * @param heatmaps how maps become heat maps; absent for none
   */
  public static Graph all(Graph model, List<Asked> asked, Optional<Profile> heatmaps) {
    Builder b = Builder.continuing(model);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(model.outputs());
    for (Asked a : asked) {
      Graph answer = a.explanation.explain(model, a.question);
      SequencedMap<String, Value> values = b.inline(answer, input -> b.emit(input, List.of()));
      Value attribution = Objects.requireNonNull(values.get(Explanation.ATTRIBUTION));
      outputs.put(a.name, attribution);
      outputs.put(a.classOutput(), values.get(Explanation.CLASS));
      outputs.put(a.scoreOutput(), values.get(Explanation.SCORE));
      heatmaps.ifPresent(p -> outputs.put(a.heatmapOutput(), a.heatmap(b, p, attribution)));
    }
    return new Simplify().apply(b.finish(outputs));
  }

  private Value heatmap(Builder b, Profile profile, Value attribution) {
    Shape image =
        IntStream.range(0, b.size())
            .mapToObj(i -> b.node(new Value(i)).op())
            .flatMap(op ->
                op instanceof Input in && in.input().equals(question.input())
                    ? Stream.of(in)
                    : Stream.empty())
            .map(in -> in.type().shape())
            .findFirst()
            .orElseThrow();
    return profile.heatmap(
        b, explanation, attribution, ImageAxes.height(image), ImageAxes.width(image));
  }
}
