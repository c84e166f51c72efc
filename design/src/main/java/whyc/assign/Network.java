package whyc.assign;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Head;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.measure.Fidelity;
import whyc.measure.RankCorrelation;
import whyc.multiplier.WeightMap;
import whyc.onnx.Model;
import whyc.op.Constant;
import whyc.op.Product;
import whyc.op.Value;
import whyc.pass.RemoveDead;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * A classifier in signed bytes, whose layers may be given approximate multipliers.
 *
 * <p>Heat maps, where they are asked for, explain the class that the label names: so those of all
 * approximations answer one question. Their backward pass stays exact, with 16 bits; or it has 8
 * bits, and each of its products the circuit of the layer that it turns back.
 */
public final class Network implements AutoCloseable {
  /** The output with the heat map. */
  public static final String MAP = "whyc_map";

  /** The input that takes the class to explain, where there is a heat map. */
  static final String CLASS = "whyc_asked";

  private final Quantized quantized;
  private final SequencedMap<String, Integer> exponents;
  private final List<ProductLayer> layers;
  private final List<ProductLayer> backward;
  private final Map<Value, Operands> operands;
  private final LayerScores importance;
  private final Emulator emulator;
  private final Map<Change, Approximation.Change> changes = new HashMap<>();

  private Optional<Exact> known = Optional.empty();

  /** What the exact network says of some images. */
  private record Exact(DataSet data, Answers answers) {}

  /** A line with a product. */
  private record Change(Value line, Product product) {}

  private Network(
      Quantized quantized,
      SequencedMap<String, Integer> exponents,
      List<ProductLayer> all,
      Map<Value, Operands> operands,
      LayerScores importance,
      Emulator emulator) {
    this.quantized = quantized;
    this.exponents = exponents;
    this.layers = all.stream().filter(l -> !l.explains()).toList();
    this.backward = all.stream().filter(ProductLayer::explains).toList();
    this.operands = operands;
    this.importance = importance;
    this.emulator = emulator;
  }

  /**
   * What is asked of a model.
   *
   * @param scored its graph with the output {@link Head#SCORES}
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

  /** What multiplies in the backward pass of an explanation. */
  public enum Backward {
    /** Exact circuits, operands of 16 bits. */
    EXACT,

    /** The circuit of the layer that is turned back, operands of 8 bits. */
    APPROXIMATE;

    private Width width() {
      return this == EXACT ? Width.INT16 : Width.INT8;
    }
  }

  /** An explanation with how its maps are compared. */
  public record Explains(Explanation explanation, Fidelity fidelity, Backward backward) {}

  /**
   * Quantises a model and counts what its multipliers are given. No channels can be skipped.
   *
   * @param calibration images on which ranges and operands are measured
   * @param threads that share the work
   */
  public static Network of(Wanted wanted, DataSet calibration, int threads) {
    LayerScores none = LayerScores.ofChannels(new LinkedHashMap<>());
    return of(wanted, calibration, none, threads);
  }

