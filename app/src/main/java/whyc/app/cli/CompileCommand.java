package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.app.image.Preprocessing;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.compile.ExplainedOnnx;
import whyc.explain.Asked;
import whyc.graph.Graph;
import whyc.onnx.OnnxPrologue;

/** {@code whyc compile}: the explained program as a file. */
@Command(
    name = "compile",
    description = {
      "Writes a model that also says why: the same file with further outputs.",
      "whyc_class and whyc_score say what is explained, whyc_<method> why."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class CompileCommand extends SpeakingCommand {
  @Mixin private ModelOptions models = new ModelOptions();
  @Mixin private MethodOptions methods = new MethodOptions();
  @Mixin private PruneOptions pruning = new PruneOptions();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "the file to write")
  private Path out = Path.of("");

  @Option(names = "--overwrite", description = "replaces a file that is there")
  private boolean overwrite;

  @Option(
      names = "--target",
      paramLabel = "KIND",
      description = "onnx: one file of standard operators, for every ONNX runtime")
  private String target = "onnx";

  @Option(
      names = "--heatmap",
      description = "also whyc_<method>_heatmap [N,1,H,W], of the input's size")
  private boolean heatmaps;

  @Option(
      names = "--preprocess",
      description =
          "the input becomes uint8 [N,H,W,3]; resizing and normalising move into the file")
  private boolean preprocess;

  @Option(names = "--json", description = "what was written, as JSON on standard output")
  private boolean json;

  CompileCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    models.check();
    methods.check();
    Optional<PruneOptions.Wanted> pruned = pruning.fixed();
    if (!target.toLowerCase(Locale.ROOT).equals("onnx")) {
      throw Refusal.usage("--target wants onnx, got " + target);
    }
    OutputFile.check(out, overwrite, models.model);
    Classifier classifier = Classifier.read(models.model, models.spatial(), models.output);
    classifier.notes().forEach(console::say);
    Labels labels = models.names(classifier);
    List<Wish> wishes = methods.wishes(classifier, labels, true);
    labels.beyond(classifier.classes()).ifPresent(console::warn);
    methods.withoutEffect(wishes).forEach(console::warn);
    pruning.withoutEffect().forEach(console::warn);
    pruned.ifPresent(p -> checkGradients(p, classifier, wishes));
    ExplainedOnnx explained =
        ExplainedOnnx.of(
            classifier.model(),
            answers(wishes),
            new ExplainedOnnx.Options(
                heatmaps, prologue(classifier), metadata(), pruned.map(CompileCommand::dropped)));
    OutputFile.write(out, explained.bytes(classifier.model(), out));
    if (json) {
      console.text(
          Json.text(
              Manifest.tree(
                  "file", out.toString(),
                  "outputs", explained.outputs(),
                  "methods", wishes.stream().map(CompileCommand::tree).toList(),
                  "metadata", explained.metadata())));
    } else {
      print(explained);
    }
    return 0;
  }

  private static ExplainedOnnx.Pruned dropped(PruneOptions.Wanted w) {
    return new ExplainedOnnx.Pruned(
        w.score(), w.threshold().orElseThrow(), w.at().backward(), w.at().map());
  }

  /** Says what cannot be done: not all methods pass gradients on. */
  private void checkGradients(
      PruneOptions.Wanted pruned, Classifier classifier, List<Wish> wishes) {
    pruned
        .bound()
        .ifPresent(b ->
            console.warn(
                "--prune-bound has no effect: no images are explained that could keep it"));
    if (!pruned.at().backward()) {
      return;
    }
    List<Asked> asked = wishes.stream().map(Wish::answer).toList();
    Graph graph = Asked.all(classifier.model().graph(), asked);
    PrunedGraph reached = PrunedGraph.of(graph, asked, pruned.score());
    wishes.stream()
        .filter(w -> !reached.reaches(w.answer()))
        .map(Wish::method)
        .distinct()
        .forEach(m ->
            console.warn(
                "--prune-at %s drops no gradient of %s: none that could be pruned lies on the way to its map"
                    .formatted(PruneOptions.Wanted.name(pruned.at()), m)));
  }

  private static Map<String, Object> tree(Wish w) {
    return Manifest.tree("method", w.method(), "asked", w.asked(), "parameters", w.parameters());
  }

  private void print(ExplainedOnnx explained) {
    console.result(out + ": outputs added: " + String.join(", ", explained.outputs()));
    Map<String, String> m = explained.metadata();
    double model = Double.parseDouble(m.getOrDefault("whyc.model.multiply_adds", "0"));
    double extra = Double.parseDouble(m.getOrDefault("whyc.multiply_adds", "0"));
    console.result(
        String.format(
            Locale.ROOT,
            "multiply-adds for an image: %,.0f for the model, %,.0f more for the explanation (%.3g %%)",
            model,
            extra,
            100 * extra / Math.max(1, model)));
  }

  private List<ExplainedOnnx.Answer> answers(List<Wish> wishes) {
    List<ExplainedOnnx.Answer> answers = new ArrayList<>();
    for (Wish w : wishes) {
      Map<String, String> notes = new LinkedHashMap<>();
      w.layer()
          .ifPresent(l -> {
            notes.put("layer", l.name());
            notes.put("layer_reason", l.reason());
          });
      w.seed().ifPresent(s -> notes.put("seed", String.valueOf(s)));
      answers.add(
          new ExplainedOnnx.Answer(
              w.answer().explanation(), w.answer().question(), methods.profile(), notes));
    }
    return answers;
  }

  private Map<String, String> metadata() {
    Map<String, String> m = new LinkedHashMap<>();
    m.put("whyc.version", Commands.version());
    m.put("whyc.source.sha256", ExplainJob.sha(models.model));
    return m;
  }

  private Optional<OnnxPrologue> prologue(Classifier c) {
    if (!preprocess) {
      return Optional.empty();
    }
    Preparation p = Preparation.of(models, c.model().file().metadata(), c.form());
    if (p.guessed()) {
      console.warn("preprocessing guessed: " + p.describe());
    }
    Preprocessing x = p.preprocessing();
    return Optional.of(
        new OnnxPrologue(
            x.width(),
            x.height(),
            OnnxPrologue.Resize.valueOf(x.resize().name()),
            x.cropFraction(),
            OnnxPrologue.Channels.valueOf(x.channels().name()),
            x.layout() == Preprocessing.Layout.NHWC,
            x.scale(),
            x.mean(),
            x.std()));
  }
}
