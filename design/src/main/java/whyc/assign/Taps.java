package whyc.assign;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Expand;
import whyc.op.Input;
import whyc.op.OneHot;
import whyc.op.Value;
import whyc.pass.Simplify;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.TensorType;

/** A program in the making that looks at the output of every layer at once. */
final class Taps {
  /** The class asked about for each image, int64 [n]. */
  static final String CLASSES = "whyc_classes";

  private final Subject subject;

  /** Appends lines. */
  final Builder g = new Builder();

  /** The images, [n,c,h,w]. */
  final Value images;

  /** The classes asked about, [n]. */
  final Value classes;

  Taps(Subject subject) {
    this.subject = subject;
    this.images =
        g.emit(
            subject.graph().inputs().stream()
                .filter(i -> i.input().equals(subject.model().input()))
                .findFirst()
                .orElseThrow());
    this.classes = g.emit(new Input(CLASSES, new TensorType(ElementType.INT64, Shape.of(batch()))));
  }

  /** What a layer's output is replaced by. */
  interface Change {
    Value at(int layer, Value output);
  }

  /**
   * The model, evaluated.
   *
   * @param scores [rows,classes]
   * @param outputs of each layer
   */
  record Evaluated(Value scores, List<Value> outputs) {}

  /** The first extent of the images. */
  int batch() {
    return g.shape(images).dim(0);
  }

  /** An input with a row for each image. */
  Value rows(String name, int... dims) {
    List<Integer> all = new ArrayList<>(List.of(batch()));
    IntStream.of(dims).forEach(all::add);
    return g.emit(new Input(name, g.type(images).with(new Shape(all))));
  }

  /**
   * Evaluates the model. No line is labelled: an engine may take what carries the name of a tensor
   * of the model for that tensor.
   */
  Evaluated evaluate(Value rows, Change change) {
    Graph model = subject.graph();
    List<Value> values = new ArrayList<>(model.nodes().size());
    List<Value> outputs = new ArrayList<>();
    for (int i = 0; i < model.nodes().size(); i++) {
      Node n = model.nodes().get(i);
      Value v =
          n.op() instanceof Input
              ? rows
              : g.emit(n.op(), n.operands().stream().map(o -> values.get(o.index())).toList());
      boolean ends =
          outputs.size() < subject.layers().size()
              && subject.layers().get(outputs.size()).output().index() == i;
      if (ends) {
        v = change.at(outputs.size(), v);
        outputs.add(v);
      }
      values.add(v);
    }
    return new Evaluated(values.get(subject.scores().index()), outputs);
  }

  /** Rows with a 1 for the class asked about, which is repeated for each of some points. */
  Value oneHot(int points) {
    Value repeated = classes;
    if (points > 1) {
      Value column = g.unsqueeze(classes, 1);
      repeated = g.reshape(g.emit(new Expand(List.of(1, points)), column), -1);
    }
    return g.emit(new OneHot(subject.classes(), g.type(images).element()), repeated);
  }

  /** The derivatives by some values of what has the cotangent {@code seed} at the scores. */
  List<Value> gradients(Value scores, Value seed, List<Value> by) {
    SequencedMap<Value, Value> found = Gradient.exact().of(g, scores, seed, by);
    return by.stream().map(found::get).toList();
  }

  /** The sums over all places of each channel, [n,channels]. */
  Value channelSums(int layer, Value x) {
    int axis = subject.layers().get(layer).channelAxis();
    int[] places = IntStream.range(1, g.shape(x).rank()).filter(i -> i != axis).toArray();
    Value sums = places.length == 0 ? x : g.sum(x, places);
    return g.reshape(sums, -1, g.shape(x).dim(axis));
  }

  Graph finish(SequencedMap<String, Value> outputs) {
    return new Simplify().apply(g.finish(outputs));
  }

  /** The same for one output. */
  Graph finish(String name, Value output) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(name, output);
    return finish(outputs);
  }
}