  /**
   * Quantises a model and counts what its multipliers are given.
   *
   * @param calibration images on which ranges and operands are measured
   * @param importance of channels: the least important ones can be skipped
   * @param threads that share the work
   */
  public static Network of(
      Wanted wanted, DataSet calibration, LayerScores importance, int threads) {
    Graph g = graph(wanted);
    Optional<String> classInput = wanted.explanation().map(e -> CLASS);
    Emulator emulator = new Emulator(wanted.model(), classInput, threads);
    try {
      Width gradients = wanted.explanation().map(e -> e.backward.width()).orElse(Width.INT16);
      Quantize quantize = quantize(g, calibration, gradients, emulator);
      Quantized q = quantize.quantized(g);
      List<ProductLayer> layers = ProductLayer.of(q.graph(), List.of(Head.SCORES));
      if (layers.stream().allMatch(ProductLayer::explains)) {
        throw new RefusedArgument(
            "%s: a network to approximate wants layers that multiply signed bytes by known weights, and has none; what stays real: %s"
                .formatted(wanted.model().file().name(), q.real()));
      }
      Map<Value, Operands> operands = count(q, layers, calibration, emulator);
      return new Network(q, quantize.exponents(g), layers, operands, importance, emulator);
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
    outputs.put(Head.SCORES, g.output(Head.SCORES));
    asked.forEach(a -> outputs.put(MAP, g.output(MAP)));
    return new RemoveDead().apply(g.withOutputs(outputs));
  }

  private static Quantize quantize(
      Graph g, DataSet calibration, Width gradients, Emulator emulator) {
    Observation o = Observation.of(g);
    List<Statistics> all = new ArrayList<>(List.of(Statistics.empty()));
    emulator.run(
        o.graph(),
        calibration,
        (from, count, results) -> all.set(0, all.getFirst().plus(o.statistics(results))));
    Quantize.Options options =
        Quantize.Options.of(Width.INT8).withGradients(gradients, List.of(Head.SCORES));
    return new Quantize(all.getFirst(), options);
  }

  private static Map<Value, Operands> count(
      Quantized q, List<ProductLayer> layers, DataSet calibration, Emulator emulator) {
    SequencedMap<String, Value> inputs = new LinkedHashMap<>();
    layers.forEach(l -> inputs.put("operand" + l.input().index(), l.input()));
    Map<Value, Operands> operands = new LinkedHashMap<>();
    layers.forEach(l -> operands.put(l.line(), Operands.none(l)));
    emulator.run(
        q.graph().withOutputs(inputs),
        calibration,
        (from, count, results) -> {
          for (ProductLayer l : layers) {
            Tensor codes = results.get("operand" + l.input().index());
            of(operands, l.line()).add(Optional.ofNullable(codes).orElseThrow());
          }
        });
    return operands;
  }

  private static <T> T of(Map<Value, T> known, Value line) {
    return Optional.ofNullable(known.get(line)).orElseThrow();
  }

  public Quantized quantized() {
    return quantized;
  }

  /** The layers that may be approximate, in the order of the graph. */
  public List<ProductLayer> layers() {
    return layers;
  }

  /** Products of the backward pass that have the circuit of a layer. */
  List<ProductLayer> turning(ProductLayer layer) {
    return backward.stream()
        .filter(l -> layer.line().equals(quantized.turned().get(l.line())))
        .toList();
  }

  /** Products of bytes in the backward pass that no layer has a part in: they stay exact. */
  List<ProductLayer> exactBackward() {
    return backward.stream().filter(l -> !quantized.turned().containsKey(l.line())).toList();
  }

  /** Whether the backward pass has the multipliers of the forward pass, and counts as energy. */
  public boolean explainsApproximately() {
    return !backward.isEmpty();
  }

  /** The names of all outputs that the model itself computes. */
  public Collection<String> predictions() {
    return List.of(Head.SCORES);
  }

  /**
   * The network with circuits in its layers.
   *
   * @param circuits one for each layer
   */
  public Quantized with(List<Circuit> circuits) {
    return with(circuits, Passes.BOTH);
  }

  /**
   * What its prediction with circuits consists of beside the model.
   *
   * @param circuits one for each layer
   */
  public Settled settled(List<Circuit> circuits) {
    SequencedMap<String, Settled.Change> changes = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      if (!circuits.get(i).isExact()) {
        changes.put(layers.get(i).name(), settled(layers.get(i), circuits.get(i)));
      }
    }
    return new Settled(exponents, changes, Settled.identity(with(circuits)));
  }

  private Settled.Change settled(ProductLayer layer, Circuit circuit) {
    Set<Integer> skipped = skipped(layer, circuit);
    Replacement r = change(layer, circuit).replacement().skipping(layer.outputAxis(), skipped);
    return new Settled.Change(
        circuit.product(),
        stored(layer, circuit),
        Arrays.stream(r.correction()).boxed().toList(),
        skipped.stream().sorted().toList());
  }

  private List<Integer> stored(ProductLayer layer, Circuit circuit) {
    WeightMap map = WeightMap.of(circuit.function(), of(operands, layer.line()).all());
    return IntStream.rangeClosed(Byte.MIN_VALUE, Byte.MAX_VALUE).map(map::of).boxed().toList();
  }

