package whyc.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.ArgMax;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.OneHot;
import whyc.op.Op;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** A model's graph with an explanation in the making: image, scores, class, and the way to append. */
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
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "an input wants to be one of " + model.inputs().stream().map(Input::input).toList() + ", got " + input));
  }

  private Value classIndex() {
    Value top = g.squeeze(g.emit(new ArgMax(1), scores), 1);
    return switch (question.classes()) {
      case ClassChoice.Top t -> top;
      case ClassChoice.Index i -> {
        int classes = g.shape(scores).dim(1);
        if (i.index() < 0 || i.index() >= classes) {
          throw new IllegalArgumentException(
              "a class wants to be 0 to " + (classes - 1) + ", got " + i.index());
        }
        yield g.expandAs(g.constant(Tensor.of(Shape.of(), (long) i.index())), top);
      }
      case ClassChoice.Given given ->
          g.emit(new Input(given.input(), new TensorType(ElementType.INT64, g.shape(top))), List.of());
    };
  }

  /** The score of the class asked about, [n]. */
  Value score() {
    return g.squeeze(g.emit(new GatherElements(1), scores, g.unsqueeze(classIndex, 1)), 1);
  }

  /** The derivative of the sum over images of their scores by {@link #scores}: one-hot rows. */
  Value seed() {
    return g.emit(new OneHot(g.shape(scores).dim(1), g.type(scores).element()), classIndex);
  }

  /** The derivative of the score by a value of the model. */
  Value gradient(Value by) {
    return gradient(Gradient.exact(), by);
  }

  /** The image's cotangent under other rules than the derivative's. */
  Value gradient(Map<Class<? extends Op>, Gradient.Rule> rules, Value by) {
    return gradient(Gradient.with(rules), by);
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
    Value da = gradient(a);
    return layer.channelAxis() == 1
        ? new Activation(a, da)
        : new Activation(g.transpose(a, 0, 3, 1, 2), g.transpose(da, 0, 3, 1, 2));
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
}
