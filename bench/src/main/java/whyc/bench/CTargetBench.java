package whyc.bench;

import java.io.IOException;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import whyc.compile.QuantizedOnnx;
import whyc.engine.Program;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Asked;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.Layers;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.files.TemporaryFolder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Statistics;
import whyc.pass.quantize.Width;
import whyc.refusal.RefusedArgument;
import whyc.target.c.CProgram;
import whyc.target.c.CTarget;
import whyc.tensor.Tensor;

/**
 * Generated C beside ONNX Runtime, one thread, one image: both are called from this process, round
 * by round, and time is the thread's own processor time.
 */
@Command(
    name = "c-target",
    description =
        "Times generated C, compiled by gcc, beside ONNX Runtime. Names are as in \"bundled, Grad-CAM\".")
final class CTargetBench extends Figure {
  private static final String MAP = "whyc_map";
  private static final String PREDICT = "predict";
  private static final String GRAD_CAM = "Grad-CAM";
  private static final String SALIENCY = "saliency";
  private static final String INTEGERS = "predict, int8";
  private static final List<String> PROGRAMS = List.of(PREDICT, GRAD_CAM, SALIENCY, INTEGERS);
  private static final List<List<String>> FLAGS = List.of(List.of(), List.of("-march=native"));

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "for each row, after as many to warm up; default ${DEFAULT-VALUE}")
  private double seconds = 5;

  @Mixin private ReferenceData data = new ReferenceData();
  @Mixin private Only only = new Only();

  CTargetBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() {
    if (Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
        .noneMatch(d -> Files.isExecutable(Path.of(d, "gcc")))) {
      throw new RefusedArgument("c-target: gcc must be on the path, and is not installed");
    }
    List<Row> rows = only.of(rows(), Row::name);
    head(
        "network",
        "program",
        "ORT ms",
        "C, gcc -O3, ms",
        "C, -O3 -march=native, ms",
        "ORT / C",
        "ORT / C native",
        "arena bytes",
        "rounds");
    try (OrtEngine ort = OrtEngine.create(new OrtEngine.Options(1, true))) {
      rows.stream()
          .collect(
              Collectors.groupingBy(
                  Row::source,
                  LinkedHashMap::new,
                  Collectors.mapping(Row::program, Collectors.toSet())))
          .forEach((source, programs) -> measure(ort, source.read(), programs));
    }
  }

  /** A network with one of the programs. */
  private record Row(Networks.Source source, String program) {
    String name() {
      return source.name() + ", " + program;
    }
  }

  private List<Row> rows() {
    Stream<Networks.Source> trained =
        Networks.all(data.ifThere(out)).stream()
            .filter(n -> !n.isRandom() && !n.name().startsWith("ResNet-5"));
    return Stream.concat(Stream.of(Networks.bundled()), trained)
        .flatMap(source -> PROGRAMS.stream().map(program -> new Row(source, program)))
        .toList();
  }

  private void measure(OrtEngine ort, Networks.Network network, Set<String> programs) {
    Model m = network.model();
    Question q = Question.top(m.input(), network.output());
    if (programs.contains(PREDICT)) {
      measure(ort, network, PREDICT, m.graph(), Set.of(q.output()));
    }
    Map<String, Explanation> methods = new LinkedHashMap<>();
    Layers.of(m.graph(), q)
        .preferred()
        .ifPresent(l -> methods.put(GRAD_CAM, new GradCam(l.name())));
    methods.put(SALIENCY, new Saliency());
    methods.keySet().retainAll(programs);
    methods.forEach((name, e) ->
        measure(
            ort,
            network,
            name,
            Asked.all(m.graph(), List.of(new Asked(MAP, e, q))),
            Set.of(q.output(), MAP)));
    if (programs.contains(INTEGERS)) {
      measureBytes(ort, network, q);
    }
  }

  /** The prediction in bytes, on both sides: what ONNX Runtime gets are its quantised operators. */
  private void measureBytes(OrtEngine ort, Networks.Network network, Question q) {
    Model m = network.model();
    Graph one = m.dynamicBatch() ? m.graph().withBatch(1) : m.graph();
    Observation o = Observation.of(one);
    Map<String, Tensor> image = Map.of(m.input(), network.images(1));
    Statistics s = o.statistics(Interpreter.run(o.graph(), image));
    Quantized quantized =
        new Quantize(s, Quantize.Options.of(Width.INT8).withUnsigned()).quantized(one);
    QuantizedOnnx onnx = QuantizedOnnx.of(quantized, false);
    measure(
        network,
        onnx.inIntegers() ? INTEGERS : INTEGERS + " (ORT: integers as floats)",
        quantized.graph(),
        Set.of(q.output()),
        ort.program(onnx.proto()));
  }

  private void measure(
      OrtEngine ort, Networks.Network network, String name, Graph graph, Set<String> outputs) {
    Model m = network.model();
    measure(
        network,
        name,
        m.dynamicBatch() ? graph.withBatch(1) : graph,
        outputs,
        name.equals(PREDICT) ? ort.program(m.file().proto()) : ort.compile(m, graph));
  }

  private void measure(
      Networks.Network network, String name, Graph one, Set<String> outputs, Program other) {
    CProgram program = CTarget.compile(one, "network", List.of());
    Tensor image = network.images(1);
    Map<String, Tensor> feed = Map.of(network.model().input(), image);
    try (Arena arena = Arena.ofConfined();
        Program peer = other) {
      List<DoubleSupplier> work = new ArrayList<>();
      work.add(Rounds.onOneThread(() -> peer.run(feed, outputs)));
      for (List<String> flags : FLAGS) {
        Runnable call = Compiled.of(program, one, image, flags, arena);
        work.add(Rounds.onOneThread(call));
      }
      Rounds r = Rounds.measure(work, seconds, seconds);
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
      try (TemporaryFolder folder = TemporaryFolder.create("whyc-c-target")) {
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
        return bound(SymbolLookup.libraryLookup(library, arena), graph, image, arena);
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
}
