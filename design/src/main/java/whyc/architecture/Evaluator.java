package whyc.architecture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import whyc.engine.Engine;
import whyc.engine.ort.OrtEngine;

/**
 * Trains and measures. What it finds depends on what is asked and on the {@link Setting} alone, so
 * that nothing is done twice: known figures come from the log, known weights from checkpoints. A
 * checkpoint that is damaged is set aside and made again.
 */
public final class Evaluator extends Examiner implements AutoCloseable {
  private final Setting setting;
  private final SearchLog log;
  private final Checkpoints checkpoints;
  private final Map<String, Object> locks = new ConcurrentHashMap<>();
  private final Map<Integer, Pictures> pictures = new ConcurrentHashMap<>();
  private final Engine engine = OrtEngine.create(new OrtEngine.Options(1, true));

  /**
   * An evaluator.
   *
   * @param told of what went wrong and was put right
   */
  public Evaluator(Setting setting, SearchLog log, Consumer<String> told) throws IOException {
    this.setting = setting;
    this.log = log;
    this.checkpoints = new Checkpoints(setting.folder(), told);
    Files.createDirectories(setting.folder());
  }

  @Override
  public Setting setting() {
    return setting;
  }

  @Override
  Spent<Double> train(Training t, int steps, BooleanSupplier stop) {
    String key = "train %s %d".formatted(hash(t), steps);
    Optional<JsonNode> known = log.find(key);
    if (known.isPresent()) {
      JsonNode n = known.get();
      return new Spent<>(key, n.required("accuracy").doubleValue(), seconds(n));
    }
    Stopwatch work = Stopwatch.started();
    Checkpoint c = weights(t, steps, stop);
    double accuracy = accuracy(t.architecture(), c.average());
    ObjectNode line = SearchLog.line(key);
    line.put("architecture", t.architecture().id());
    t.relative().ifPresent(r -> line.put("relative", hash(r)));
    line.put("accuracy", accuracy);
    return logged(line, accuracy, work);
  }

  private <T> Spent<T> logged(ObjectNode line, T result, Stopwatch work) {
    double seconds = work.seconds();
    log.add(line.put("seconds", seconds));
    return new Spent<>(line.required("key").stringValue(), result, seconds);
  }

  private static double seconds(JsonNode n) {
    return n.required("seconds").doubleValue();
  }

  private double accuracy(Architecture a, Weights weights) {
    try (TorchNetwork torch = new TorchNetwork(a)) {
      return trainer(torch).accuracy(weights, setting.validation().resized(a.resolution()));
    }
  }

  private Trainer trainer(TorchNetwork torch) {
    Pictures resized =
        pictures.computeIfAbsent(torch.network().resolution(), r -> setting.training().resized(r));
    return new Trainer(torch, setting.recipe(), resized, setting.normalisation());
  }

