package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import whyc.app.image.Picture;
import whyc.app.image.Placement;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.engine.Engine;
import whyc.tensor.Tensor;

/** {@code whyc verify}: whether explanations of a model are what they are said to be. */
@Command(
    name = "verify",
    description =
        "Checks a model's explanations: outputs unchanged, derivatives against finite differences, completeness, engine against interpreter and against the other engine. Without an image, noise is explained.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class VerifyCommand extends SpeakingCommand {
  /** Points of a path where nobody says: what a path leaves over shall be the method's fault. */
  private static final int STEPS = 300;

  @Mixin private ModelOptions models = new ModelOptions();

  @Parameters(
      index = "1..*",
      arity = "0..*",
      paramLabel = "IMAGE",
      description =
          "images or folders of them to check with; none: one of noise, drawn from --seed")
  private List<Path> images = List.of();

  @Mixin private MethodOptions methods = new MethodOptions();
  @Mixin private EngineOptions engines = new EngineOptions();

  @Option(names = "--json", description = "the checks as JSON on standard output")
  private boolean json;

  VerifyCommand(Console console) {
    super(console);
    methods.methods = List.of("gradcam", "saliency", "integratedgradients");
  }

  @Override
  public Integer call() throws IOException {
    models.check();
    methods.check();
    engines.check();
    engines.memory.ifPresent(m -> {
      throw Refusal.usage(
          "verify computes with several engines and in double precision, which no --memory can bound, got --memory "
              + m);
    });
    List<Path> files = ImageFiles.of(images);
    Feed.checkExist(files);
    boolean asked = methods.steps.isPresent();
    if (!asked) {
      methods.steps = Optional.of(STEPS);
    }
    List<Verification.Check> checks = new ArrayList<>();
    Classifier c = Classifier.read(models.model, models.spatial(), models.output);
    Labels labels = models.names(c);
    List<Wish> wishes = methods.wishes(c, labels, false);
    labels.mismatch(c.classes()).ifPresent(console::warn);
    methods.withoutEffect(wishes).stream()
        .filter(w -> !w.startsWith("--seed ") && (asked || !w.startsWith("--steps ")))
        .forEach(console::warn);
    engines.warning().ifPresent(console::warn);
    Optional<Engine> other = engines.other();
    try (Engine engine = engines.steady()) {
      Verification v = new Verification(c, wishes, engine, other, methods.seed(), this::tell);
      if (files.isEmpty()) {
        checks.addAll(v.of("noise", noise(c)));
      } else {
        Preparations p = new Preparations(models, c.model().file().metadata(), c.form());
        for (Sample s : Feed.of(files).samples(p, c.form())) {
          String name = String.valueOf(s.file().getFileName());
          checks.addAll(
              v.of(s.sample().isPresent() ? name + " " + s.sample().getAsInt() : name, s));
        }
      }
    } finally {
      other.ifPresent(Engine::close);
    }
    long failed = checks.stream().filter(k -> k.status() == Verification.Status.FAIL).count();
    if (json) {
      console.text(
          Json.text(
              Manifest.tree(
                  "schema",
                  Manifest.SCHEMA,
                  "model",
                  c.model().file().name(),
                  "passed",
                  failed == 0,
                  "checks",
                  checks.stream().map(VerifyCommand::tree).toList())));
    }
    if (failed > 0) {
      throw new Refusal(
          "%s: %d of %d checks failed"
              .formatted(
                  c.model().file().name(),
                  failed,
                  checks.stream()
                      .filter(k -> k.status() != Verification.Status.NOT_CHECKED)
                      .count()));
    }
    return 0;
  }

  private static Map<String, Object> tree(Verification.Check c) {
    return switch (c.status()) {
      case OK, FAIL ->
          Manifest.tree(
              "image",
              c.image(),
              "check",
              c.name(),
              "status",
              c.status() == Verification.Status.OK ? "ok" : "failed",
              "passed",
              c.status() == Verification.Status.OK,
              "figure",
              c.figure(),
              "rule",
              c.rule());
      case NOT_CHECKED ->
          Manifest.tree(
              "image", c.image(), "check", c.name(), "status", "not checked", "why", c.rule());
    };
  }

  private static String line(Verification.Check c) {
    return switch (c.status()) {
      case OK, FAIL ->
          "%-4s  %-52s %10s   %s  [%s]"
              .formatted(
                  c.status() == Verification.Status.OK ? "ok" : "FAIL",
                  c.name(),
                  Verification.figure(c.figure()),
                  c.rule(),
                  c.image());
      case NOT_CHECKED ->
          "-     not checked: %s: %s  [%s]".formatted(c.name(), c.rule(), c.image());
    };
  }

  private void tell(Verification.Check c) {
    String line = line(c);
    if (json) {
      console.say(line);
    } else {
      console.result(line);
    }
  }

  /** Numbers of the size that prepared pictures have. */
  private Sample noise(Classifier c) {
    SplittableRandom random = new SplittableRandom(methods.seed());
    InputForm form = c.form();
    float[] values = new float[form.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextDouble(-2, 2);
    }
    Picture picture =
        Picture.ofTensor(form.channelsFirst(values), form.channels(), form.height(), form.width());
    return new Sample(
        Path.of("noise"),
        OptionalInt.empty(),
        Tensor.of(form.sample(), values),
        picture,
        Placement.whole(form.width(), form.height()),
        "noise",
        List.of());
  }
}
