package whyc.bench;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.engine.Program;
import whyc.engine.jvm.JvmEngine;
import whyc.engine.jvm.JvmProgram;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Asked;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.tensor.Tensor;

/**
 * The engine on the JVM beside ONNX Runtime and PyTorch: prediction, and prediction with the
 * gradient by the image, round by round in one process.
 *
 * <p>On one thread time is the thread's own processor time, on more it is wall time.
 */
@Command(
    name = "engine",
    description =
        "Times the engine on the JVM beside ONNX Runtime, and PyTorch where there is one: prediction and gradient.")
final class EngineBench extends Figure {
  private static final String MAP = "whyc_map";
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "for each network, after as many to warm up; default ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Option(names = "--threads", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
  private int threads = 1;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "images at once; default ${DEFAULT-VALUE}")
  private int batch = 1;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  EngineBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() {
    List<Networks.Source> networks =
        only.of(Networks.all(data.ifThere(out)), Networks.Source::name);
    JvmEngine.Options options =
        new JvmEngine.Options(
            threads, Lanes.preferred(), Long.MAX_VALUE, JvmEngine.Preparation.REHEARSED);
    Optional<PyTorchPeer.Server> torch = PyTorchPeer.serve(threads);
    try (OrtEngine ort = OrtEngine.create(new OrtEngine.Options(threads, true));
        JvmEngine jvm = JvmEngine.create(options)) {
      out.printf(
          "%d thread%s, batch %d, %s; milliseconds for one image%n%n",
          threads, threads == 1 ? "" : "s", batch, jvm.name());
      head(
          "network",
          "ORT predict",
          "own predict",
          "own explain",
          "ORT predict / own predict",
          "own explain / own predict",
          "own explain / ORT predict",
          "ORT explain / own explain",
          "PyTorch frozen explain / own explain",
          "PyTorch default explain / own explain",
          "bytes a run",
          "rounds");
      networks.stream()
          .map(Networks.Source::read)
          .filter(n -> batch == 1 || n.model().dynamicBatch())
          .forEach(n -> measure(n, ort, jvm, torch.filter(_ -> isThere(n.name()))));
    } finally {
      torch.ifPresent(PyTorchPeer.Server::close);
    }
  }

  /** Whether PyTorch's side has the network as well. */
  private static boolean isThere(String name) {
    return name.startsWith("ResNet-18 ") || name.startsWith("ResNet-34 ");
  }

  private void measure(
      Networks.Network network, OrtEngine ort, JvmEngine jvm, Optional<PyTorchPeer.Server> torch) {
    String output = network.output();
    Question q = Question.top(network.model().input(), output);
    Graph explained =
        Asked.all(
            network.model().graph(), List.of(new Asked(MAP, new Saliency(), q)), Optional.empty());
    Set<String> prediction = Set.of(output);
    Set<String> both = Set.of(output, MAP);
    Tensor image = network.images(batch);
    Map<String, Tensor> feed = Map.of(network.model().input(), image);
    try (Program ortPlain = ort.program(network.model().file().proto());
        Program ortBoth = ort.compile(network.model(), explained);
        JvmProgram plain = jvm.compile(network.model(), network.model().graph());
        JvmProgram explaining = jvm.compile(network.model(), explained)) {
      Bound own = new Bound(plain, network, image, prediction);
      Bound ownBoth = new Bound(explaining, network, image, both);
      List<DoubleSupplier> work = new ArrayList<>();
      work.add(timed(() -> ortPlain.run(feed, prediction)));
      work.add(timed(own::run));
      work.add(timed(ownBoth::run));
      work.add(timed(() -> ortBoth.run(feed, both)));
      String name = network.name().replaceFirst(" .*", "");
      torch.ifPresent(t -> {
        work.add(() -> t.milliseconds(name, "frozen", batch, "saliency"));
        work.add(() -> t.milliseconds(name, "default", batch, "saliency"));
      });
      Rounds r = Rounds.measure(work, seconds, seconds);
      out.printf(
          Locale.ROOT,
          "| %s | %.3f | %.3f | %.3f | %s | %s | %s | %s | %s | %s | %d | %d |%n",
          network.name(),
          r.median(0) / batch,
          r.median(1) / batch,
          r.median(2) / batch,
          r.ratio(0, 1),
          r.ratio(2, 1),
          r.ratio(2, 0),
          r.ratio(3, 2),
          torch.isPresent() ? r.ratio(4, 2) : "",
          torch.isPresent() ? r.ratio(5, 2) : "",
          allocated(ownBoth),
          r.count());
    }
  }

  /** A program with everything in place for runs that allocate nothing. */
  private static final class Bound {
    private final JvmProgram.Bound bound;
    private final String input;
    private final float[] image;
    private final Set<String> outputs;
    private final List<float[]> results = new ArrayList<>();
    private final List<String> names;

    Bound(JvmProgram program, Networks.Network network, Tensor image, Set<String> outputs) {
      this.bound = program.at(image.shape().dim(0));
      this.input = network.model().input();
      this.image = image.floats();
      this.outputs = outputs;
      this.names = List.copyOf(outputs);
      names.forEach(name -> results.add(new float[bound.shape(name).size()]));
    }

    void run() {
      bound.input(input, image);
      bound.run(outputs);
      for (int i = 0; i < names.size(); i++) {
        bound.output(names.get(i), results.get(i));
      }
    }
  }

  /** Of a run that is warm: the least of some, since the compiler may still be replacing code. */
  private static long allocated(Bound bound) {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20; i++) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      bound.run();
      least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }

  private DoubleSupplier timed(Runnable work) {
    return threads == 1 ? Rounds.onOneThread(work) : Rounds.onManyThreads(work);
  }
}