  /** Weights after so many steps: from a checkpoint, or trained. */
  Checkpoint weights(Training t, int steps, BooleanSupplier stop) {
    String hash = hash(t);
    try {
      synchronized (locks.computeIfAbsent(hash, h -> new Object())) {
        return weights(hash, t, steps, stop);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Checkpoint weights(String hash, Training t, int steps, BooleanSupplier stop)
      throws IOException {
    Optional<Checkpoint> longest = checkpoints.longest(hash, steps, t.architecture());
    if (longest.isPresent() && longest.get().step() == steps) {
      return longest.get();
    }
    Checkpoint from = longest.orElseGet(() -> start(t, stop));
    try (TorchNetwork torch = new TorchNetwork(t.architecture())) {
      Checkpoint c = trainer(torch).train(from, steps, stop);
      checkpoints.keep(hash, c);
      return c;
    }
  }

  private Checkpoint start(Training t, BooleanSupplier stop) {
    SplittableRandom random =
        new SplittableRandom(setting.recipe().seed() ^ t.architecture().id().hashCode());
    if (t.relative().isEmpty()) {
      return Checkpoint.start(Weights.initial(t.architecture(), random));
    }
    Training r = t.relative().get();
    Checkpoint theirs = weights(r, setting.recipe().steps(), stop);
    return Checkpoint.start(
        Inheritance.of(t.architecture(), r.architecture(), theirs.average(), random));
  }

  @Override
  Spent<Insight> insight(Training t, int steps, BooleanSupplier stop) {
    String key = "insight %s %d".formatted(hash(t), steps);
    Optional<JsonNode> known = log.find(key);
    if (known.isPresent()) {
      return new Spent<>(key, insight(known.get()), seconds(known.get()));
    }
    Checkpoint c = weights(t, steps, stop);
    Stopwatch work = Stopwatch.started();
    try (Specimen s = new Specimen(setting, t.architecture(), c.average(), engine)) {
      Insight found = s.insight();
      ObjectNode line = SearchLog.line(key);
      ArrayNode layers = line.putArray("layers");
      found.layers().forEach(layers::add);
      line.put("spread", found.spread());
      line.put("concentration", found.concentration());
      line.put("stability", found.stability());
      line.put("confidence", found.confidence());
      return logged(line, found, work);
    }
  }

  private static Insight insight(JsonNode n) {
    List<Double> layers = new ArrayList<>();
    n.required("layers").forEach(l -> layers.add(l.doubleValue()));
    return new Insight(
        layers,
        n.required("spread").doubleValue(),
        n.required("concentration").doubleValue(),
        n.required("stability").doubleValue(),
        n.required("confidence").doubleValue());
  }

  @Override
  Spent<List<Double>> proxies(Architecture a) {
    String key = "proxies %s".formatted(hash(Training.fresh(a)));
    Optional<JsonNode> known = log.find(key);
    if (known.isPresent()) {
      List<Double> values = new ArrayList<>();
      Proxies.names().forEach(n -> values.add(known.get().required(n).doubleValue()));
      return new Spent<>(key, values, seconds(known.get()));
    }
    Stopwatch work = Stopwatch.started();
    try (TorchNetwork torch = new TorchNetwork(a)) {
      Trainer trainer = trainer(torch);
      Recipe few = new Recipe(1, Proxies.IMAGES, 0, 0, 0, 0, false, 0, setting.recipe().seed());
      Batches batches = new Batches(trainer.pictures(), trainer.by(), few);
      Weights first = start(Training.fresh(a), () -> false).weights();
      Map<String, Double> found = Proxies.of(torch, first, batches.at(0));
      ObjectNode line = SearchLog.line(key);
      found.forEach(line::put);
      return logged(line, List.copyOf(found.values()), work);
    }
  }

  /** The cost of a network that was not trained: of the dearest, which costs are compared with. */
  public Figures untrained(Architecture a) {
    Weights first = start(Training.fresh(a), () -> false).weights();
    List<Choice> exact =
        Candidate.uniform(Training.fresh(a), setting.arithmetic().exact().name()).choices();
    try (Specimen s = new Specimen(setting, a, first, engine)) {
      return s.untrained(exact);
    }
  }

  /** The figures of a candidate on the validation pictures. */
  public Spent<Figures> measure(Candidate c) {
    return measure(c, setting.validation(), "measure");
  }

  @Override
  Explored explore(Training t, List<Double> shares, Suggestion suggestion, BooleanSupplier stop) {
    try (Opened opened = new Opened(t, stop)) {
      AtomicReference<Optional<Spent<Damage>>> asked = new AtomicReference<>(Optional.empty());
      List<List<Choice>> arithmetics =
          suggestion.of(() -> {
            Spent<Damage> d = damage(opened, t, shares);
            asked.set(Optional.of(d));
            return d.result();
          });
      List<Spent<Figures>> measured = new ArrayList<>();
      for (List<Choice> choices : arithmetics) {
        measured.add(measure(opened, new Candidate(t, choices), setting.validation(), "measure"));
      }
      return new Explored(asked.get(), arithmetics, measured);
    }
  }

  private Spent<Damage> damage(Opened opened, Training t, List<Double> shares) {
    String key = "damage %s %s".formatted(hash(t), shares);
    Optional<JsonNode> known = log.find(key);
    if (known.isPresent()) {
      return new Spent<>(key, damage(known.get()), seconds(known.get()));
    }
    Specimen s = opened.specimen();
    Stopwatch work = Stopwatch.started();
    Damage found = s.damage(shares);
    ObjectNode line = SearchLog.line(key);
    ArrayNode layers = line.putArray("noise");
    for (List<Double> row : found.noise()) {
      ArrayNode options = layers.addArray();
      row.forEach(options::add);
    }
    line.put("margin", found.margin());
    return logged(line, found, work);
  }

  private static Damage damage(JsonNode n) {
    List<List<Double>> noise = new ArrayList<>();
    for (JsonNode row : n.required("noise")) {
      List<Double> options = new ArrayList<>();
      row.forEach(o -> options.add(o.doubleValue()));
      noise.add(options);
    }
    return new Damage(noise, n.required("margin").doubleValue());
  }

  /** The figures of a candidate on the test pictures, all of them. */
  public Spent<Figures> confirm(Candidate c) {
    return measure(c, setting.test(), "confirm");
  }

  private Spent<Figures> measure(Candidate c, Pictures on, String what) {
    try (Opened opened = new Opened(c.training(), () -> false)) {
      return measure(opened, c, on, what);
    }
  }

  private Spent<Figures> measure(Opened opened, Candidate c, Pictures on, String what) {
    String key = "%s %s %s".formatted(what, hash(c.training()), c.arithmetic());
    Optional<JsonNode> known = log.find(key);
    if (known.isPresent()) {
      return new Spent<>(key, figures(known.get()), seconds(known.get()));
    }
    Specimen s = opened.specimen();
    Stopwatch work = Stopwatch.started();
    Figures f = s.measure(c.choices(), on);
    ObjectNode line = SearchLog.line(key);
    line.put("accuracy", f.accuracy());
    line.put("exact_accuracy", f.exactAccuracy());
    line.put("energy_pj", f.energyPicojoules());
    line.put("latency_ms", f.latencyMilliseconds());
    line.put("faithfulness", f.faithfulness());
    line.put("memory_bytes", f.memoryBytes());
    line.put("images", f.images());
    return logged(line, f, work);
  }

  private static Figures figures(JsonNode n) {
    return new Figures(
        n.required("accuracy").doubleValue(),
        n.required("exact_accuracy").doubleValue(),
        n.required("energy_pj").doubleValue(),
        n.required("latency_ms").doubleValue(),
        n.required("faithfulness").doubleValue(),
        n.required("memory_bytes").doubleValue(),
        n.required("images").intValue());
  }

  /**
   * A specimen of a whole training, made when something is to be measured on it, and before time is
   * taken: should its weights be gone, they are trained again, which is no part of a measurement.
   */
  private final class Opened implements AutoCloseable {
    private final Training training;
    private final BooleanSupplier stop;
    private Optional<Specimen> specimen = Optional.empty();

    Opened(Training training, BooleanSupplier stop) {
      this.training = training;
      this.stop = stop;
    }

    Specimen specimen() {
      if (specimen.isEmpty()) {
        specimen = Optional.of(open(training, stop));
      }
      return specimen.get();
    }

    @Override
    public void close() {
      specimen.ifPresent(Specimen::close);
    }
  }

  /** A wholly trained network, to look at; the caller closes it. */
  private Specimen open(Training t, BooleanSupplier stop) {
    Weights w = weights(t, setting.recipe().steps(), stop).average();
    return new Specimen(setting, t.architecture(), w, engine);
  }

  /** What is done with a wholly trained network. */
  public interface Use<T> {
    T with(Trained trained) throws IOException;
  }

  /** Hands out a wholly trained network. */
  public <T> T trained(Candidate c, Use<T> use) throws IOException {
    try (Specimen s = open(c.training(), () -> false)) {
      return use.with(new Trained(s, c));
    }
  }

  @Override
  String hash(Training t) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((setting.recipe() + " " + t.id()).getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    engine.close();
  }
}
