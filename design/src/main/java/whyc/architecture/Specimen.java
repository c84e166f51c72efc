package whyc.architecture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.assign.Budget;
import whyc.assign.Circuit;
import whyc.assign.Conductance;
import whyc.assign.Criticality;
import whyc.assign.DataSet;
import whyc.assign.Example;
import whyc.assign.LayerScores;
import whyc.assign.Measured;
import whyc.assign.Network;
import whyc.assign.ProductLayer;
import whyc.assign.Relevance;
import whyc.assign.Sensitivity;
import whyc.assign.Subject;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Head;
import whyc.explain.Methods;
import whyc.explain.PathRule;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.measure.RankCorrelation;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Value;
import whyc.pass.quantize.Quantized;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A trained network under examination: in bytes, with whatever arithmetic is asked for, and by its
 * explanations.
 */
final class Specimen implements AutoCloseable {
  /** Images from which scales and operands are taken, at most. */
  private static final int CALIBRATED_BY = 100;

  /** Images that are explained. */
  private static final int EXPLAINED = 16;

  /** Points of a conductance less one: ranks of layers need no more. */
  private static final int STEPS = 10;

  /** Images whose maps are tested, and steps of each test. */
  private static final int TESTED = 16;

  private static final int TEST_STEPS = 8;

  /** The input with the classes that are explained. */
  private static final String ASKED = "whyc_asked";

  private final Setting setting;
  private final Architecture architecture;
  private final Weights weights;
  private final Model model;
  private final Graph scored;
  private final DataSet calibration;
  private final Engine engine;
  private Optional<Network> network = Optional.empty();
  private Optional<LayerScores> relevance = Optional.empty();

  /**
   * A specimen.
   *
   * @param engine for explanations in real numbers
   */
  Specimen(Setting setting, Architecture architecture, Weights weights, Engine engine) {
    this.setting = setting;
    this.architecture = architecture;
    this.weights = weights;
    this.model =
        Export.model(Export.onnx(architecture, weights, setting.normalisation(), Map.of()));
    this.scored = scored(model);
    int calibrated = Math.min(CALIBRATED_BY, setting.training().size());
    this.calibration = images(setting.training().part(0, calibrated));
    this.engine = engine;
  }

  private static Graph scored(Model model) {
    Builder b = Builder.continuing(model.graph());
    Head head = Head.of(b, model.graph().output(Export.OUTPUT), Question.Score.LOGIT);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(model.graph().outputs());
    outputs.put(Head.SCORES, head.scores());
    return b.finish(outputs);
  }

  private DataSet images(Pictures pictures) {
    return pictures.resized(architecture.resolution()).prepared(setting.normalisation());
  }

  Model model() {
    return model;
  }

  OnnxModel onnx(Map<String, String> facts) {
    return Export.onnx(architecture, weights, setting.normalisation(), facts);
  }

  /** The network in bytes; made when it is asked for. */
  Network network() {
    if (network.isEmpty()) {
      Network made = Network.of(wanted(), calibration, relevance(), 1);
      network = Optional.of(made);
    }
    return network.get();
  }

  private Network.Wanted wanted() {
    Network.Wanted plain = new Network.Wanted(model, scored, Export.OUTPUT, Optional.empty());
    if (!setting.maps()) {
      return plain;
    }
    Explanation cam =
        Methods.named("gradcam").create(scored, plain.question(), Methods.Options.of(Profile.WHYC));
    return new Network.Wanted(
        model,
        scored,
        Export.OUTPUT,
        Optional.of(new Network.Explains(cam, new RankCorrelation(), Network.Backward.EXACT)));
  }

  /** The network in bytes with some arithmetic; its layers may stand in another order there. */
  Quantized with(List<Choice> choices) {
    List<Circuit> circuits =
        network().layers().stream()
            .map(l -> setting.arithmetic().of(choices.get(place(l.name()))))
            .toList();
    return network().with(circuits);
  }

