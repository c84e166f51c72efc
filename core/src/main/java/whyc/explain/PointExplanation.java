package whyc.explain;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Emit;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A weighted sum over gradients at points near the image, written once for both forms of {@link
 * Accumulated}: the places of the points and their weights are constants in the one, inputs in the
 * other.
 */
interface PointExplanation extends Accumulated, InputExplanation {
  /** The input [n,points] of weights. */
  String WEIGHT = "whyc_weight";

  /** The input that says where the points are. */
  String placeInput();

  /** The axes that a place has for each point. */
  Shape placeShape(Shape sample);

  /** The place of one point. */
  double[] place(int point, Shape sample);

  double weight(int point);

  /**
   * The points.
   *
   * @param place [1 or n,points,...] with the axes of {@link #placeShape}, or as many 1 as the
   *     image has
   * @return [n,points,c,h,w]
   */
  Value points(Draft d, Value place);

  /** What is summed: for each of {@link #sums} a value of the image's shape. */
  List<Value> terms(Draft d, Value gradients, Value weights);

  /** The attribution from the sums. */
  Value finish(Emit g, List<Value> sums);

  @Override
  default Graph explain(Graph model, Question q) {
    Draft d = Draft.of(model, q);
    TensorType image = d.g.type(d.image);
    Shape sample = sample(image.shape());
    List<Value> sums = new ArrayList<>();
    for (int from = 0; from < points(); from += pointsPerRun()) {
      int count = Math.min(pointsPerRun(), points() - from);
      Value place =
          d.g.constant(
              tensor(image.element(), 1, places(from, count, sample), placeShape(sample), count));
      Value weight =
          d.g.constant(tensor(image.element(), 1, weights(from, count), Shape.of(), count));
      List<Value> terms = terms(d, place, weight, sample);
      for (int i = 0; i < terms.size(); i++) {
        if (from == 0) {
          sums.add(terms.get(i));
        } else {
          sums.set(i, d.g.add(sums.get(i), terms.get(i)));
        }
      }
    }
    return d.finish(finish(d.g, sums));
  }

  @Override
  default Graph partial(Graph model, Question q, int pointsPerRun) {
    Draft d = Draft.of(model, q);
    TensorType image = d.g.type(d.image);
    Shape sample = sample(image.shape());
    Value place = d.g.emit(new Input(placeInput(), typed(image, placeShape(sample), pointsPerRun)));
    Value weight = d.g.emit(new Input(WEIGHT, typed(image, Shape.of(), pointsPerRun)));
    List<Value> terms = terms(d, place, weight, sample);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    for (int i = 0; i < terms.size(); i++) {
      outputs.put(sums().get(i), terms.get(i));
    }
    return d.finish(outputs);
  }

  private List<Value> terms(Draft d, Value place, Value weight, Shape sample) {
    Value gradients = d.gradientsAt(points(d, withAxes(d.g, place, sample.rank() + 2)));
    return terms(d, gradients, withAxes(d.g, weight, sample.rank() + 2));
  }

  /** Further axes of extent 1 at the end. */
  private static Value withAxes(Emit g, Value x, int rank) {
    return g.unsqueeze(x, IntStream.range(g.shape(x).rank(), rank).toArray());
  }

  @Override
  default Stream<Map<String, Tensor>> feeds(TensorType image, int pointsPerRun) {
    int batch = image.shape().dim(0);
    Shape sample = sample(image.shape());
    return IntStream.range(0, runs(pointsPerRun))
        .mapToObj(run -> {
          int from = run * pointsPerRun;
          Map<String, Tensor> feed = new HashMap<>();
          feed.put(
              placeInput(),
              tensor(
                  image.element(),
                  batch,
                  places(from, pointsPerRun, sample),
                  placeShape(sample),
                  pointsPerRun));
          feed.put(
              WEIGHT,
              tensor(
                  image.element(), batch, weights(from, pointsPerRun), Shape.of(), pointsPerRun));
          return feed;
        });
  }

  @Override
  default Tensor finish(Map<String, Tensor> sums) {
    Builder b = new Builder();
    List<Value> values =
        sums().stream()
            .map(name ->
                b.emit(new Input(name, sums.getOrDefault(name, Tensor.of(Shape.of(), 0f)).type())))
            .toList();
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(ATTRIBUTION, finish(b, values));
    return Interpreter.run(b.finish(outputs), sums).firstEntry().getValue();
  }

  private static Shape sample(Shape image) {
    return new Shape(image.dims().subList(1, image.rank()));
  }

  /** Row by row; beyond the last point, zeros. */
  private double[] places(int from, int count, Shape sample) {
    int size = placeShape(sample).size();
    double[] places = new double[count * size];
    for (int i = 0; i < count && from + i < points(); i++) {
      System.arraycopy(place(from + i, sample), 0, places, i * size, size);
    }
    return places;
  }

  private double[] weights(int from, int count) {
    return IntStream.range(from, from + count)
        .mapToDouble(i -> i < points() ? weight(i) : 0)
        .toArray();
  }

  private static TensorType typed(TensorType image, Shape axes, int count) {
    return image.with(shape(image.shape().dim(0), count, axes));
  }

  private static Shape shape(int batch, int count, Shape axes) {
    List<Integer> dims = new ArrayList<>(List.of(batch, count));
    dims.addAll(axes.dims());
    return new Shape(dims);
  }

  /** The same values for each image of a batch. */
  private static Tensor tensor(
      ElementType element, int batch, double[] row, Shape axes, int count) {
    double[] all =
        Collections.nCopies(batch, row).stream()
            .flatMapToDouble(java.util.Arrays::stream)
            .toArray();
    return Tensor.of(new TensorType(element, shape(batch, count, axes)), all);
  }
}
