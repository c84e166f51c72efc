package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import whyc.graph.Graph;
import whyc.onnx.Model;

/** Many runs, by more than one thread; {@code whyc bench soak} takes a million of them. */
class JvmSoakTest {
  private static final int RUNS = 20_000;
  private static final int IMAGES = 3;

  /** Asking for counters may itself allocate a little. */
  private static final long ASKING = 1024;

  @Test
  void manyRunsOnTwoThreadsDriftNeitherInBitsNorInMemory() {
    Model m = TestModels.read("mlperf_tiny/ic_resnet8");
    Graph g = TestModels.explained(m, "saliency");
    List<String> names = List.of(TestModels.output(m), "saliency");
    try (JvmEngine engine = JvmEngine.create(JvmEngine.Options.of(2));
        JvmProgram program = engine.compile(m, g)) {
      JvmProgram.Bound bound = program.at(1);
      float[][] images = new float[IMAGES][];
      long[] expected = new long[IMAGES];
      for (int i = 0; i < IMAGES; i++) {
        images[i] = TestModels.noise(m, 1, i).floats();
      }
      float[][] results =
          names.stream().map(n -> new float[bound.shape(n).size()]).toArray(float[][]::new);
      Set<String> outputs = Set.copyOf(names);
      long before = 0;
      for (int run = 0; run < RUNS; run++) {
        if (run == RUNS / 2) {
          before = allocated();
        }
        int i = run % IMAGES;
        bound.input(m.input(), images[i]);
        bound.run(outputs);
        long hash = 0;
        for (int k = 0; k < results.length; k++) {
          bound.output(names.get(k), results[k]);
          for (float x : results[k]) {
            hash = 31 * hash + Float.floatToRawIntBits(x);
          }
        }
        if (run < IMAGES) {
          expected[i] = hash;
        } else if (hash != expected[i]) {
          assertThat(hash).as("run %d", run).isEqualTo(expected[i]);
        }
      }
      assertThat(allocated() - before).isLessThan(ASKING);
    }
  }

  /** By all threads of this engine, the caller's included. */
  static long allocated() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long own = Thread.currentThread().threadId();
    long sum = 0;
    for (Thread t : Thread.getAllStackTraces().keySet()) {
      if (t.threadId() == own || t.getName().startsWith("whyc-")) {
        sum += Math.max(0, threads.getThreadAllocatedBytes(t.threadId()));
      }
    }
    return sum;
  }
}
