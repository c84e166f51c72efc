package whyc.assign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import whyc.explain.Head;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.op.Value;
import whyc.pass.Expand;
import whyc.pass.FoldBatchNorm;
import whyc.pass.FoldConstants;
import whyc.pass.RemoveDead;
import whyc.pass.Simplify;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;

/**
 * A classifier whose layers are measured: its class scores, before a final softmax, and the layers
 * between the image and them. Batch normalisations are folded into weights, which changes no
 * layer's output but for rounding and saves time.
 *
 * @param model as it was read
 * @param graph its lines with {@link #SCORES}, [n,classes], as the one output
 * @param layers in the order of the graph
 */
public record Subject(Model model, Graph graph, List<WeightedLayer> layers) {
  /** The name of the one output. */
  static final String SCORES = "scores";

  /** The first output of a model. */
  public static Subject of(Model model) {
    return of(model, model.graph().outputs().firstEntry().getKey());
  }

  /**
   * Finds the layers of a model.
   *
   * @param output the class scores, or their softmax
   */
  public static Subject of(Model model, String output) {
    Graph folded =
        new Expand()
            .then(new Simplify())
            .then(new FoldBatchNorm())
            .then(new FoldConstants())
            .apply(model.graph());
    Builder b = Builder.continuing(folded);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(SCORES, Head.of(b, folded.output(output), Question.Score.LOGIT).scores());
    Graph scoring = new RemoveDead().apply(b.finish(outputs));
    List<WeightedLayer> layers = WeightedLayer.of(scoring);
    if (layers.isEmpty()) {
      throw new RefusedArgument(
          model.file().name()
              + ": criticality wants layers with weights between the image and "
              + output
              + ", got none");
    }
    return new Subject(model, scoring, layers);
  }

  /** The stages that the layers belong to. */
  public Stages stages() {
    return Stages.of(graph, layers, List.of(scores()));
  }

  Value scores() {
    return graph.output(SCORES);
  }

  int classes() {
    return graph.type(scores()).shape().dim(1);
  }

  /** The output of a layer for one image. */
  Shape sample(WeightedLayer layer) {
    Shape s = graph.type(layer.output()).shape();
    return new Shape(s.dims().subList(1, s.rank()));
  }

  List<String> names() {
    return layers.stream().map(WeightedLayer::name).toList();
  }
}