  /** Where a layer of the graph stands in the description. */
  private int place(String name) {
    List<Architecture.LayerShape> layers = architecture.layers();
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalStateException(
        "%s: a layer of the graph is unknown: %s".formatted(architecture.id(), name));
  }

  /** The figures of some arithmetic, measured on pictures. */
  Figures measure(List<Choice> choices, Pictures on) {
    Quantized q = with(choices);
    DataSet data = images(on);
    Measured m = network().measure(q, data);
    Costs.Cost cost =
        Costs.of(setting.machine(), setting.arithmetic())
            .of(architecture, choices, () -> run(choices));
    double faithfulness =
        setting.maps()
            ? network().faithfulness(q, data.part(0, Math.min(TESTED, data.size())), TEST_STEPS)
            : 0;
    return new Figures(
        m.accuracy(),
        m.accuracy() + m.loss(),
        cost.energyPicojoules(),
        cost.latencyMilliseconds(),
        faithfulness,
        Costs.memoryBytes(architecture, choices),
        m.images());
  }

  /** Figures without those that need images. */
  Figures untrained(List<Choice> choices) {
    Costs.Cost cost =
        Costs.of(setting.machine(), setting.arithmetic())
            .of(architecture, choices, () -> run(choices));
    return new Figures(
        0,
        0,
        cost.energyPicojoules(),
        cost.latencyMilliseconds(),
        0,
        Costs.memoryBytes(architecture, choices),
        0);
  }

  private Costs.Run run(List<Choice> choices) {
    Weights left = weights.without(architecture, skipped(choices));
    Graph g = Export.graph(architecture, left).withBatch(1);
    return new Costs.Run(
        g, Export.OUTPUT, Map.of(Architecture.INPUT, batch(calibration, 0, 1, false)));
  }

  /** For each layer the channels that it leaves out: those of least relevance. */
  List<Set<Integer>> skipped(List<Choice> choices) {
    List<Set<Integer>> all = new ArrayList<>();
    List<Architecture.LayerShape> layers = architecture.layers();
    for (int l = 0; l < choices.size(); l++) {
      int count = choices.get(l).skippedOf(layers.get(l).outputs());
      all.add(count == 0 ? Set.of() : relevance().least(layers.get(l).name(), count));
    }
    return all;
  }

  /** What leaving a channel out does to the score, to first order, wherever its places pull. */
  private LayerScores relevance() {
    if (relevance.isEmpty()) {
      relevance = Optional.of(measured(new Relevance(), EXPLAINED));
    }
    return relevance.get();
  }

  /** Conductance from black to some training pictures, of each layer and channel. */
  LayerScores conductance() {
    return measured(
        new Conductance(STEPS, PathRule.GAUSS_LEGENDRE, black(), Conductance.Neuron.CHANNEL),
        STEPS + 1);
  }

  private LayerScores measured(Criticality method, int rows) {
    return method
        .measure(
            Subject.of(model, Export.OUTPUT),
            examples(),
            engine,
            new Budget(rows, Duration.ofHours(1)))
        .overall();
  }

  /** What arithmetic would do to the score: see {@link Damage}. */
  Damage damage(List<Double> shares) {
    LayerScores sensitivity = measured(new Sensitivity(), EXPLAINED);
    List<List<Double>> noise = new ArrayList<>();
    for (Architecture.LayerShape l : architecture.layers()) {
      noise.add(noise(l, sensitivity.of(l.name()), shares));
    }
    return new Damage(noise, margin());
  }

  /** Of each circuit with each share of skipped channels. */
  private List<Double> noise(Architecture.LayerShape l, double squares, List<Double> shares) {
    double[] channels = Objects.requireNonNull(relevance().byChannel().get(l.name())).clone();
    Arrays.sort(channels);
    List<Double> noise = new ArrayList<>();
    for (Circuit c : setting.arithmetic().circuits()) {
      double own = squares * network().noise(inGraph(l.name()), c);
      for (double share : shares) {
        int skipped = new Choice(c.name(), share).skippedOf(l.outputs());
        double lost = Arrays.stream(channels, 0, skipped).sum();
        noise.add(own + lost * lost);
      }
    }
    return noise;
  }

