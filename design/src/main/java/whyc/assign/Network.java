package whyc.assign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.measure.Fidelity;
import whyc.measure.Perturbation;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.op.Value;
import whyc.pass.RemoveDead;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A classifier in signed bytes, whose layers may be given approximate multipliers.
 *
 * <p>Heat maps, where they are asked for, explain the class that the label names: so those of all
 * approximations answer one question. Their backward pass stays exact, with 16 bits.
 */
public final class Network implements AutoCloseable {
  /** The output with the class scores, [n,classes]. */
  public static final String SCORES = "whyc_scores";

  /** The output with the heat map. */
  public static final String MAP = "whyc_map";

  private static final String CLASS = "whyc_asked";

  private final Quantized quantized;
  private final List<ProductLayer> layers;
  private final List<Operands> operands;
  private final Emulator emulator;
  private final Map<Change, Approximation.Change> changes = new HashMap<>();

  private Optional<Exact> known = Optional.empty();

  /** What the exact network says of some images. */
  private record Exact(DataSet data, Answers answers) {}

  /** A layer with a circuit. */
  private record Change(int layer, Circuit circuit) {}

  private Network(
      Quantized quantized, List<ProductLayer> layers, List<Operands> operands, Emulator emulator) {
    this.quantized = quantized;
    this.layers = layers;
    this.operands = operands;
    this.emulator = emulator;
  }

  /**
   * What is asked of a model.
   *
   * @param scored its graph with the output {@link #SCORES}
   * @param output that the explanation's question names
   * @param explanation of the map; absent for none
   */
  public record Wanted(Model model, Graph scored, String output, Optional<Explains> explanation) {

    /** The question about the class that is given with each image. */
    public Question question() {
      return new Question(
          model.input(), output, new ClassChoice.Given(CLASS), Question.Score.LOGIT);
    }
  }

  /** An explanation with how its maps are compared. */
  public record Explains(Explanation explanation, Fidelity fidelity) {}

  /**
   * Quantises a model and counts what its multipliers are given.
   *
   * @param calibration images on which ranges and operands are measured
   * @param threads that share the work
   */
  public static Network of(Wanted wanted, DataSet calibration, int threads) {
    Graph g = graph(wanted);
    Optional<String> classInput = wanted.explanation().map(e -> CLASS);
    Emulator emulator = new Emulator(wanted.model(), classInput, threads);
    try {
      Quantized q = quantised(g, calibration, emulator);
      List<ProductLayer> layers = ProductLayer.of(q.graph(), List.of(SCORES));
      if (layers.isEmpty()) {
        throw new IllegalArgumentException(
            "%s: a network to approximate wants layers that multiply signed bytes by known weights, and has none; what stays real: %s"
                .formatted(wanted.model().file().name(), q.real()));
      }
      return new Network(q, layers, count(q, layers, calibration, emulator), emulator);
    } catch (RuntimeException e) {
      emulator.close();
      throw e;
    }
  }

  private static Graph graph(Wanted w) {
    List<Asked> asked =
        w.explanation()
            .map(e -> new Asked(MAP, e.explanation(), w.question()))
            .map(List::of)
            .orElse(List.of());
    Graph g = Asked.all(w.scored(), asked);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(SCORES, g.output(SCORES));
    asked.forEach(a -> outputs.put(MAP, g.output(MAP)));
    return new RemoveDead().apply(g.withOutputs(outputs));
  }

  private static Quantized quantised(Graph g, DataSet calibration, Emulator emulator) {
    Observation o = Observation.of(g);
    List<Statistics> all = new ArrayList<>(List.of(Statistics.empty()));
    emulator.run(
        o.graph(),
        calibration,
        (from, count, results) -> all.set(0, all.getFirst().plus(o.statistics(results))));
    Quantize.Options options =
        Quantize.Options.of(Width.INT8).withGradients(Width.INT16, List.of(SCORES));
    return new Quantize(all.getFirst(), options).quantized(g);
  }

