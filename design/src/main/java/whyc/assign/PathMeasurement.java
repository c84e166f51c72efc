package whyc.assign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.graph.Graph;
import whyc.op.Reshape;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Conductance of all channels of all layers along a path. A run takes some steps of it: it
 * evaluates one point more than it has steps, and the last point of one run is the first of the
 * next.
 *
 * @param steps in one run
 */
record PathMeasurement(Conductance method, Subject subject, Program program, int steps)
    implements Measurement {
  private static final String PLACES = "whyc_places";
  private static final String TERMS = "whyc_terms";
  private static final String SCORE = "whyc_score";

  /** Of a model of fixed batch each point is a copy of the model in the program. */
  private static final int COPIED_STEPS = 1;

  static PathMeasurement of(Conductance c, Subject subject, Engine engine, Budget budget) {
    int most = subject.model().dynamicBatch() ? budget.rows() : COPIED_STEPS;
    int steps =
        Rows.fitting(Math.min(c.steps(), most), n -> single(subject, Drawn.program(c, subject, n)));
    Graph program = Drawn.program(c, subject, steps);
    return new PathMeasurement(c, subject, engine.compile(subject.model(), program), steps);
  }

  private static Graph single(Subject subject, Graph program) {
    return subject.model().dynamicBatch() ? program.withBatch(1) : program;
  }

  /** One image after the other: its points fill a run. */
  @Override
  public int rows() {
    return 1;
  }

  @Override
  public Measured measure(Tensor images, int[] classes, int first) {
    double[] total = new double[length()];
    for (int from = 0; from < method.steps(); from += steps) {
      double[] part = run(images, classes, places(from), TERMS);
      Arrays.setAll(total, i -> total[i] + part[i]);
    }
    double[] ends = new double[steps + 1];
    ends[0] = 1;
    double[] scores = run(images, classes, ends, SCORE);
    return new Measured(
        List.of(perChannel(total, Math::abs)),
        List.of(perChannel(total, v -> v)),
        List.of(scores[0] - scores[1]));
  }

  /** How many neurons there are. */
  private int length() {
    return subject.layers().stream().mapToInt(this::neurons).sum();
  }

  private int neurons(WeightedLayer layer) {
    return switch (method.neuron()) {
      case CHANNEL -> layer.channels(subject.graph());
      case VALUE -> subject.sample(layer).size();
    };
  }

  /** Sums over the neurons of each channel. */
  private double[] perChannel(double[] neurons, DoubleUnaryOperator each) {
    double[] sums =
        new double[subject.layers().stream().mapToInt(l -> l.channels(subject.graph())).sum()];
    int at = 0;
    int channel = 0;
    for (WeightedLayer layer : subject.layers()) {
      int channels = layer.channels(subject.graph());
      Shape s = subject.sample(layer);
      int apart = neurons(layer) == channels ? 1 : s.product(layer.channelAxis(), s.rank());
      for (int i = 0; i < neurons(layer); i++) {
        sums[channel + i / apart % channels] += each.applyAsDouble(neurons[at++]);
      }
      channel += channels;
    }
    return sums;
  }

  private double[] run(Tensor image, int[] classes, double[] places, String output) {
    Map<String, Tensor> feed =
        Map.of(
            subject.model().input(),
            image,
            Taps.CLASSES,
            Rows.classes(classes),
            PLACES,
            Rows.of(image.element(), List.of(places)));
    return Objects.requireNonNull(program.run(feed, Set.of(output)).get(output)).doubles();
  }

  /** The points of some steps; beyond the last step the path stands still, which adds nothing. */
  private double[] places(int from) {
    int points = method.steps() + 1;
    return IntStream.rangeClosed(from, from + steps)
        .mapToDouble(k -> method.rule().place(Math.min(k, points - 1), points))
        .toArray();
  }

  @Override
  public void close() {
    program.close();
  }

  /** The program in the making. */
  private record Drawn(Conductance method, Taps t, Subject subject, int points) {

    static Graph program(Conductance c, Subject subject, int steps) {
      Drawn d = new Drawn(c, new Taps(subject), subject, steps + 1);
      Value place = d.t.rows(PLACES, steps + 1);
      List<Taps.Evaluated> parts =
          d.batches(d.path(place)).stream()
              .map(rows -> d.t.evaluate(rows, (_, output) -> output))
              .toList();
      Value scores = d.t.g.concat(0, parts.stream().map(Taps.Evaluated::scores).toList());
      Value seed = d.t.oneHot(d.points);
      List<Value> outputs = parts.stream().flatMap(p -> p.outputs().stream()).toList();
      List<Value> gradients = d.t.gradients(scores, seed, outputs);
      List<Value> sums = new ArrayList<>();
      int layers = subject.layers().size();
      for (int l = 0; l < layers; l++) {
        sums.add(d.sums(l, d.pick(outputs, l, layers), d.pick(gradients, l, layers)));
      }
      SequencedMap<String, Value> results = new LinkedHashMap<>();
      results.put(TERMS, d.t.g.concat(1, sums));
      results.put(SCORE, d.score(scores, seed));
      return d.t.finish(results);
    }

    /** Points {@code x' + t (x - x')}, [n,points,c,h,w]. */
    private Value path(Value place) {
      int rank = t.g.shape(t.images).rank();
      Value weights = t.g.unsqueeze(place, IntStream.rangeClosed(2, rank).toArray());
      Optional<Value> start = method.baseline().of(t.g, t.images);
      Value way = start.map(b -> t.g.sub(t.images, b)).orElse(t.images);
      Value moved = t.g.mul(t.g.unsqueeze(way, 1), weights);
      return start
          .map(b -> t.g.shape(b).rank() == rank ? t.g.unsqueeze(b, 1) : b)
          .map(b -> t.g.add(moved, b))
          .orElse(moved);
    }

    /** The points as batches of the model: one, or one for each point where its batch is fixed. */
    private List<Value> batches(Value path) {
      Shape shape = t.g.shape(path);
      List<Integer> rest = shape.dims().subList(2, shape.rank());
      if (subject.model().dynamicBatch()) {
        return List.of(reshaped(path, Stream.of(-1), rest));
      }
      return IntStream.range(0, points)
          .mapToObj(k -> t.g.squeeze(t.g.slice(path, 1, k, k + 1, 1), 1))
          .toList();
    }

    /** A layer's values at all points, one after the other. */
    private Value pick(List<Value> all, int layer, int layers) {
      return t.g.concat(
          0,
          IntStream.range(0, all.size() / layers)
              .mapToObj(part -> all.get(part * layers + layer))
              .toList());
    }

    /** Gradient at each point, times the way to the next one. */
    private Value sums(int layer, Value outputs, Value gradients) {
      Value y = perImage(outputs);
      Value g = perImage(gradients);
      Value way = t.g.sub(t.g.slice(y, 1, 1, points, 1), t.g.slice(y, 1, 0, points - 1, 1));
      Value terms = t.g.mul(t.g.slice(g, 1, 0, points - 1, 1), way);
      Value values = t.g.squeeze(t.g.sum(terms, 1), 1);
      return switch (method.neuron()) {
        case CHANNEL -> t.channelSums(layer, values);
        case VALUE -> t.g.reshape(values, -1, subject.sample(subject.layers().get(layer)).size());
      };
    }

    private Value perImage(Value rows) {
      Shape shape = t.g.shape(rows);
      return reshaped(rows, Stream.of(-1, points), shape.dims().subList(1, shape.rank()));
    }

    private Value reshaped(Value v, Stream<Integer> first, List<Integer> rest) {
      return t.g.emit(new Reshape(Stream.concat(first, rest.stream()).toList()), v);
    }

    /** The score of the class asked about at each point, [n,points]. */
    private Value score(Value scores, Value oneHot) {
      return t.g.reshape(t.g.sum(t.g.mul(scores, oneHot), 1), -1, points);
    }
  }
}