  private int inGraph(String name) {
    List<ProductLayer> layers = network().layers();
    return IntStream.range(0, layers.size())
        .filter(i -> layers.get(i).name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private double margin() {
    int count = Math.min(EXPLAINED, calibration.size());
    try (Program p = engine.compile(model, scored)) {
      Tensor scores =
          Objects.requireNonNull(
              p.run(Map.of(model.input(), batch(calibration, 0, count, false)), Set.of(Head.SCORES))
                  .get(Head.SCORES));
      double sum = 0;
      for (int i = 0; i < count; i++) {
        sum += Math.pow(Maps.margin(scores, i, calibration.labels().get(i)), 2) / count;
      }
      return sum;
    }
  }

  private List<Example> examples() {
    List<Example> examples = new ArrayList<>();
    for (int i = 0; i < Math.min(EXPLAINED, calibration.size()); i++) {
      examples.add(new Example(batch(calibration, i, 1, false), calibration.labels().get(i)));
    }
    return examples;
  }

  private Baseline black() {
    List<Double> black = setting.normalisation().black();
    float[] values = new float[black.size()];
    for (int c = 0; c < values.length; c++) {
      values[c] = black.get(c).floatValue();
    }
    return new Baseline.Given(Tensor.of(Shape.of(1, values.length, 1, 1), values));
  }

  /** What explanations say. */
  Insight insight() {
    LayerScores scores = conductance();
    double[] layers =
        architecture.layers().stream().mapToDouble(l -> scores.of(l.name())).toArray();
    double all = Arrays.stream(layers).sum();
    List<Double> shares = new ArrayList<>();
    for (double l : layers) {
      shares.add(all > 0 ? l / all : 1.0 / layers.length);
    }
    Maps maps = maps();
    return new Insight(
        shares, Insight.entropy(layers), maps.concentration(), maps.stability(), maps.confidence());
  }

  private Maps maps() {
    Question question =
        new Question(
            model.input(), Export.OUTPUT, new ClassChoice.Given(ASKED), Question.Score.LOGIT);
    Explanation saliency =
        Methods.named("saliency").create(scored, question, Methods.Options.of(Profile.WHYC));
    Graph g = Asked.all(scored, List.of(new Asked(Network.MAP, saliency, question)));
    int count = Math.min(EXPLAINED, calibration.size());
    try (Program p = engine.compile(model, g)) {
      Map<String, Tensor> plain = explained(p, count, false);
      Map<String, Tensor> shifted = explained(p, count, true);
      return Maps.of(
          Objects.requireNonNull(plain.get(Network.MAP)),
          Objects.requireNonNull(shifted.get(Network.MAP)),
          Objects.requireNonNull(plain.get(Head.SCORES)),
          calibration.labels());
    }
  }

  private Map<String, Tensor> explained(Program p, int count, boolean shifted) {
    long[] labels = new long[count];
    for (int i = 0; i < count; i++) {
      labels[i] = calibration.labels().get(i);
    }
    return p.run(
        Map.of(
            model.input(),
            batch(calibration, 0, count, shifted),
            ASKED,
            Tensor.of(new TensorType(ElementType.INT64, Shape.of(count)), labels)),
        Set.of(Network.MAP, Head.SCORES));
  }

  /** Images [n,c,h,w]; shifted to the right by a pixel, the first column twice. */
  private static Tensor batch(DataSet data, int from, int count, boolean shifted) {
    Shape s = data.sample();
    int each = s.size();
    int width = s.dim(2);
    float[] all = new float[count * each];
    for (int i = 0; i < count; i++) {
      float[] image = data.images().get(from + i);
      for (int p = 0; p < each; p++) {
        all[i * each + p] = image[shifted && p % width > 0 ? p - 1 : p];
      }
    }
    return Tensor.of(Shape.of(count, s.dim(0), s.dim(1), s.dim(2)), all);
  }

  @Override
  public void close() {
    network.ifPresent(Network::close);
  }
}
