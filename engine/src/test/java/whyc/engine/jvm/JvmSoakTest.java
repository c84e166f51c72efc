package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import whyc.engine.OwnJvm;
import whyc.graph.Graph;
import whyc.onnx.Model;

/** Many runs, by more than one thread; {@code whyc bench soak} takes a million of them. */
class JvmSoakTest {
  private static final String NETWORK = "mlperf_tiny/ic_resnet8";
  private static final int RUNS = 10_000;
  private static final int IMAGES = 3;

  @Test
  void manyRunsOnTwoThreadsDriftNeitherInBitsNorInMemory() throws Exception {
    TestModels.read(NETWORK);
    assertThat(OwnJvm.output(JvmSoakTest.class)).isEqualTo("all runs alike");
  }

  /** Runs, and complains where a run is not like the others. */
  public static void main(String[] args) {
    Model m = TestModels.read(NETWORK);
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
      int[] run = new int[1];
      Runnable once =
          () -> {
            int i = run[0] % IMAGES;
            bound.input(m.input(), images[i]);
            bound.run(outputs);
            long hash = 0;
            for (int k = 0; k < results.length; k++) {
              bound.output(names.get(k), results[k]);
              for (float x : results[k]) {
                hash = 31 * hash + Float.floatToRawIntBits(x);
              }
            }
            if (run[0] < IMAGES) {
              expected[i] = hash;
            } else if (hash != expected[i]) {
              assertThat(hash).as("run %d", run[0]).isEqualTo(expected[i]);
            }
            run[0]++;
          };
      Allocations.settled(once, 1_000, 60);
      Allocations allocations = new Allocations();
      allocations.start();
      for (int i = 0; i < RUNS; i++) {
        once.run();
      }
      assertThat(allocations.sinceThen()).isLessThan(Allocations.ASKING);
    }
    System.out.println("all runs alike");
  }
}
