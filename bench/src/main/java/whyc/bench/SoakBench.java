package whyc.bench;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
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
import whyc.tensor.Shape;

/**
 * Very many runs of prediction and gradient of a small network on two threads: the same bytes every
 * time, nothing allocated by any thread, and a heap that does not grow.
 */
@Command(
    name = "soak",
    description =
        "Runs prediction and gradient of ResNet-8 very often: the same bytes, nothing allocated; else the exit status is 1.")
final class SoakBench extends Figure {
  private static final String MAP = "whyc_map";
  private static final int THREADS = 2;
  private static final int IMAGES = 7;
  private static final int REPORTS = 10;
  private static final ThreadMXBean BEANS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Asking for counters may itself allocate a little, once in each span between two reports. */
  private static final long ASKING = 1024;

  @Option(names = "--runs", paramLabel = "N", description = "default ${DEFAULT-VALUE}")
  private long runs = 100_000;

  @Mixin private ReferenceData data = new ReferenceData();

  SoakBench(PrintStream out) {
    super(out);
  }

  @Override
  void measure() {
    Model model = Networks.read(data.folder().resolve("models/mlperf_tiny/ic_resnet8.onnx"));
    Question q = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
    Graph explained =
        Asked.all(model.graph(), List.of(new Asked(MAP, new Saliency(), q)), Optional.empty());
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(THREADS));
        JvmProgram program = engine.compile(model, explained)) {
      out.printf("ResNet-8 (MLPerf Tiny), %s, %d threads%n", engine.name(), THREADS);
      measure(new Bound(model, program));
    }
  }

  private void measure(Bound program) {
    long[] expected = new long[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      expected[i] = program.hash(i);
    }
    long other = 0;
    long late = 0;
    long start = System.nanoTime();
    long done = 0;
    for (int report = 1; report <= REPORTS; report++) {
      long end = runs * report / REPORTS;
      long before = allocated();
      for (; done < end; done++) {
        int i = (int) (done % IMAGES);
        other += program.hash(i) == expected[i] ? 0 : 1;
      }
      long bytes = allocated() - before;
      // Until all code is compiled, thousands of runs, the JVM puts vectors on the heap.
      late = report <= REPORTS / 2 ? 0 : Math.max(late, bytes);
      out.printf(
          Locale.ROOT,
          "%d runs, %.0f a second, %d with other bytes, %d bytes allocated since, heap %d%n",
          done,
          done / ((System.nanoTime() - start) / 1e9),
          other,
          bytes,
          heap());
    }
    if (other > 0 || late > ASKING) {
      throw new Wrong(
          "soak: all runs must give the same bytes and late ones allocate none, got %d runs with other bytes and %d bytes allocated"
              .formatted(other, late));
    }
  }

  /** A program with its images and room for what comes out. */
  private static final class Bound {
    private final JvmProgram.Bound bound;
    private final String input;
    private final Set<String> outputs;
    private final List<String> names;
    private final List<float[]> results = new ArrayList<>();
    private final List<float[]> images = new ArrayList<>();

    Bound(Model model, JvmProgram program) {
      this.bound = program.at(1);
      this.input = model.input();
      this.names = List.of(model.graph().outputs().firstEntry().getKey(), MAP);
      this.outputs = Set.copyOf(names);
      names.forEach(name -> results.add(new float[bound.shape(name).size()]));
      SplittableRandom random = new SplittableRandom(1);
      Shape shape = model.inputType().shape().with(0, 1);
      for (int i = 0; i < IMAGES; i++) {
        float[] image = new float[shape.size()];
        for (int k = 0; k < image.length; k++) {
          image[k] = random.nextInt(256);
        }
        images.add(image);
      }
    }

    /** Runs one image; 64 bits of all that came out (FNV-1a over the floats' bits). */
    long hash(int image) {
      bound.input(input, images.get(image));
      bound.run(outputs);
      long hash = 0xcbf29ce484222325L;
      for (int i = 0; i < results.size(); i++) {
        float[] result = results.get(i);
        bound.output(names.get(i), result);
        for (float x : result) {
          hash = (hash ^ Float.floatToRawIntBits(x)) * 0x100000001b3L;
        }
      }
      return hash;
    }
  }

  /** What all threads have allocated so far. */
  private static long allocated() {
    long sum = 0;
    for (long bytes : BEANS.getThreadAllocatedBytes(BEANS.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  private static long heap() {
    System.gc();
    Runtime r = Runtime.getRuntime();
    return r.totalMemory() - r.freeMemory();
  }
}
