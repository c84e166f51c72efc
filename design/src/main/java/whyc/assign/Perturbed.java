package whyc.assign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.explain.Head;
import whyc.graph.Graph;
import whyc.op.Reshape;
import whyc.op.Softmax;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A program that adds something to the output of every layer:
 *
 * <pre>{@code y'[l] = y[l] + gain[l] * direction[l]}</pre>
 *
 * Gains, [n,layers], and directions, [n,values of all layers], are inputs, so that one program
 * serves every layer.
 */
record Perturbed(Subject subject, boolean asksClasses, Program program, int rows)
    implements AutoCloseable {
  private static final String GAINS = "whyc_gains";
  private static final String DIRECTIONS = "whyc_directions";

  /** The standard deviation of each layer's output over one image, [n,layers]. */
  static final String DEVIATIONS = "whyc_deviations";

  /**
   * Sums over places of direction times the loss's derivative by y', [n,channels of all layers].
   */
  static final String SLOPES = "whyc_slopes";

  /**
   * Prepares the program.
   *
   * @param slopes whether {@link #SLOPES} are asked for, and so the class
   */
  static Perturbed of(Subject subject, boolean slopes, Engine engine, Budget budget) {
    Graph program = program(subject, slopes);
    return new Perturbed(
        subject,
        slopes,
        engine.compile(subject.model(), program),
        Rows.images(subject, budget, program));
  }

  private static Graph program(Subject subject, boolean slopes) {
    Taps t = new Taps(subject);
    List<Value> directions = directions(t, subject);
    Value gains = t.rows(GAINS, subject.layers().size());
    List<Value> before = new ArrayList<>();
    Taps.Evaluated e =
        t.evaluate(
            t.images,
            (l, output) -> {
              before.add(output);
              return t.g.add(output, t.g.mul(gain(t, gains, l, output), directions.get(l)));
            });
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(Head.SCORES, e.scores());
    outputs.put(DEVIATIONS, t.g.concat(1, before.stream().map(y -> deviation(t, y)).toList()));
    if (slopes) {
      outputs.put(SLOPES, slopes(t, e, directions));
    }
    return t.finish(outputs);
  }

  /** Each layer's part of the directions, in the shape of its output. */
  private static List<Value> directions(Taps t, Subject subject) {
    Value all = t.rows(DIRECTIONS, values(subject));
    List<Value> directions = new ArrayList<>();
    int at = 0;
    for (WeightedLayer layer : subject.layers()) {
      Shape shape = subject.sample(layer);
      Value part = t.g.slice(all, 1, at, at + shape.size(), 1);
      List<Integer> dims = Stream.concat(Stream.of(-1), shape.dims().stream()).toList();
      directions.add(t.g.emit(new Reshape(dims), part));
      at += shape.size();
    }
    return directions;
  }

  /** How many values all layers have for one image. */
  private static int values(Subject subject) {
    return Math.toIntExact(
        subject.layers().stream().mapToLong(l -> subject.sample(l).size()).sum());
  }

  private static Value gain(Taps t, Value gains, int layer, Value output) {
    Value column = t.g.slice(gains, 1, layer, layer + 1, 1);
    return t.g.unsqueeze(column, IntStream.range(2, t.g.shape(output).rank()).toArray());
  }

  private static Value deviation(Taps t, Value y) {
    int[] axes = t.g.sampleAxes(y);
    Value apart = t.g.sub(y, t.g.mean(y, axes));
    return t.g.reshape(t.g.sqrt(t.g.mean(t.g.square(apart), axes)), -1, 1);
  }

  /** The derivative of the cross-entropy by the scores is softmax less one-hot. */
  private static Value slopes(Taps t, Taps.Evaluated e, List<Value> directions) {
    Value seed = t.g.sub(t.g.emit(new Softmax(1), e.scores()), t.oneHot(1));
    List<Value> gradients = t.gradients(e.scores(), seed, e.outputs());
    List<Value> sums =
        IntStream.range(0, gradients.size())
            .mapToObj(l -> t.channelSums(l, t.g.mul(gradients.get(l), directions.get(l))))
            .toList();
    return t.g.concat(1, sums);
  }

  /** Images with their classes and directions, ready for any gains. */
  final class Loaded {
    private final Map<String, Tensor> feed;
    private final List<double[]> none;

    private Loaded(Map<String, Tensor> feed, int rows) {
      this.feed = feed;
      this.none =
          IntStream.range(0, rows).mapToObj(i -> new double[subject.layers().size()]).toList();
    }

    /** The rows of one output. */
    List<double[]> run(List<double[]> gains, String output) {
      Map<String, Tensor> all = new LinkedHashMap<>(feed);
      all.put(GAINS, Rows.of(subject.model().inputType().element(), gains));
      return Rows.split(Objects.requireNonNull(program.run(all, Set.of(output)).get(output)));
    }

    /**
     * The same, with the direction added to one layer alone.
     *
     * @param units of each layer, [n,layers]
     * @param factor how many of them
     */
    List<double[]> runAt(int layer, List<double[]> units, double factor, String output) {
      List<double[]> gains = new ArrayList<>();
      for (double[] row : units) {
        double[] gain = new double[row.length];
        gain[layer] = factor * row[layer];
        gains.add(gain);
      }
      return run(gains, output);
    }

    /** The same, with nothing added to any layer. */
    List<double[]> runExact(String output) {
      return run(none, output);
    }
  }

  Loaded load(Tensor images, int[] classes, List<double[]> directions) {
    Map<String, Tensor> feed = new LinkedHashMap<>();
    feed.put(subject.model().input(), images);
    feed.put(DIRECTIONS, Rows.of(images.element(), directions));
    if (asksClasses) {
      feed.put(Taps.CLASSES, Rows.classes(classes));
    }
    return new Loaded(feed, classes.length);
  }

  /** How one number of a direction is drawn. */
  interface Draw {
    double from(SplittableRandom random);
  }

  /**
   * Directions for some images. Those of an image depend on its place among all and on the draw,
   * not on the images beside it.
   */
  List<double[]> directions(long seed, int first, int count, int draw, Draw each) {
    return IntStream.range(first, first + count)
        .mapToObj(image -> {
          SplittableRandom random = random(seed, image, draw);
          double[] row = new double[values(subject)];
          Arrays.setAll(row, i -> each.from(random));
          return row;
        })
        .toList();
  }

  /** A generator of its own for each pair of numbers: three rounds through the mixing function. */
  private static SplittableRandom random(long seed, int image, int draw) {
    long byImage = new SplittableRandom(seed).nextLong() + image;
    long byDraw = new SplittableRandom(byImage).nextLong() + draw;
    return new SplittableRandom(byDraw);
  }

  @Override
  public void close() {
    program.close();
  }
}
