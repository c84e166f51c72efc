package whyc.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.engine.jvm.JvmEngine;
import whyc.engine.jvm.JvmProgram;
import whyc.explain.Asked;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.pass.Expand;
import whyc.pass.FoldConstants;
import whyc.pass.Simplify;

/**
 * What zeros in activations and gradients save: convolutions of drawn zeros, of what real images
 * leave behind in trained networks, whole explanations, and explanations with pruned gradients.
 * Times are minima of some runs, on one thread; both ways run in turn within each round.
 */
@Command(
    name = "sparsity",
    description =
        "Times what skipping zeros saves in convolutions and explanations. Names are those of networks and of convolutions, as in \"64 to 256, 1x1 of 56\".")
final class SparsityBench extends Figure {
  /** The output that is the explanation. */
  static final String MAP = "whyc_map";

  private static final int RUNS = 5;

  private static final List<Trained> TRAINED =
      List.of(
          new Trained("ResNet-50 (int8 weights)", "imagenet/resnet50_w8.onnx"),
          new Trained("ResNet-20 (CIFAR)", "cifar10/resnet20_cifar10.onnx"),
          new Trained("ResNet-56 (CIFAR)", "cifar10/resnet56_cifar10.onnx"));

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "for each drawn convolution; other tables in proportion; default ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  SparsityBench(PrintStream out) {
    super(out);
  }

  private record Trained(String name, String file) {
    private List<float[]> images(Path data) {
      return name.startsWith("ResNet-50")
          ? LabelledSets.imageNet(data, 4).images()
          : LabelledSets.cifar(data, 8, true).images();
    }

    Subject read(Path data) {
      Model model = Networks.read(data.resolve("models").resolve(file));
      Question q = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
      Graph asked =
          Asked.all(model.graph(), List.of(new Asked(MAP, new Saliency(), q)), Optional.empty());
      Graph explained = new FoldConstants().apply(new Simplify().apply(new Expand().apply(asked)));
      return new Subject(name, model, explained.withBatch(1), images(data));
    }
  }

  /** A network and what it is fed. */
  record Subject(String name, Model model, Graph explained, List<float[]> images) {
    String input() {
      return model.input();
    }

    String output() {
      return model.graph().outputs().firstEntry().getKey();
    }
  }

  /** The engine in both ways. */
  record Ways(JvmEngine multiplying, JvmEngine skipping) implements AutoCloseable {
    static Ways create() {
      JvmEngine.Options one = JvmEngine.Options.of(1);
      return new Ways(JvmEngine.create(one.multiplyingZeros()), JvmEngine.create(one));
    }

    /** For one image, multiplying all first. */
    List<JvmProgram.Bound> compile(Model model, Graph g) {
      return Stream.of(multiplying, skipping).map(e -> e.compile(model, g).at(1)).toList();
    }

    @Override
    public void close() {
      multiplying.close();
      skipping.close();
    }
  }

  @Override
  void measure() {
    Optional<Path> folder = data.ifThere(out);
    List<Trained> trained = folder.isPresent() ? TRAINED : List.of();
    Stream<String> drawn = SparseConvolutions.DRAWN.stream().map(Object::toString);
    List<String> names =
        only.of(
            Stream.concat(drawn, trained.stream().map(Trained::name)).toList(),
            Function.identity());
    List<Subject> subjects =
        trained.stream()
            .filter(t -> names.contains(t.name))
            .map(t -> t.read(folder.orElseThrow()))
            .toList();
    try (Ways ways = Ways.create()) {
      SparseConvolutions convolutions = new SparseConvolutions(ways, seconds, this);
      convolutions.drawn(names);
      subjects.forEach(convolutions::ofNetwork);
      new SparseExplanations(ways, seconds, this).measure(subjects);
    }
  }

  /** Milliseconds of the shortest of some runs. */
  static double least(JvmProgram.Bound bound, Set<String> outputs) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < RUNS; i++) {
      long start = System.nanoTime();
      bound.run(outputs);
      least = Math.min(least, System.nanoTime() - start);
    }
    return least / 1e6;
  }
}