  private Quantized with(List<Circuit> circuits, Passes passes) {
    if (circuits.size() != layers.size()) {
      throw new RefusedArgument(
          "an assignment wants a circuit for each of %d layers, got %d"
              .formatted(layers.size(), circuits.size()));
    }
    Map<Value, Approximation.Change> chosen = new LinkedHashMap<>();
    Map<Value, Tensor> weights = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      if (!circuits.get(i).isExact()) {
        put(layers.get(i), circuits.get(i), passes, chosen, weights);
      }
    }
    return new Approximation(chosen, weights).apply(quantized);
  }

  private void put(
      ProductLayer layer,
      Circuit circuit,
      Passes passes,
      Map<Value, Approximation.Change> chosen,
      Map<Value, Tensor> weights) {
    Set<Integer> skipped = skipped(layer, circuit);
    quantized
        .turned()
        .forEach((back, forth) -> {
          if (forth.equals(layer.line()) && !skipped.isEmpty()) {
            weights.put(back, Silence.along(weight(back), 0, skipped));
          }
        });
    for (ProductLayer l : touched(layer)) {
      if (passes.include(l)) {
        Approximation.Change c = change(l, circuit);
        Replacement r =
            l.explains()
                ? c.replacement().skippingInputs(skipped)
                : c.replacement().skipping(l.outputAxis(), skipped);
        chosen.put(l.line(), new Approximation.Change(c.product(), r));
      }
    }
  }

  private Tensor weight(Value line) {
    Value weight = quantized.graph().node(line).operands().get(1);
    return quantized.graph().node(weight).op() instanceof Constant c
        ? c.value()
        : Tensor.scalar(ElementType.INT8, 0);
  }

  /**
   * The outputs of a layer that a circuit leaves out. None of those that are scores, or whose
   * importance is not known, or where the circuit makes something of zeros.
   */
  Set<Integer> skipped(ProductLayer layer, Circuit circuit) {
    int known = importance.byChannel().getOrDefault(layer.name(), new double[0]).length;
    boolean scored = known == layer.outputs() && !layer.equals(layers.getLast());
    return scored && circuit.skipped() > 0 && circuit.keepsZeroWeights()
        ? importance.least(layer.name(), circuit.skippedOf(known))
        : Set.of();
  }

  /** A layer, and what turns it back. */
  private List<ProductLayer> touched(ProductLayer layer) {
    return Stream.concat(Stream.of(layer), turning(layer).stream()).toList();
  }

  private Approximation.Change change(ProductLayer layer, Circuit circuit) {
    return changes.computeIfAbsent(
        new Change(layer.line(), circuit.product()),
        c ->
            new Approximation.Change(
                circuit.product(), Replacement.of(layer, of(operands, layer.line()), circuit)));
  }

  /** What the network says with circuits alone: weights and biases as they were. */
  Answers uncorrected(List<Circuit> circuits, DataSet data) {
    Map<Value, Approximation.Change> plain = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      for (ProductLayer l : touched(layers.get(i))) {
        Approximation.Change c = change(l, circuits.get(i));
        Replacement r = c.replacement().uncorrected(l);
        plain.put(l.line(), new Approximation.Change(c.product(), r));
      }
    }
    return emulator.answers(new Approximation(plain, Map.of()).apply(quantized).graph(), data);
  }

  /**
   * The noise that a circuit adds to a layer's results: its mean square, in real numbers. What is
   * left out is no part of it.
   */
  public double noise(int layer, Circuit circuit) {
    return noise(layers.get(layer), circuit);
  }

  /** The same of a product of either pass. */
  double noise(ProductLayer l, Circuit circuit) {
    if (circuit.isExact()) {
      return 0;
    }
    List<Double> scales = of(quantized.weights(), l.line());
    double[] each = IntStream.range(0, l.outputs()).mapToDouble(scales::get).toArray();
    return change(l, circuit).replacement().noise(each);
  }

  /** What the network with some circuits says of images. */
  Answers answers(List<Circuit> circuits, DataSet data) {
    return answers(circuits, Passes.BOTH, data);
  }

  /** What it says with circuits in some passes. */
  Answers answers(List<Circuit> circuits, Passes passes, DataSet data) {
    return emulator.answers(with(circuits, passes).graph(), data);
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
    outputs.put(Head.SCORES, g.output(Head.SCORES));
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
    return new Faithfulness(emulator, scores(network.graph()), data, steps).of(maps);
  }

  @Override
  public void close() {
    emulator.close();
  }
}
