package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.diff.Gradient;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** What this engine is asked and cannot do, and what goes on while it is asked something else. */
class JvmRefusalsTest {
  private static final String NETWORK = "mlperf_tiny/ic_resnet8";
  private static final Set<String> MAP = Set.of("saliency");

  private static JvmEngine engine(int threads, long memory) {
    return JvmEngine.create(new JvmEngine.Options(threads, Lanes.preferred(), memory));
  }

  private static Graph saliency(Model m) {
    return TestModels.explained(m, "saliency");
  }

  private static SequencedMap<String, Tensor> run(JvmProgram p, Model m, int batch) {
    return p.run(Map.of(m.input(), TestModels.noise(m, batch, 5)), MAP);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1025, 10_000})
  void threadsThatNoMachineHasAreRefused(int threads) {
    assertThatThrownBy(() -> JvmEngine.Options.of(threads))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("threads want to be 1 to 1024, got " + threads);
  }

  @Test
  void moreThreadsThanProcessorsGiveTheSameBytes() {
    Model m = TestModels.read(NETWORK);
    try (JvmEngine one = engine(1, Long.MAX_VALUE);
        JvmEngine many = engine(1024, Long.MAX_VALUE);
        JvmProgram a = one.compile(m, saliency(m));
        JvmProgram b = many.compile(m, saliency(m))) {
      assertThat(run(b, m, 2)).isEqualTo(run(a, m, 2));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 1_000, 300_000})
  void aMemoryThatIsTooSmallIsRefusedWithWhatIsNeeded(long memory) {
    Model m = TestModels.read(NETWORK);
    try (JvmEngine e = engine(1, memory);
        JvmProgram p = e.compile(m, saliency(m))) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> run(p, m, 3))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(
                "a batch of 3 does not fit a memory of %d bytes, of which weights take \\d+: a run needs a memory of at least \\d+, got a budget of \\d+"
                    .formatted(memory));
      }
    }
  }

  @Test
  void nothingOfAMemoryIsRefused() {
    assertThatThrownBy(() -> engine(1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a memory wants at least a byte, got 0");
  }

  /** Values are computed twice rather than kept: more time, less memory, the same bytes. */
  @Test
  void aTightMemoryGivesTheSameBytes() {
    Model any = TestModels.read(NETWORK);
    Graph g = chain(8);
    float[] pixels = new float[2 * 8 * 31 * 33];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) Math.sin(i * 0.7);
    }
    Map<String, Tensor> inputs = Map.of("x", Tensor.of(Shape.of(2, 8, 31, 33), pixels));
    Set<String> outputs = Set.of("dx");
    Weights weights = new Weights();
    Plan plan = Plan.of(Lowering.of(g.withBatch(2)), Lanes.preferred(), weights, 1);
    plan.wire();
    long tight = weights.bytes() + plan.bytes() * 3 / 4;
    try (JvmEngine wide = engine(1, Long.MAX_VALUE);
        JvmEngine narrow = engine(1, tight);
        JvmProgram p = wide.compile(any, g);
        JvmProgram q = narrow.compile(any, g)) {
      assertThat(q.run(inputs, outputs)).isEqualTo(p.run(inputs, outputs));
    }
  }

  /** Convolutions between hyperbolic tangents, whose derivative wants all of their results. */
  private static Graph chain(int layers) {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 8, 31, 33)));
    float[] w = new float[8 * 8 * 9];
    for (int i = 0; i < w.length; i++) {
      w[i] = (float) Math.cos(i) / 8;
    }
    Value weight = b.constant(Tensor.of(Shape.of(8, 8, 3, 3), w));
    Value y = x;
    for (int i = 0; i < layers; i++) {
      y = b.tanh(b.emit(new Conv(Window.of(3, 3, 1).padded(1, 1, 1, 1), 1), y, weight));
    }
    Value seed = b.expandAs(b.scalar(1, y), y);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("dx", Gradient.exact().of(b, y, seed, List.of(x)).get(x));
    return b.finish(outputs);
  }

  @Test
  void aBatchThatNoHeapHoldsIsRefused() {
    Model m = TestModels.read(NETWORK);
    try (JvmEngine e = engine(1, Long.MAX_VALUE);
        JvmProgram p = e.compile(m, saliency(m))) {
      // For one image working memory counts more than values.
      long bytes = p.plan(100).bytes() / 100;
      int most = (int) (2 * Runtime.getRuntime().maxMemory() / bytes);
      assertThatThrownBy(() -> p.at(most))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "a batch of %d wants an arena of \\d+ bytes and weights of \\d+, the JVM has a heap of \\d+ \\(-Xmx\\)|.*less than 8 GiB.*"
                  .formatted(most));
      assertThatThrownBy(() -> p.at(40_000))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("wants an arena of less than 8 GiB");
      assertThat(run(p, m, 1).get("saliency").shape().dim(0)).isEqualTo(1);
    }
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    Model m = TestModels.read(NETWORK);
    Tensor image = TestModels.noise(m, 1, 5);
    try (JvmEngine e = engine(1, Long.MAX_VALUE);
        JvmProgram p = e.compile(m, saliency(m))) {
      assertThatThrownBy(() -> p.run(Map.of("other", image), MAP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a run wants the inputs [%s], got [other]".formatted(m.input()));
      assertThatThrownBy(() -> p.run(Map.of(m.input(), image), Set.of("other")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("an output wants to be one of")
          .hasMessageEndingWith("got other");
      Tensor wide = Tensor.of(Shape.of(1, 3, 32, 33), new float[3 * 32 * 33]);
      assertThatThrownBy(() -> p.run(Map.of(m.input(), wide), MAP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("the input .* wants float32\\[1,3,32,32], got float32\\[1,3,32,33]");
      assertThatThrownBy(() -> p.run(Map.of(m.input(), image.cast(ElementType.FLOAT64)), MAP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching("the input .* wants float32\\[1,3,32,32], got float64\\[1,3,32,32]");
      assertThatThrownBy(() -> p.run(Map.of(), MAP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a run wants the inputs [%s], got []".formatted(m.input()));
      assertThatThrownBy(() -> p.run(Map.of(m.input(), image, "other", image), MAP))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("an input wants to be one of [%s], got other".formatted(m.input()));
      assertThatThrownBy(() -> p.at(0)).isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> p.at(1).input(m.input(), new float[5]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("float32[1,3,32,32] wants as many floats, got 5");
      assertThat(p.run(Map.of(m.input(), image), MAP)).isEqualTo(run(p, m, 1));
    }
  }

  @Test
  void aClosedProgramSaysSo() {
    Model m = TestModels.read(NETWORK);
    try (JvmEngine e = engine(2, Long.MAX_VALUE)) {
      JvmProgram p = e.compile(m, saliency(m));
      run(p, m, 1);
      p.close();
      p.close();
      assertThatThrownBy(() -> run(p, m, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the program is closed");
    }
  }

  @Test
  void threadsEndWithTheirEngine() throws InterruptedException {
    List<Thread> before = workers();
    Model m = TestModels.read(NETWORK);
    JvmEngine e = engine(2, Long.MAX_VALUE);
    JvmProgram p = e.compile(m, saliency(m));
    run(p, m, 1);
    List<Thread> own = workers();
    own.removeAll(before);
    p.close();
    e.close();
    e.close();
    for (Thread t : own) {
      t.join(5_000);
      assertThat(t.isAlive()).as(t.getName()).isFalse();
    }
  }

  private static List<Thread> workers() {
    return new ArrayList<>(
        Thread.getAllStackTraces().keySet().stream()
            .filter(t -> t.getName().startsWith("whyc-"))
            .toList());
  }

  @Test
  void anInterruptedRunEndsAndTheNextOneIsRight() {
    Model m = TestModels.read(NETWORK);
    try (JvmEngine e = engine(2, Long.MAX_VALUE);
        JvmProgram p = e.compile(m, saliency(m))) {
      SequencedMap<String, Tensor> expected = run(p, m, 2);
      Thread.currentThread().interrupt();
      try {
        assertThatThrownBy(() -> run(p, m, 2))
            .isInstanceOf(CancellationException.class)
            .hasMessageMatching("the run was interrupted before step 1 of \\d+");
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
      } finally {
        Thread.interrupted();
      }
      assertThat(run(p, m, 2)).isEqualTo(expected);
    }
  }

  /** From another thread, in the middle of runs. */
  @Test
  void manyInterruptionsLeaveRightBytes() throws Exception {
    Model m = TestModels.read(NETWORK);
    try (JvmEngine e = engine(2, Long.MAX_VALUE);
        JvmProgram p = e.compile(m, saliency(m));
        ExecutorService other = Executors.newSingleThreadExecutor()) {
      SequencedMap<String, Tensor> expected = run(p, m, 1);
      Thread own = Thread.currentThread();
      int cancelled = 0;
      for (int i = 0; i < 30; i++) {
        Future<?> interruption = other.submit(own::interrupt);
        try {
          for (int k = 0; k < 1_000_000 && !own.isInterrupted(); k++) {
            assertThat(run(p, m, 1)).isEqualTo(expected);
          }
          run(p, m, 1);
        } catch (CancellationException x) {
          cancelled++;
        } finally {
          Thread.interrupted();
        }
        interruption.get();
        Thread.interrupted();
        assertThat(run(p, m, 1)).isEqualTo(expected);
      }
      assertThat(cancelled).isEqualTo(30);
    }
  }

  @Test
  void callersOfOneProgramWaitForEachOther() throws Exception {
    Model m = TestModels.read(NETWORK);
    try (JvmEngine e = engine(2, Long.MAX_VALUE);
        JvmProgram p = e.compile(m, saliency(m));
        JvmProgram q = e.compile(m, saliency(m));
        ExecutorService callers = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int caller = 0; caller < 4; caller++) {
        JvmProgram program = caller % 2 == 0 ? p : q;
        Map<String, Tensor> image = Map.of(m.input(), TestModels.noise(m, 1 + caller / 2, caller));
        SequencedMap<String, Tensor> expected = program.run(image, MAP);
        all.add(
            callers.submit(() -> {
              for (int i = 0; i < 20; i++) {
                assertThat(program.run(image, MAP)).isEqualTo(expected);
              }
            }));
      }
      for (Future<?> f : all) {
        f.get();
      }
    }
  }
}
