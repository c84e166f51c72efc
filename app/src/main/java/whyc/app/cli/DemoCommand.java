package whyc.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.app.report.Bundle;
import whyc.files.TemporaryFolder;

/** {@code whyc demo}: the bundled model explains the bundled pictures. */
@Command(
    name = "demo",
    description = "Explains bundled pictures with the bundled model, and says where to look.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
final class DemoCommand extends SpeakingCommand {
  private static final Path USUAL = Path.of("whyc-demo");
  private static final String MODEL = "/whyc/demo/model.onnx";

  @Option(
      names = {"-o", "--out"},
      paramLabel = "DIR",
      description =
          "folder for the results; default whyc-demo, or whyc-demo-2 ... where that is taken")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--overwrite", description = "replaces a folder of earlier results")
  private boolean overwrite;

  @Option(
      names = {"-m", "--method"},
      split = ",",
      paramLabel = "NAME",
      description = "a method; default gradcam, layercam, saliency and integratedgradients")
  private List<String> methods = List.of("gradcam", "layercam", "saliency", "integratedgradients");

  @Mixin private PaintOptions paint = new PaintOptions();
  @Mixin private EngineOptions engines = new EngineOptions();

  @Option(names = "--json", description = "the manifests as one JSON text on standard output")
  private boolean json;

  DemoCommand(Console console) {
    super(console);
  }

  @Override
  public Integer call() throws IOException {
    Path folder = out.orElseGet(() -> overwrite ? USUAL : Bundle.free(USUAL));
    try (TemporaryFolder unpacked = TemporaryFolder.create("whyc-demo-")) {
      List<Path> files = unpack(unpacked.path());
      List<Path> pictures =
          files.stream().filter(f -> f.toString().endsWith(".jpg")).sorted().toList();
      ModelOptions models = new ModelOptions();
      models.model = unpacked.resolve("model.onnx");
      models.labels = files.stream().filter(f -> f.endsWith("labels.txt")).findFirst();
      MethodOptions asked = new MethodOptions();
      asked.methods = methods;
      ExplainJob.Done done =
          new ExplainJob(
                  console,
                  models,
                  asked,
                  engines,
                  new PruneOptions(),
                  paint.colors(),
                  pictures,
                  folder,
                  overwrite,
                  "whyc demo")
              .run();
      new Summary(console).print(done, json);
      console.say(
          "Open the page in a browser: " + folder.resolve(Bundle.PAGE).toAbsolutePath().toUri());
      return 0;
    }
  }

  /** Copies what the program carries with it: ONNX Runtime and the image readers want files. */
  private static List<Path> unpack(Path to) throws IOException {
    URL model = DemoCommand.class.getResource(MODEL);
    if (model == null) {
      throw new Refusal(
          "this build of whyc carries no model to show; whyc explain MODEL IMAGE takes yours");
    }
    try {
      URI uri = model.toURI();
      if (!uri.getScheme().equals("jar")) {
        return copy(Path.of(uri).resolveSibling(""), to);
      }
      try (FileSystem jar = FileSystems.newFileSystem(uri, Map.of())) {
        return copy(jar.getPath(MODEL).resolveSibling(""), to);
      }
    } catch (URISyntaxException e) {
      throw new IOException("the demo's files cannot be found: " + model, e);
    }
  }

  private static List<Path> copy(Path from, Path to) throws IOException {
    List<Path> copies = new ArrayList<>();
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(file.getFileName().toString());
        try (InputStream in = Files.newInputStream(file)) {
          Files.copy(in, copy);
        }
        copies.add(copy);
      }
    }
    return copies;
  }
}