  private static List<Operands> count(
      Quantized q, List<ProductLayer> layers, DataSet calibration, Emulator emulator) {
    SequencedMap<String, Value> inputs = new LinkedHashMap<>();
    layers.forEach(l -> inputs.put("operand" + l.input().index(), l.input()));
    List<Operands> operands = layers.stream().map(Operands::none).toList();
    emulator.run(
        q.graph().withOutputs(inputs),
        calibration,
        (from, count, results) -> {
          for (int i = 0; i < operands.size(); i++) {
            Tensor codes = results.get("operand" + layers.get(i).input().index());
            operands.get(i).add(Optional.ofNullable(codes).orElseThrow());
          }
        });
    return operands;
  }

  public Quantized quantized() {
    return quantized;
  }

  /** The layers that may be approximate, in the order of the graph. */
  public List<ProductLayer> layers() {
    return layers;
  }

  /** The names of all outputs that the model itself computes. */
  public Collection<String> predictions() {
    return List.of(SCORES);
  }

  /**
   * The network with circuits in its layers.
   *
   * @param circuits one for each layer
   */
  public Quantized with(List<Circuit> circuits) {
    return with(circuits, Collections.nCopies(circuits.size(), Set.of()));
  }

  /**
   * The network with circuits in its layers, and without some of their output channels.
   *
   * @param circuits one for each layer
   * @param skipped for each layer the channels whose results are 0
   */
  public Quantized with(List<Circuit> circuits, List<Set<Integer>> skipped) {
    if (circuits.size() != layers.size() || skipped.size() != layers.size()) {
      throw new IllegalArgumentException(
          "an assignment wants a circuit for each of %d layers, got %d"
              .formatted(layers.size(), circuits.size()));
    }
    Map<Value, Approximation.Change> chosen = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      if (!circuits.get(i).isExact() || !skipped.get(i).isEmpty()) {
        chosen.put(layers.get(i).line(), change(i, circuits.get(i), skipped.get(i)));
      }
    }
    return new Approximation(chosen).apply(quantized);
  }

  private Approximation.Change change(int layer, Circuit circuit, Set<Integer> skipped) {
    Replacement whole =
        circuit.isExact()
            ? Replacement.exact(layers.get(layer))
            : change(layer, circuit).replacement();
    return new Approximation.Change(
        circuit.product(), whole.without(layers.get(layer), skipped), skipped);
  }

  private Approximation.Change change(int layer, Circuit circuit) {
    return changes.computeIfAbsent(
        new Change(layer, circuit),
        c ->
            new Approximation.Change(
                circuit.product(),
                Replacement.of(layers.get(layer), operands.get(layer), circuit),
                Set.of()));
  }

  /** What the network says with circuits alone: weights and biases as they were. */
  Answers uncorrected(List<Circuit> circuits, DataSet data) {
    Map<Value, Approximation.Change> plain = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      Approximation.Change c = change(i, circuits.get(i));
      plain.put(
          layers.get(i).line(),
          new Approximation.Change(
              c.product(), c.replacement().uncorrected(layers.get(i)), Set.of()));
    }
    return emulator.answers(new Approximation(plain).apply(quantized).graph(), data);
  }

  /** The noise that a circuit adds to a layer's results: its mean square, in real numbers. */
  public double noise(int layer, Circuit circuit) {
    if (circuit.isExact()) {
      return 0;
    }
    List<Double> scales =
        Optional.ofNullable(quantized.weights().get(layers.get(layer).line())).orElseThrow();
    double[] each =
        IntStream.range(0, layers.get(layer).outputs()).mapToDouble(o -> scales.get(o)).toArray();
    return change(layer, circuit).replacement().noise(each);
  }

  /** What the network with some circuits says of images. */
  Answers answers(List<Circuit> circuits, DataSet data) {
    return emulator.answers(with(circuits).graph(), data);
  }

  /**
   * What a network in bytes says of images, beside the exact one.
   *
   * @param network this one with some circuits, without some channels
   */
  public Measured measure(Quantized network, DataSet data) {
    long start = System.nanoTime();
    Answers now = emulator.answers(scores(network.graph()), data);
    Answers before = exact(data);
    double seconds = (System.nanoTime() - start) * 1e-9;
    return now.against(before, data.labels(), new RankCorrelation(), seconds);
  }

  /** Without maps, and all that only they ask for. */
  private static Graph scores(Graph g) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(SCORES, g.output(SCORES));
    return new RemoveDead().apply(g.withOutputs(outputs));
  }

  /** Kept for the images that were asked about last: they are mostly the same. */
  @SuppressWarnings("ReferenceEquality") // to compare all numbers would take longer than to miss
  private Answers exact(DataSet data) {
    if (known.isEmpty() || known.get().data != data) {
      known = Optional.of(new Exact(data, emulator.answers(scores(quantized.graph()), data)));
    }
    return known.get().answers;
  }

  /**
   * How faithful the heat maps of a network in bytes are: the area below the probability of the
   * label while the places that its map scores highest are put into an empty image, less the area
   * while they are taken out. From -1 to 1; about 0 for maps that say nothing.
   *
   * @param network this one with some circuits, without some channels; with maps
   * @param steps of either series
   */
  public double faithfulness(Quantized network, DataSet data, int steps) {
    List<Tensor> maps = emulator.answers(network.graph(), data).maps();
    Graph scores = scores(network.graph());
    double sum = 0;
    for (Perturbation.Kind kind : Perturbation.Kind.values()) {
      Perturbation p = new Perturbation(kind, steps, new Baseline.Zero());
      double sign = kind == Perturbation.Kind.INSERTION ? 1 : -1;
      List<Perturbation.Curve> curves =
          p.curves(
              images(data),
              maps,
              data.labels(),
              data.size() * (steps + 1),
              x -> probabilities(scores, x, data));
      sum += sign * curves.stream().mapToDouble(Perturbation.Curve::area).sum();
    }
    return sum / data.size();
  }

  private static Tensor images(DataSet data) {
    int each = data.sample().size();
    float[] all = new float[data.size() * each];
    for (int i = 0; i < data.size(); i++) {
      System.arraycopy(data.images().get(i), 0, all, i * each, each);
    }
    List<Integer> dims = new ArrayList<>(List.of(data.size()));
    dims.addAll(data.sample().dims());
    return Tensor.of(new Shape(dims), all);
  }

  /** Of images [m,c,h,w]. */
  private Tensor probabilities(Graph scores, Tensor images, DataSet like) {
    int count = images.shape().dim(0);
    int each = like.sample().size();
    float[] all = images.floats();
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(Arrays.copyOfRange(all, i * each, (i + 1) * each));
    }
    DataSet changed = new DataSet(like.name(), like.sample(), rows, Collections.nCopies(count, 0));
    Answers answers = emulator.answers(scores, changed);
    int classes = answers.scores().getFirst().length;
    double[] p = new double[count * classes];
    for (int i = 0; i < count; i++) {
      softmax(answers.scores().get(i), p, i * classes);
    }
    return Tensor.of(Shape.of(count, classes), p);
  }

  private static void softmax(float[] scores, double[] to, int at) {
    double largest = Double.NEGATIVE_INFINITY;
    for (float s : scores) {
      largest = Math.max(largest, s);
    }
    double sum = 0;
    for (int k = 0; k < scores.length; k++) {
      to[at + k] = Math.exp(scores[k] - largest);
      sum += to[at + k];
    }
    for (int k = 0; k < scores.length; k++) {
      to[at + k] /= sum;
    }
  }

  @Override
  public void close() {
    emulator.close();
  }
}
