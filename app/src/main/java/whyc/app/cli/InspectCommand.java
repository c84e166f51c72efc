package whyc.app.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.engine.Engine;
import whyc.engine.PathRuns;
import whyc.engine.ort.OrtTime;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.Layers;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.op.Cost;
import whyc.op.Value;

/** {@code whyc inspect}: what a model is, and what can be explained at which price. */
@Command(
    name = "inspect",
    description =
        "Tells a model's inputs, outputs, layers, and the methods that apply with their price.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class InspectCommand extends SpeakingCommand {
  private static final int SHOWN_LAYERS = 12;

  @Mixin private ModelOptions models = new ModelOptions();

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "the layer that class activation maps weigh")
  private Optional<String> layer = Optional.empty();

  @Mixin private EngineOptions engines = new EngineOptions();

  @Mixin private ScheduleOptions schedules = new ScheduleOptions();

  @Option(names = "--json", description = "all of it as JSON, with every layer")
  private boolean json;

  InspectCommand(Console console) {
    super(console);
  }

  /** What is known of one method on one model. */
  private record Price(
      Methods.Method method,
      Optional<String> refusal,
      WorkCount.Work work,
      double overhead,
      long memory,
      Optional<String> closedForm,
      List<String> sameAs) {}

  @Override
  public Integer call() throws IOException {
    models.check();
    engines.check();
    schedules.check(json, models.model);
    Classifier c = Classifier.read(models.model, models.spatial(), models.output);
    Question q = c.question(new ClassChoice.Top(), Question.Score.LOGIT);
    Layers layers = Layers.of(c.model().graph(), q);
    layer.ifPresent(layers::named);
    if (schedules.schedule) {
      schedules.print(c, layer, engines.memory(), console);
      return 0;
    }
    try (Engine engine = engines.create()) {
      List<Price> prices = prices(c, q, engine);
      if (json) {
        console.text(Json.text(tree(c, layers, prices, engine)));
      } else {
        print(c, layers, prices, engine);
      }
    }
    return 0;
  }

  private List<Price> prices(Classifier c, Question q, Engine engine) {
    Methods.Options options = Methods.Options.of(Profile.WHYC);
    options = layer.map(options::withLayer).orElse(options);
    options = c.model().dynamicBatch() ? options : options.withPointsPerRun(1);
    Map<String, Explanation> made = new LinkedHashMap<>();
    Map<String, String> refused = new LinkedHashMap<>();
    for (Methods.Method m : Methods.all()) {
      Optional<String> refusal = m.refusal(c.model().graph(), q);
      if (refusal.isPresent()) {
        refused.put(m.name(), refusal.get());
      } else {
        made.put(m.name(), m.create(c.model().graph(), q, options));
      }
    }
    Map<String, List<String>> same = equivalences(c, q, made);
    List<Price> prices = new ArrayList<>();
    for (Methods.Method m : Methods.all()) {
      Optional<Explanation> e = Optional.ofNullable(made.get(m.name()));
      prices.add(
          e.isPresent()
              ? price(c, q, m, e.get(), engine, same.getOrDefault(m.name(), List.of()))
              : new Price(
                  m,
                  Optional.ofNullable(refused.get(m.name())),
                  new WorkCount.Work(Cost.NONE, 0),
                  0,
                  0,
                  Optional.empty(),
                  List.of()));
    }
    return prices;
  }

  /** Methods of one pass whose attribution is the same line of a common, simplified program. */
  private static Map<String, List<String>> equivalences(
      Classifier c, Question q, Map<String, Explanation> made) {
    List<Asked> asked = new ArrayList<>();
    made.forEach((name, e) -> {
      if (!(e instanceof Accumulated)) {
        asked.add(new Asked(name, e, q));
      }
    });
    Graph all = Asked.all(c.model().graph(), asked);
    Map<Value, List<String>> byLine = new LinkedHashMap<>();
    asked.forEach(
        a -> byLine.computeIfAbsent(all.output(a.name()), v -> new ArrayList<>()).add(a.name()));
    Map<String, List<String>> same = new LinkedHashMap<>();
    byLine.values().stream()
        .filter(names -> names.size() > 1)
        .forEach(names ->
            names.forEach(n -> same.put(n, names.stream().filter(o -> !o.equals(n)).toList())));
    return same;
  }

  private Price price(
      Classifier c,
      Question q,
      Methods.Method m,
      Explanation e,
      Engine engine,
      List<String> sameAs) {
    Model model = c.model();
    if (e instanceof Accumulated a) {
      Question given =
          new Question(
              q.input(), q.output(), new ClassChoice.Given(ClassChoice.Given.TARGET), q.score());
      Graph one = a.explain(model.graph(), q);
      WorkCount count = WorkCount.of(model, one);
      WorkCount.Work work = count.beyondModel(List.of(one.output(Explanation.ATTRIBUTION)));
      List<Graph> plain = List.of(model.graph());
      PathRuns runs =
          PathRuns.choose(engine, model, model.graph(), a, given, plain, engines.memory().bytes());
      long memory = engine.predictMemory(model, List.of(model.graph(), runs.program()), 1).peak();
      return new Price(
          m, Optional.empty(), work, overhead(model, one), memory, Optional.empty(), sameAs);
    }
    Asked asked = new Asked("whyc", e, q);
    Graph graph = Asked.all(model.graph(), List.of(asked));
    WorkCount count = WorkCount.of(model, graph);
    WorkCount.Work work = count.beyondModel(List.of(graph.output("whyc")));
    Optional<String> weighed =
        m.hasLayer()
            ? layer.or(() -> Layers.of(model.graph(), q).preferred().map(Layers.Layer::name))
            : Optional.empty();
    return new Price(
        m,
        Optional.empty(),
        work,
        overhead(model, graph),
        engine.predictMemory(model, List.of(model.graph(), graph), 1).peak(),
        ClosedForm.of(model, graph, asked, weighed),
        sameAs);
  }

  /** What a program takes beyond the model itself, as a share of what that takes. */
  private static double overhead(Model model, Graph program) {
    double own = OrtTime.predict(model, model.graph());
    return Math.max(0, OrtTime.predict(model, program) - own) / own;
  }

  private void print(Classifier c, Layers layers, List<Price> prices, Engine engine) {
    Graph graph = c.model().graph();
    console.result(c.model().file().name());
    console.result(
        "  input    %s %s, %s"
            .formatted(
                c.model().input(),
                c.form().type(1),
                c.model().dynamicBatch() ? "any batch" : "batch of 1"));
    graph
        .outputs()
        .forEach((name, value) ->
            console.result(
                "  output   %s %s%s"
                    .formatted(
                        name, single(c, value), name.equals(c.output()) ? "  (explained)" : "")));
    console.result("  classes  " + c.classes() + head(c));
    Optional<Preparation> p = preparation(c);
    console.result(
        "  pictures "
            + p.map(x -> x.describe() + "  [" + x.source() + "]")
                .orElse("none: the input has " + c.form().channels() + " channels; give .npy"));
    WorkCount.Work model = WorkCount.of(c.model(), graph).ofModel();
    console.result(
        "  model    %s multiply-adds, %s moved for an image, peak memory %s (%s)"
            .formatted(
                count(model.cost().multiplyAdds()),
                bytes(model.bytes()),
                bytes(engine.predictMemory(c.model(), List.of(graph), 1).peak()),
                engine.name()));
    c.notes().forEach(n -> console.result("  note     " + n));
    printLayers(layers);
    printPrices(prices);
  }

  private static String head(Classifier c) {
    return c.head().binary()
        ? ", from one score"
        : c.head().cut().map(cut -> ", " + cut + " at the end left out").orElse("");
  }

  private void printLayers(Layers layers) {
    console.result("");
    console.result(
        "layers for class activation maps" + (layers.candidates().isEmpty() ? ": none" : ""));
    List<Layers.Layer> all = layers.candidates();
    String preferred = layers.preferred().map(Layers.Layer::name).orElse("");
    int from = Math.max(0, all.size() - SHOWN_LAYERS);
    if (from > 0) {
      console.result("    ... " + from + " before; --json lists all");
    }
    for (Layers.Layer l : all.subList(from, all.size())) {
      boolean isDefault = l.name().equals(preferred);
      console.result(
          "  %s %-36s %4d channels of %d x %d%s"
              .formatted(
                  isDefault ? "*" : " ",
                  l.name(),
                  l.channels(),
                  l.height(),
                  l.width(),
                  isDefault ? "  (default)" : ""));
    }
    layers.preferred().ifPresent(l -> console.result("  * is " + l.reason()));
  }

  private void printPrices(List<Price> prices) {
    console.result("");
    console.result(
        "  %-20s %14s %10s %10s %10s"
            .formatted("method", "multiply-adds", "bytes", "time", "memory"));
    for (Price p : prices) {
      if (p.refusal.isEmpty()) {
        console.result(
            "  %-20s %14s %10s %10s %10s%s"
                .formatted(
                    p.method.name(),
                    "+" + count(p.work.cost().multiplyAdds()),
                    "+" + bytes(p.work.bytes()),
                    "+" + percent(p.overhead),
                    bytes(p.memory),
                    p.closedForm.isPresent() ? "  closed form" : ""));
      }
    }
    for (Price p : prices) {
      p.refusal.ifPresent(
          r -> console.result("  %-20s does not apply: %s".formatted(p.method.name(), r)));
    }
    prices.stream()
        .filter(p -> !p.sameAs.isEmpty() && p.method.name().compareTo(p.sameAs.getFirst()) < 0)
        .forEach(p ->
            console.result(
                "  equal on this model: " + p.method.name() + ", " + String.join(", ", p.sameAs)));
    prices.stream()
        .flatMap(p -> p.closedForm.stream())
        .distinct()
        .forEach(f -> console.result("  closed form: " + f));
    console.result(
        "  time: predicted for ONNX Runtime on one core, as a share of inference; memory: of the process");
  }

  private Optional<Preparation> preparation(Classifier c) {
    return c.form().channels() == 1 || c.form().channels() == 3
        ? Optional.of(Preparation.of(models, c.model().file().metadata(), c.form()))
        : Optional.empty();
  }

  private Map<String, Object> tree(Classifier c, Layers layers, List<Price> prices, Engine engine) {
    Graph graph = c.model().graph();
    List<Object> outputs = new ArrayList<>();
    graph
        .outputs()
        .forEach((name, value) ->
            outputs.add(
                Manifest.tree(
                    "name", name,
                    "type", single(c, value),
                    "explained", name.equals(c.output()))));
    WorkCount.Work model = WorkCount.of(c.model(), graph).ofModel();
    Map<String, Object> t =
        Manifest.tree(
            "schema",
            Manifest.SCHEMA,
            "whyc",
            Commands.version(),
            "model",
            c.model().file().name(),
            "sha256",
            ExplainJob.sha(models.model),
            "input",
            Manifest.tree(
                "name", c.model().input(),
                "type", c.form().type(1).toString(),
                "dynamic_batch", c.model().dynamicBatch(),
                "channels_last", c.form().channelsLast()),
            "outputs",
            outputs,
            "classes",
            c.classes(),
            "head",
            Manifest.tree("cut", c.head().cut().orElse("none"), "binary", c.head().binary()),
            "notes",
            c.notes());
    preparation(c).ifPresent(p -> t.put("preprocessing", p.tree()));
    t.put("multiply_adds", model.cost().multiplyAdds());
    t.put("bytes_moved", model.bytes());
    t.put("peak_memory_bytes", engine.predictMemory(c.model(), List.of(graph), 1).peak());
    t.put("engine", engine.name());
    String preferred = layers.preferred().map(Layers.Layer::name).orElse("");
    t.put(
        "layers",
        layers.candidates().stream()
            .map(l ->
                Manifest.tree(
                    "name",
                    l.name(),
                    "channels",
                    l.channels(),
                    "height",
                    l.height(),
                    "width",
                    l.width(),
                    "default",
                    l.name().equals(preferred),
                    "reason",
                    l.name().equals(preferred)
                        ? layers.preferred().orElseThrow().reason()
                        : l.reason()))
            .toList());
    t.put("methods", prices.stream().map(InspectCommand::tree).toList());
    return t;
  }

  private static Map<String, Object> tree(Price p) {
    Map<String, Object> t =
        Manifest.tree(
            "name", p.method.name(),
            "summary", p.method.summary(),
            "applies", p.refusal.isEmpty());
    if (p.refusal.isPresent()) {
      t.put("reason", p.refusal.get());
      return t;
    }
    t.put("extra_multiply_adds", p.work.cost().multiplyAdds());
    t.put("extra_elementary", p.work.cost().elementary());
    t.put("extra_bytes", p.work.bytes());
    t.put("predicted_overhead", p.overhead);
    t.put("peak_memory_bytes", p.memory);
    p.closedForm.ifPresent(f -> t.put("closed_form", f));
    t.put("same_as", p.sameAs);
    return t;
  }

  /** A value's type for one image. */
  private static String single(Classifier c, Value value) {
    var type = c.model().graph().type(value);
    return c.model().dynamicBatch() && type.shape().rank() > 0
        ? type.with(type.shape().with(0, 1)).toString()
        : type.toString();
  }

  private static String count(long n) {
    return scaled(n, 1000, "", " k", " M", " G", " T");
  }

  private static String bytes(long n) {
    return scaled(n, 1000, " B", " kB", " MB", " GB", " TB");
  }

  private static String scaled(long n, double step, String... units) {
    double value = (double) n;
    int unit = 0;
    while (value >= step && unit < units.length - 1) {
      value /= step;
      unit++;
    }
    return String.format(
        Locale.ROOT, unit == 0 ? "%.0f%s" : value < 10 ? "%.2f%s" : "%.1f%s", value, units[unit]);
  }

  private static String percent(double share) {
    double p = 100 * share;
    return String.format(Locale.ROOT, p < 1 ? "%.2f %%" : p < 100 ? "%.1f %%" : "%.0f %%", p);
  }
}
