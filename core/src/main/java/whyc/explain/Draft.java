package whyc.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.ArgMax;
import whyc.op.Expand;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.OneHot;
import whyc.op.Relu;
import whyc.op.Reshape;
import whyc.op.Value;
import whyc.pass.RemoveDead;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A model's graph with an explanation in the making: image, scores, class, and the way to append.
 */
final class Draft {
  private final Graph model;
  private final Question question;

  /** Appends lines. */
  final Builder g;

  /** The image, [n,c,h,w]. */
  final Value image;

  /** Class scores, [n,classes]. */
  final Value scores;

  /** The class asked about, int64 [n]. */
  final Value classIndex;

  private Draft(Graph model, Question question) {
    this.model = model;
    this.question = question;
    this.g = Builder.continuing(model);
    this.image = find(model, question.input());
    this.scores = Head.of(g, model.output(question.output()), question.score()).scores();
    this.classIndex = classIndex();
  }

  static Draft of(Graph model, Question question) {
    return new Draft(model, question);
  }

  private static Value find(Graph model, String input) {
    return IntStream.range(0, model.nodes().size())
        .filter(i -> model.nodes().get(i).op() instanceof Input in && in.input().equals(input))
        .mapToObj(Value::new)
        .findFirst()
        .orElseThrow(() ->
            new RefusedArgument(
                "an input wants to be one of "
                    + model.inputs().stream().map(Input::input).toList()
                    + ", got "
                    + input));
  }

  private Value classIndex() {
    Value top = g.squeeze(g.emit(new ArgMax(1), scores), 1);
    return switch (question.classes()) {
      case ClassChoice.Top t -> top;
      case ClassChoice.Index i -> {
        int classes = g.shape(scores).dim(1);
        if (i.index() < 0 || i.index() >= classes) {
          throw new RefusedArgument(
              "a class wants to be 0 to " + (classes - 1) + ", got " + i.index());
        }
        yield g.expandAs(g.constant(Tensor.of(Shape.of(), (long) i.index())), top);
      }
      case ClassChoice.Given given ->
          g.emit(
              new Input(given.input(), new TensorType(ElementType.INT64, g.shape(top))), List.of());
    };
  }

  /** The score of the class asked about, [n]. */
  Value score() {
    return g.squeeze(g.emit(new GatherElements(1), scores, g.unsqueeze(classIndex, 1)), 1);
  }

  /** The derivative of the sum over images of their scores by {@link #scores}: one-hot rows. */
  Value seed() {
    return g.emit(oneHot(), classIndex);
  }

  private OneHot oneHot() {
    return new OneHot(g.shape(scores).dim(1), g.type(scores).element());
  }

  /** The derivative of the score by a value of the model. */
  Value gradient(Value by) {
    return gradient(Gradient.exact(), by);
  }

  /**
   * The cotangent of a value of the model under another rule than the derivative's at each ReLU.
   */
  Value gradient(Gradient.Rule atRelu, Value by) {
    return gradient(Gradient.with(Map.of(Relu.class, atRelu)), by);
  }

  private Value gradient(Gradient gradient, Value by) {
    return gradient.of(g, scores, seed(), List.of(by)).firstEntry().getValue();
  }

  /**
   * A layer's activation and the score's derivative by it, both [n,channels,h,w].
   *
   * @param name the model's tensor
   */
  Activation activation(String name) {
    Layers.Layer layer = Layers.of(model, question).named(name);
    Value a = model.labelled(name).orElseThrow();
    return new Activation(channelsFirst(layer, a), channelsFirst(layer, gradient(a)));
  }

  /** A layer's activation alone, [n,channels,h,w]. */
  Value features(String name) {
    Layers.Layer layer = Layers.of(model, question).named(name);
    return channelsFirst(layer, model.labelled(name).orElseThrow());
  }

  private Value channelsFirst(Layers.Layer layer, Value v) {
    return layer.channelAxis() == 1 ? v : g.transpose(v, 0, 3, 1, 2);
  }

  /**
   * The derivative of the score at other images than the one that is asked about. The class stays
   * that of the image.
   *
   * @param points s images for each image, [n,s,c,h,w]
   * @return of the same shape
   */
  Value gradientsAt(Value points) {
    Shape shape = g.shape(points);
    Value batch = g.emit(new Reshape(rest(shape.dims().subList(2, shape.rank()))), points);
    Value pointScores = scoresOf(batch);
    int each = shape.dim(1);
    Value classes = classIndex;
    if (each > 1) {
      Value repeated = g.emit(new Expand(List.of(1, each)), g.unsqueeze(classIndex, 1));
      classes = g.reshape(repeated, -1);
    }
    Value gradient =
        Gradient.exact()
            .of(g, pointScores, g.emit(oneHot(), classes), List.of(batch))
            .firstEntry()
            .getValue();
    return g.emit(new Reshape(rest(shape.dims().subList(1, shape.rank()))), gradient);
  }

  private static List<Integer> rest(List<Integer> extents) {
    return Stream.concat(Stream.of(-1), extents.stream()).toList();
  }

  /** The scores of other images: the model again, of which nothing is the model's own tensor. */
  private Value scoresOf(Value images) {
    SequencedMap<String, Value> only = new LinkedHashMap<>();
    only.put("scores", scores);
    Graph scoring = new RemoveDead().apply(g.finish(only));
    try {
      return g.inlineCopy(
              scoring, in -> in.input().equals(question.input()) ? images : g.emit(in, List.of()))
          .firstEntry()
          .getValue();
    } catch (IllegalArgumentException e) {
      throw new RefusedArgument(
          "a model of fixed batch wants one point in a run, got a batch of "
              + g.shape(images).dim(0)
              + " in the place of "
              + g.shape(image).dim(0)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  /** An activation and the score's derivative by it. */
  record Activation(Value value, Value gradient) {}

  /** The model's graph with the answer among its outputs. */
  Graph finish(Value attribution) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(model.outputs());
    outputs.put(Explanation.CLASS, classIndex);
    outputs.put(Explanation.SCORE, score());
    outputs.put(Explanation.ATTRIBUTION, attribution);
    return g.finish(outputs);
  }

  /** The model's graph with these outputs and no others. */
  Graph finish(SequencedMap<String, Value> outputs) {
    return g.finish(outputs);
  }
}
