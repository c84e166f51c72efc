package whyc.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Option;
import whyc.app.report.MethodResult.LayerChoice;
import whyc.app.report.Parameters;
import whyc.explain.Accumulated;
import whyc.explain.Asked;
import whyc.explain.Baseline;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.IntegratedGradients;
import whyc.explain.Layers;
import whyc.explain.Methods;
import whyc.explain.Noise;
import whyc.explain.PathRule;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.explain.SmoothGrad;

/** What is asked: methods, classes, layer, and their parameters. */
final class MethodOptions {
  @Option(
      names = {"-m", "--method"},
      split = ",",
      paramLabel = "NAME",
      description =
          "a method, or all that apply with all; may be given several times; default gradcam; whyc inspect lists them")
  List<String> methods = List.of("gradcam");

  @Option(
      names = {"-c", "--class"},
      paramLabel = "CLASS",
      description =
          "top, a number or a label; may be given several times; default top; compile also takes input:"
              + " the class is an input of the program")
  List<String> classes = List.of("top");

  @Option(
      names = "--layer",
      paramLabel = "NAME",
      description = "the layer that class activation maps weigh; whyc inspect lists them")
  Optional<String> layer = Optional.empty();

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "a peer's conventions: whyc (the default), captum, pytorch-grad-cam ...")
  String profile = "whyc";

  @Option(names = "--steps", paramLabel = "N", description = "points of a path method")
  Optional<Integer> steps = Optional.empty();

  @Option(
      names = "--rule",
      paramLabel = "RULE",
      description =
          "gauss-legendre, left, right, middle, trapezoid, trapezoid-over-n or mean, for path methods")
  Optional<String> rule = Optional.empty();

  @Option(
      names = "--baseline",
      paramLabel = "WHAT",
      description = "where a path starts: zero, mean, blur, a number, or a .npy file; default zero")
  Optional<String> baseline = Optional.empty();

  @Option(names = "--samples", paramLabel = "N", description = "noisy copies of a sampled method")
  Optional<Integer> samples = Optional.empty();

  @Option(
      names = "--noise",
      paramLabel = "SIGMA",
      description =
          "their standard deviation: a share of the image's range, or what the profile means by it")
  Optional<Double> noise = Optional.empty();

  @Option(names = "--seed", paramLabel = "N", description = "what noise is drawn from; default 0")
  Optional<Long> seed = Optional.empty();

  long seed() {
    return seed.orElse(0L);
  }

  private String start() {
    return baseline.orElse("zero");
  }

  /** Options that none of the methods looks at, a sentence each. */
  List<String> withoutEffect(List<Wish> wishes) {
    boolean path =
        wishes.stream().anyMatch(w -> w.answer().explanation() instanceof IntegratedGradients);
    boolean sampled = wishes.stream().anyMatch(w -> w.seed().isPresent());
    boolean layered = wishes.stream().anyMatch(w -> w.layer().isPresent());
    List<String> sentences = new ArrayList<>();
    if (!path) {
      String wanted = "integratedgradients";
      steps.ifPresent(x -> sentences.add(withoutEffect("--steps", wanted)));
      rule.ifPresent(x -> sentences.add(withoutEffect("--rule", wanted)));
      baseline.ifPresent(x -> sentences.add(withoutEffect("--baseline", wanted)));
    }
    if (!sampled) {
      String wanted = "a sampled method such as smoothgrad";
      samples.ifPresent(x -> sentences.add(withoutEffect("--samples", wanted)));
      noise.ifPresent(x -> sentences.add(withoutEffect("--noise", wanted)));
      seed.ifPresent(x -> sentences.add(withoutEffect("--seed", wanted)));
    }
    if (!layered) {
      layer.ifPresent(x -> sentences.add(withoutEffect("--layer", "a method that weighs a layer")));
    }
    return sentences;
  }

  private static String withoutEffect(String option, String wanted) {
    return option + " has no effect: it is for " + wanted + ", and none was asked for";
  }

  /** Methods that were asked for, or that apply where all were asked for. */
  private List<Methods.Method> chosen(Classifier c, Profile p) {
    LinkedHashSet<Methods.Method> chosen = new LinkedHashSet<>();
    for (String name : methods) {
      if (name.equalsIgnoreCase("all")) {
        Question q = c.question(new ClassChoice.Top(), p.score());
        Methods.all().stream()
            .filter(m -> m.refusal(c.model().graph(), q).isEmpty())
            .forEach(chosen::add);
      } else {
        chosen.add(named(name));
      }
    }
    return List.copyOf(chosen);
  }

  private static Methods.Method named(String name) {
    return Refusal.option("--method", () -> Methods.named(name));
  }

  /** Refuses what cannot be meant before anything is done. */
  void check() {
    profile();
    points(path().orElse(profile().path().rule()));
    startOfPath();
    samples();
    methods.stream().filter(m -> !m.equalsIgnoreCase("all")).forEach(MethodOptions::named);
  }

  private void points(PathRule rule) {
    steps.ifPresent(n ->
        Refusal.option(
            "--steps", () -> new IntegratedGradients(n, rule, new Baseline.Zero(), true, 1)));
  }

  private void samples() {
    noise.ifPresent(n -> Refusal.option("--noise", () -> new Noise(n, true, 0)));
    samples.ifPresent(
        n -> Refusal.option("--samples", () -> new SmoothGrad(n, new Noise(0, true, 0), false, 1)));
  }

  private Optional<PathRule> path() {
    return Refusal.option("--rule", () -> rule.map(PathRule::parse));
  }

  Profile profile() {
    return Refusal.option("--profile", () -> Profile.named(profile));
  }

  /**
   * All that is asked.
   *
   * @param givenLater whether a class may be left to whoever runs the program: {@code --class
   *     input}
   */
  List<Wish> wishes(Classifier classifier, Labels labels, boolean givenLater) {
    if (!givenLater && classes.stream().anyMatch(c -> isLeftOpen(c, labels))) {
      throw Refusal.usage(
          "--class input: only whyc compile takes it, for a program that is given the class when it"
              + " runs");
    }
    Profile p = profile();
    List<Wish> wishes = new ArrayList<>();
    for (Methods.Method method : chosen(classifier, p)) {
      for (String asked : new LinkedHashSet<>(classes)) {
        ClassChoice choice =
            givenLater && asked.equalsIgnoreCase("input")
                ? new ClassChoice.Given(ClassChoice.Given.TARGET)
                : choice(asked, classifier.classes(), labels);
        wishes.add(wish(method, asked, choice, "whyc_" + wishes.size(), classifier, p));
      }
    }
    return wishes;
  }

  private static boolean isLeftOpen(String asked, Labels labels) {
    return asked.equalsIgnoreCase("input")
        && labels.names().values().stream().noneMatch(asked::equalsIgnoreCase);
  }

  private Wish wish(
      Methods.Method method,
      String asked,
      ClassChoice choice,
      String name,
      Classifier c,
      Profile p) {
    Question q = c.question(choice, p.score());
    Methods.Options o = options(c, p);
    Explanation e = method.create(c.model().graph(), q, o);
    Optional<LayerChoice> taken = method.hasLayer() ? Optional.of(layer(c, q)) : Optional.empty();
    boolean drawn = e instanceof Accumulated && !(e instanceof IntegratedGradients);
    return new Wish(
        method.name(),
        new Asked(name, e, q),
        asked,
        taken,
        p.name(),
        drawn ? OptionalLong.of(seed()) : OptionalLong.empty(),
        e instanceof IntegratedGradients ig && ig.timesInput()
            ? Optional.of(o.baseline())
            : Optional.empty(),
        parameters(e, q));
  }

  /** An explanation is a record, whose components are its parameters. */
  private Map<String, Object> parameters(Explanation e, Question q) {
    Map<String, Object> parameters = new LinkedHashMap<>();
    if (e instanceof Record r) {
      parameters.putAll(Parameters.of(r));
    }
    Path given = Path.of(start());
    parameters.computeIfPresent(
        "baseline",
        (k, v) -> Samples.isTensor(given) ? given + " sha256 " + ExplainJob.sha(given) : start());
    parameters.put("score", q.score().name().toLowerCase(Locale.ROOT));
    return parameters;
  }

  Methods.Options options(Classifier c, Profile p) {
    return new Methods.Options(
        p,
        layer,
        steps,
        path(),
        startOfPath(),
        samples,
        noise,
        seed(),
        c.model().dynamicBatch() ? Methods.Options.POINTS_PER_RUN : 1);
  }

  private Baseline startOfPath() {
    Path file = Path.of(start());
    if (Samples.isTensor(file)) {
      return new Baseline.Given(Samples.tensor(file));
    }
    return Baseline.parse(start())
        .orElseThrow(() ->
            Refusal.usage(
                "--baseline wants zero, mean, blur, a number or a .npy file, got " + start()));
  }

  private LayerChoice layer(Classifier c, Question q) {
    Layers layers = Layers.of(c.model().graph(), q);
    return layer
        .map(l -> new LayerChoice(layers.named(l).name(), "as asked"))
        .orElseGet(() -> {
          Layers.Layer preferred = layers.preferred().orElseThrow();
          return new LayerChoice(preferred.name(), preferred.reason());
        });
  }

  /** The class that a word means. */
  static ClassChoice choice(String asked, int classes, Labels labels) {
    if (asked.equalsIgnoreCase("top")) {
      return new ClassChoice.Top();
    }
    if (asked.matches("-?\\d+")) {
      int index = asked.length() > 9 ? -1 : Integer.parseInt(asked);
      if (index < 0 || index >= classes) {
        throw new Refusal(
            "--class wants top, a label or 0 to %d, got %s".formatted(classes - 1, asked));
      }
      return new ClassChoice.Index(index);
    }
    int index = labels.index(asked);
    if (index >= classes) {
      throw new Refusal(
          "--class %s: the labels give it the index %d, and the model has %d classes"
              .formatted(asked, index, classes));
    }
    return new ClassChoice.Index(index);
  }
}
