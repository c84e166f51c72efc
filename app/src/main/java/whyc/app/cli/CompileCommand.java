package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import whyc.app.image.Preprocessing;
import whyc.app.report.Bundle;
import whyc.app.report.Json;
import whyc.app.report.Manifest;
import whyc.assign.Settled;
import whyc.compile.ExplainedOnnx;
import whyc.explain.Asked;
import whyc.explain.Head;
import whyc.graph.Graph;
import whyc.onnx.OnnxPrologue;
import whyc.op.Value;
import whyc.pass.RemoveDead;
import whyc.pass.quantize.Quantized;
import whyc.rtl.CoreShape;
import whyc.rtl.CoreUnits;
import whyc.tensor.Tensor;

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
  @Mixin private QuantizeOptions quantization = new QuantizeOptions();
  @Mixin private RtlOptions rtl = new RtlOptions();
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-o", "--out"},
      required = true,
      paramLabel = "FILE",
      description = "the file to write; with --target c or rtl the folder")
  private Path out = Path.of("");

  @Option(names = "--overwrite", description = "replaces a file or folder that is there")
  private boolean overwrite;

  @Option(
      names = "--target",
      paramLabel = "KIND",
      description = {
        "onnx (default): one file of standard operators, for every ONNX runtime",
        "c: a folder with C99 that needs no library and allocates nothing",
        "rtl: a folder with SystemVerilog and its test bench; wants --quantize"
      })
  private String target = "onnx";

  @Option(
      names = "--design",
      paramLabel = "FILE",
      description =
          "with --target rtl or c, and int8: the multipliers of the layers, as design.json of \"whyc approximate\" has them")
  private Optional<Path> designed = Optional.empty();

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
    quantization.check();
    checkDesign();
    checkTogether(pruned.isPresent());
    switch (target()) {
      case ONNX -> OutputFile.check(out, overwrite, sources());
      case C, RTL -> Bundle.check(out, overwrite);
    }
    if (target() == Target.RTL) {
      return hardware();
    }
    return quantization.isAsked() ? quantized() : explained(pruned);
  }

  /** Refuses options that do not go together. */
  private void checkTogether(boolean prunes) {
    if (target() != Target.ONNX && preprocess) {
      throw Refusal.usage(
          "--target %s writes a program without --preprocess: its input is the prepared tensor"
              .formatted(target().name().toLowerCase(Locale.ROOT)));
    }
    if (target() == Target.RTL) {
      checkRtl(prunes);
      return;
    }
    if (quantization.isAsked() && (heatmaps || preprocess || prunes)) {
      throw Refusal.usage(
          "--quantize writes a model without %s"
              .formatted(heatmaps ? "--heatmap" : preprocess ? "--preprocess" : "--prune"));
    }
    List<String> ofCores = RtlOptions.named(spec.commandLine().getParseResult());
    if (!ofCores.isEmpty()) {
      throw Refusal.usage(
          "%s must go with --target rtl, got --target %s"
              .formatted(String.join(", ", ofCores), target().name().toLowerCase(Locale.ROOT)));
    }
  }

  private void checkDesign() {
    if (designed.isPresent()) {
      if (target() == Target.ONNX) {
        throw Refusal.usage(
            "--design wants --target rtl or c: \"whyc approximate\" writes the ONNX file itself");
      }
      quantization.checkDesign();
    }
  }

  /** The design for this very model. */
  private Optional<DesignFile> design() throws IOException {
    return designed.isPresent()
        ? Optional.of(DesignFile.read(designed.get(), ExplainJob.sha(models.model)))
        : Optional.empty();
  }

  private enum Target {
    ONNX,
    C,
    RTL
  }

  private Target target() {
    return ModelOptions.oneOf(Target.class, "--target", target);
  }

  /** What the file is made from. */
  private List<Path> sources() throws IOException {
    List<Path> sources = new ArrayList<>(Sources.of(spec));
    sources.addAll(quantization.files());
    return sources;
  }

  private void checkRtl(boolean prunes) {
    if (!quantization.isAsked()) {
      throw Refusal.usage(
          "--target rtl computes in integers: --quantize int8 or int16, and --calibrate IMAGES");
    }
    rtl.check(spec.commandLine().getParseResult());
    if (heatmaps || prunes) {
      throw Refusal.usage(
          "--target rtl writes a program without %s".formatted(heatmaps ? "--heatmap" : "--prune"));
    }
  }

  /** The quantised network as RTL: prediction and explanations on one array. */
  private int hardware() throws IOException {
    CoreShape shape = rtl.shape(quantization.width());
    Optional<DesignFile> design = design();
    CoreUnits units = rtl.units(quantization.width(), design);
    int vectors = rtl.vectors();
    rtl.families();
    List<Path> files = quantization.files();
    Classifier c = Classifier.read(models.model, models.spatial(), models.output);
    c.notes().forEach(console::say);
    List<Wish> wishes = methods.wishes(c, models.names(c), true);
    methods.withoutEffect(wishes).forEach(console::warn);
    Preparations p = new Preparations(models, c.model().file().metadata(), c.form());
    QuantizeJob job = job(c, QuantizeJob.scored(c, wishes), files, p, design);
    p.report(console);
    Graph graph =
        design.isPresent()
            ? design.get().apply(job.quantized(), console)
            : units.array().in(job.quantized().graph());
    RtlFolder folder =
        RtlFolder.of(c, job, graph, wishes, rtl, shape, units, ExplainJob.sha(models.model));
    List<Map<String, Tensor>> images = inputs(c, files.subList(0, Math.min(vectors, files.size())));
    if (images.size() < vectors && rtl.asksForVectors(spec.commandLine().getParseResult())) {
      console.warn(
          "--vectors %d: the test bench runs %d, all images that --calibrate names"
              .formatted(vectors, images.size()));
    }
    folder.write(console, out, overwrite, images);
    folder.report(console, out, json);
    return 0;
  }

  /** A machine's integers: by the design where there is one, else of signed codes. */
  private QuantizeJob job(
      Classifier c, Graph g, List<Path> files, Preparations p, Optional<DesignFile> design) {
    return QuantizeJob.of(
        c,
        g,
        files,
        p,
        design.map(d -> Settled.options(Head.SCORES)).orElseGet(quantization::signed),
        design.<Map<String, Integer>>map(d -> d.settled().exponents()).orElseGet(Map::of),
        n -> console.say("measured " + n + (n == 1 ? " image" : " images")));
  }

  /** Prepared images by the input's name. */
  private List<Map<String, Tensor>> inputs(Classifier c, List<Path> files) throws IOException {
    Preparations p = new Preparations(models, c.model().file().metadata(), c.form());
    List<Map<String, Tensor>> inputs = new ArrayList<>();
    for (Sample s : Feed.of(files).samples(p, c.form())) {
      if (inputs.size() == rtl.vectors()) {
        break;
      }
      inputs.add(Map.of(c.model().input(), c.form().tensor(1, s.values().floats())));
    }
    return inputs;
  }

  private int explained(Optional<PruneOptions.Wanted> pruned) throws IOException {
    Classifier classifier = Classifier.read(models.model, models.spatial(), models.output);
    classifier.notes().forEach(console::say);
    Labels labels = models.names(classifier);
    List<Wish> wishes = methods.wishes(classifier, labels, true);
    labels.mismatch(classifier.classes()).ifPresent(console::warn);
    methods.withoutEffect(wishes).forEach(console::warn);
    pruning.withoutEffect().forEach(console::warn);
    pruned.ifPresent(p -> checkGradients(p, classifier, wishes));
    ExplainedOnnx.Options options =
        new ExplainedOnnx.Options(
            heatmaps, prologue(classifier), metadata(), pruned.map(CompileCommand::dropped));
    if (target() == Target.C) {
      Graph graph = ExplainedOnnx.graph(classifier.model(), answers(wishes), options);
      return program(classifier, graph, wishes);
    }
    ExplainedOnnx explained = ExplainedOnnx.of(classifier.model(), answers(wishes), options);
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

  private int program(Classifier c, Graph graph, List<Wish> wishes) throws IOException {
    CFolder folder = CFolder.of(c, graph, wishes, ExplainJob.sha(models.model));
    folder.write(out, overwrite);
    folder.report(console, out, json);
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

  private int quantized() throws IOException {
    List<Path> files = quantization.files();
    Classifier c = Classifier.read(models.model, models.spatial(), models.output);
    c.notes().forEach(console::say);
    boolean explains = spec.commandLine().getParseResult().hasMatchedOption("--method");
    List<Wish> wishes = explains ? methods.wishes(c, models.names(c), true) : List.of();
    methods.withoutEffect(wishes).forEach(console::warn);
    Preparations p = new Preparations(models, c.model().file().metadata(), c.form());
    Optional<DesignFile> design = design();
    QuantizeJob job =
        design.isPresent()
            ? job(c, QuantizeJob.scored(c, wishes), files, p, design)
            : QuantizeJob.of(
                c,
                QuantizeJob.graph(c, wishes),
                files,
                p,
                quantization.options(List.copyOf(c.model().graph().outputs().keySet())),
                n -> console.say("measured " + n + (n == 1 ? " image" : " images")));
    p.report(console);
    if (target() == Target.C) {
      Graph graph =
          design.isPresent()
              ? withoutScores(design.get().apply(job.quantized(), console))
              : job.quantized().graph();
      int status = program(c, graph, wishes);
      if (!json) {
        print(job);
      }
      return status;
    }
    OutputFile.write(out, job.onnx().withMetadata(metadata(c)).toByteArray());
    report(job);
    return 0;
  }

  private static Graph withoutScores(Graph g) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(g.outputs());
    outputs.remove(Head.SCORES);
    return new RemoveDead().apply(g.withOutputs(outputs));
  }

  private Map<String, String> metadata(Classifier c) {
    Map<String, String> m = new LinkedHashMap<>(c.model().file().metadata());
    m.putAll(metadata());
    m.put("whyc.quantized", quantization.width().name().toLowerCase(Locale.ROOT));
    m.put("whyc.calibration", quantization.calibration.orElse("squares"));
    return m;
  }

  private void report(QuantizeJob job) {
    if (json) {
      console.text(
          Json.text(
              Manifest.tree(
                  "file", out.toString(),
                  "outputs", List.copyOf(job.quantized().graph().outputs().keySet()),
                  "integer_products", job.products(),
                  "real", real(job),
                  "integer_operators", job.onnx().inIntegers(),
                  "calibration_images", job.images(),
                  "same_top_class", job.agreeing())));
      return;
    }
    print(job);
    if (!job.onnx().inIntegers()) {
      console.say(
          "the file holds integers as floats: not all lines have integer operators in ONNX");
    }
  }

  private static List<String> real(QuantizeJob job) {
    return job.quantized().real().stream().map(Quantized.Real::line).distinct().toList();
  }

  private void print(QuantizeJob job) {
    List<String> real = real(job);
    console.result(
        "%s: %d products in integers%s"
            .formatted(
                out,
                job.products(),
                real.isEmpty() ? "" : "; real numbers stay in " + String.join(", ", real)));
    console.result(
        "same top class as in floats: %d of the %d images that it was calibrated with"
            .formatted(job.agreeing(), job.images()));
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
    p.report(console);
    Preprocessing x = p.preprocessing();
    return Optional.of(
        new OnnxPrologue(
            x.width(),
            x.height(),
            x.resize(),
            x.cropFraction(),
            x.channels(),
            x.layout() == Preprocessing.Layout.NHWC,
            x.scale(),
            x.mean(),
            x.std()));
  }
}
