package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import whyc.app.report.Bundle;

/** {@code whyc explain}: prediction, attribution, pictures. */
@Command(
    name = "explain",
    description = "Says what a model sees in images, and where.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class ExplainCommand extends SpeakingCommand {
  private static final Path USUAL = Path.of("whyc-out");

  @Mixin private ModelOptions models = new ModelOptions();

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "IMAGE",
      description =
          "PNG, JPEG, WebP, BMP, GIF, .npy with the prepared tensor [N,C,H,W] or [C,H,W], or folders of them")
  private List<Path> images = List.of();

  @Mixin private MethodOptions methods = new MethodOptions();

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description =
          "folder for the results; default whyc-out, or whyc-out-2 ... where that is taken")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--overwrite", description = "replaces a folder of earlier results")
  private boolean overwrite;

  @Mixin private PaintOptions paint = new PaintOptions();
  @Mixin private PruneOptions pruning = new PruneOptions();
  @Mixin private EngineOptions engines = new EngineOptions();

  @Option(names = "--json", description = "the manifests as one JSON text on standard output")
  private boolean json;

  ExplainCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    Path folder = out.orElseGet(() -> overwrite ? USUAL : Bundle.free(USUAL));
    ExplainJob.Done done =
        new ExplainJob(
                console,
                models,
                methods,
                engines,
                pruning,
                paint.colors(),
                images,
                folder,
                overwrite,
                String.valueOf(models.model.getFileName()))
            .run();
    new Summary(console).print(done, json);
    return 0;
  }
}
