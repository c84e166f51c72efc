package whyc.bench;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import whyc.compile.QuantizedOnnx;
import whyc.engine.Program;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Asked;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.Layers;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.target.c.CProgram;
import whyc.target.c.CTarget;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * Generated C beside ONNX Runtime, one thread, one image: both are called from this process, round
 * by round, and time is the thread's own processor time.
 */
final class CTargetBench {
  private static final String MAP = "whyc_map";
  private static final String BUNDLED = "/whyc/demo/model.onnx";
  private static final List<List<String>> FLAGS = List.of(List.of(), List.of("-march=native"));
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final OrtEngine ort = OrtEngine.create(new OrtEngine.Options(1, true));
  private final double seconds;
  private final PrintStream out;

  private CTargetBench(double seconds, PrintStream out) {
    this.seconds = seconds;
    this.out = out;
  }

  /**
   * @param seconds for each row, after as many to warm up
   */
  static void run(
      Optional<Path> reference, Optional<String> only, double seconds, PrintStream out) {
    if (Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .noneMatch(d -> Files.isExecutable(Path.of(d, "gcc")))) {
      out.println("c-target: skipped, gcc is not installed");
      return;
    }
    CTargetBench bench = new CTargetBench(seconds, out);
    out.println(
        "| network | program | ORT ms | C, gcc -O3, ms | C, -O3 -march=native, ms | ORT / C | ORT / C native | arena bytes | rounds |");
    out.println("|---|---|---|---|---|---|---|---|---|");
    Stream.concat(
            Stream.of(new Networks.Network("bundled", bundled(), 1)),
            Networks.all(reference).stream().filter(n -> !n.name().startsWith("ResNet-5")))
        .filter(n -> !n.name().contains("random") && n.name().matches(only.orElse(".*")))
        .forEach(bench::measure);
  }

  private static Model bundled() {
    try (InputStream in = CTargetBench.class.getResourceAsStream(BUNDLED)) {
      byte[] bytes = Objects.requireNonNull(in).readAllBytes();
      return Model.read(OnnxModel.parse("bundled", bytes), Optional.empty());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void measure(Networks.Network network) {
    Model m = network.model();
    Question q = Question.top(m.input(), m.graph().outputs().firstEntry().getKey());
    measure(network, "predict", m.graph(), Set.of(q.output()));
    Map<String, Explanation> methods = new LinkedHashMap<>();
    Layers.of(m.graph(), q)
        .preferred()
        .ifPresent(l -> methods.put("Grad-CAM", new GradCam(l.name())));
    methods.put("saliency", new Saliency());
    methods.forEach((name, e) ->
        measure(
            network,
            name,
            Asked.all(m.graph(), List.of(new Asked(MAP, e, q))),
            Set.of(q.output(), MAP)));
    measureBytes(network, q);
  }

  /** The prediction in bytes, on both sides: what ONNX Runtime gets are its quantised operators. */
  private void measureBytes(Networks.Network network, Question q) {
    Model m = network.model();
    Graph one = m.dynamicBatch() ? m.graph().withBatch(1) : m.graph();
    Observation o = Observation.of(one);
    Map<String, Tensor> image = Map.of(m.input(), image(one, network.deviation()));
    Statistics s = o.statistics(Interpreter.run(o.graph(), image));
    Quantized quantized =
        new Quantize(s, Quantize.Options.of(Width.INT8).withUnsigned()).quantized(one);
    QuantizedOnnx onnx = QuantizedOnnx.of(quantized, false);
    measure(
        network,
        onnx.inIntegers() ? "predict, int8" : "predict, int8 (ORT: integers as floats)",
        quantized.graph(),
        Set.of(q.output()),
        ort.program(onnx.proto()));
  }

  private void measure(Networks.Network network, String name, Graph graph, Set<String> outputs) {
    Model m = network.model();
    measure(
        network,
        name,
        m.dynamicBatch() ? graph.withBatch(1) : graph,
        outputs,
        name.equals("predict") ? ort.program(m.file().proto()) : ort.compile(m, graph));
  }

  private void measure(
      Networks.Network network, String name, Graph one, Set<String> outputs, Program other) {
    CProgram program = CTarget.compile(one, "network", List.of());
    Tensor image = image(one, network.deviation());
    Map<String, Tensor> feed = Map.of(network.model().input(), image);
    try (Arena arena = Arena.ofConfined();
        Program peer = other) {
      List<DoubleSupplier> work = new ArrayList<>();
      work.add(timed(() -> peer.run(feed, outputs)));
      for (List<String> flags : FLAGS) {
        Runnable call = Compiled.of(program, one, image, flags, arena);
        work.add(timed(call));
      }
      Rounds.measure(work, seconds);
      Rounds r = Rounds.measure(work, seconds);
      out.printf(
          Locale.ROOT,
          "| %s | %s | %.3f | %.3f | %.3f | %s | %s | %,d | %d |%n",
          network.name(),
          name,
          r.median(0),
          r.median(1),
          r.median(2),
          r.ratio(0, 1),
          r.ratio(0, 2),
          program.arenaBytes(),
          r.count());
    }
  }

  /** A program as a library of this process. */
  @SuppressWarnings("restricted")
  private static final class Compiled {
    private Compiled() {}

    static Runnable of(
        CProgram program, Graph graph, Tensor image, List<String> flags, Arena arena) {
      try {
        Path folder = Files.createTempDirectory("whyc-c-target");
        for (Map.Entry<String, String> file : program.files().entrySet()) {
          Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
        Path library = folder.resolve("network.so");
        List<String> command = new ArrayList<>(List.of("gcc", "-O3", "-shared", "-fPIC"));
        command.addAll(flags);
        command.addAll(
            List.of(folder.resolve("network.c").toString(), "-o", library.toString(), "-lm"));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
          throw new IOException("gcc ended with " + status);
        }
        Runnable bound = bound(SymbolLookup.libraryLookup(library, arena), graph, image, arena);
        for (String file : program.files().keySet()) {
          Files.delete(folder.resolve(file));
        }
        Files.delete(library);
        Files.delete(folder);
        return bound;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }

    private static Runnable bound(SymbolLookup library, Graph graph, Tensor image, Arena arena) {
      List<MemorySegment> arguments = new ArrayList<>();
      arguments.add(arena.allocateFrom(ValueLayout.JAVA_FLOAT, image.floats()));
      graph
          .outputs()
          .values()
          .forEach(v -> arguments.add(arena.allocate(graph.type(v).bytes(), 64)));
      MemoryLayout[] pointers = new MemoryLayout[arguments.size()];
      Arrays.fill(pointers, ValueLayout.ADDRESS);
      MethodHandle function =
          Linker.nativeLinker()
              .downcallHandle(library.findOrThrow("network"), FunctionDescriptor.ofVoid(pointers));
      return () -> {
        try {
          function.invokeWithArguments(arguments);
        } catch (Throwable e) {
          throw new IllegalStateException(e);
        }
      };
    }
  }

  private static DoubleSupplier timed(Runnable work) {
    return () -> {
      long before = THREADS.getCurrentThreadCpuTime();
      work.run();
      return (THREADS.getCurrentThreadCpuTime() - before) / 1e6;
    };
  }

  private static Tensor image(Graph graph, double deviation) {
    SplittableRandom random = new SplittableRandom(1);
    Shape shape = graph.inputs().getFirst().type().shape();
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian(0, deviation);
    }
    return Tensor.of(shape, values);
  }
}
