package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Programs that take as long as they are told to: 40 ms is slow, 0 is fast. */
@Timeout(60)
final class AutoEngineTest {
  private static final int SLOW = 40;
  private static final Set<String> OUTPUTS = Set.of("y");
  private static final AutoEngine.Moving AT_ONCE = new AutoEngine.Moving(0, 20_000_000_000L);

  private final AtomicReference<Throwable> uncaught = new AtomicReference<>();
  private Scripted first = answering();

  @BeforeEach
  void listen() {
    Thread.setDefaultUncaughtExceptionHandler((t, e) -> uncaught.set(e));
  }

  @AfterEach
  void nothingWasThrownInTheBackground() {
    Thread.setDefaultUncaughtExceptionHandler(null);
    assertThat(uncaught.get()).isNull();
  }

  private static Scripted answering() {
    return new Scripted("first", SLOW, AutoEngineTest::halves);
  }

  private static Tensor halves(Tensor x) {
    float[] y = x.floats().clone();
    for (int i = 0; i < y.length; i++) {
      y[i] = y[i] / 2;
    }
    return Tensor.of(x.shape(), y);
  }

  private static Map<String, Tensor> batch(int n) {
    float[] x = new float[3 * n];
    for (int i = 0; i < x.length; i++) {
      x[i] = 1 + i;
    }
    return Map.of("x", Tensor.of(Shape.of(n, 3), x));
  }

  private Tensor ask(Program p, int n) {
    Tensor y = p.run(batch(n), OUTPUTS).firstEntry().getValue();
    assertThat(y.shape()).isEqualTo(Shape.of(n, 3));
    return y;
  }

  private static void until(BooleanSupplier done) {
    while (!done.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private Program moving(Supplier<Program> second) {
    return new AutoProgram(first, second, AT_ONCE, Clock.SYSTEM);
  }

  /** Asks until the second engine answers. */
  private void askUntilMoved(Program p) {
    until(() -> {
      ask(p, 1);
      return p.engine().equals("second");
    });
  }

  /** The first engine answers on, and the candidate is given back. */
  private void staysWith(UnaryOperator<Tensor> answer, int milliseconds) {
    first = answering();
    Scripted second = new Scripted("second", milliseconds, answer);
    try (Program p = moving(() -> second)) {
      ask(p, 1);
      until(() -> second.closed);
      assertThat(second.runs.get()).isPositive();
      ask(p, 1);
      assertThat(p.engine()).isEqualTo("first");
    }
  }

  @Test
  void movesToWhatIsFasterAndSaysTheSame() {
    Scripted second = new Scripted("second", 0, AutoEngineTest::halves);
    try (Program p = moving(() -> second)) {
      assertThat(p.engine()).isEqualTo("first");
      Tensor before = ask(p, 1);
      assertThat(p.engine()).isEqualTo("first");
      askUntilMoved(p);
      int runs = first.runs.get();
      assertThat(ask(p, 1)).isEqualTo(before);
      assertThat(first.runs.get()).isEqualTo(runs);
    }
    assertThat(first.closed).isTrue();
    assertThat(second.closed).isTrue();
  }

  @Test
  void roundingIsNoDifference() {
    Scripted second =
        new Scripted("second", 0, x -> Tensor.of(x.shape(), new float[] {0.5001f, 1f, 1.5f}));
    try (Program p = moving(() -> second)) {
      askUntilMoved(p);
    }
  }

  @Test
  void staysWhereTheOtherIsSlower() {
    staysWith(AutoEngineTest::halves, 2 * SLOW);
  }

  @Test
  void staysWhereAnswersDiffer() {
    staysWith(x -> x, 0);
    staysWith(x -> Tensor.of(x.shape(), new float[] {Float.NaN, 1, 1.5f}), 0);
    staysWith(x -> Tensor.of(Shape.of(1, 2), new float[] {0.5f, 1}), 0);
    staysWith(x -> Tensor.of(x.shape(), new double[] {0.5, 1, 1.5}), 0);
  }

  @Test
  void staysWhereTheOtherLeavesAnOutputOut() {
    Scripted second =
        new Scripted("second", 0, AutoEngineTest::halves) {
          @Override
          public SequencedMap<String, Tensor> run(Map<String, Tensor> i, Set<String> outputs) {
            super.run(i, outputs);
            return new LinkedHashMap<>();
          }
        };
    try (Program p = moving(() -> second)) {
      ask(p, 1);
      until(() -> second.closed);
      ask(p, 1);
      assertThat(p.engine()).isEqualTo("first");
    }
  }

  @Test
  void whatTheOtherRefusesOrBreaksAtIsNotHeardOf() {
    for (Throwable failure :
        List.of(
            new IllegalArgumentException("no such operator"),
            new ArithmeticException("a mistake"),
            new LinkageError("no such class"),
            new OutOfMemoryError("no such room"))) {
      AtomicInteger asked = new AtomicInteger();
      first = answering();
      try (Program p =
          moving(() -> {
            asked.incrementAndGet();
            throw AutoEngineTest.<RuntimeException>sneaky(failure);
          })) {
        ask(p, 1);
        until(() -> asked.get() > 0);
        ask(p, 1);
        assertThat(p.engine()).isEqualTo("first");
      }
      assertThat(asked.get()).isEqualTo(1);
      staysWith(
          x -> {
            throw AutoEngineTest.<RuntimeException>sneaky(failure);
          },
          0);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> RuntimeException sneaky(Throwable t) throws T {
    throw (T) t;
  }

  @Test
  void aFailureAfterTheMoveIsAnsweredByTheFirst() {
    List<Throwable> failures = new ArrayList<>();
    Scripted second =
        new Scripted(
            "second",
            0,
            x -> {
              if (!failures.isEmpty()) {
                throw AutoEngineTest.<RuntimeException>sneaky(failures.getFirst());
              }
              return halves(x);
            });
    try (Program p = moving(() -> second)) {
      askUntilMoved(p);
      failures.add(new StackOverflowError());
      assertThat(ask(p, 1)).isEqualTo(halves(batch(1).values().iterator().next()));
      assertThat(p.engine()).isEqualTo("first");
      int runs = second.runs.get();
      ask(p, 1);
      assertThat(second.runs.get()).isEqualTo(runs);
    }
    assertThat(second.closed).isTrue();
  }

  @Test
  void onlyQuestionsOfTheFormThatIsWarmMove() {
    Scripted second = new Scripted("second", 0, AutoEngineTest::halves);
    try (Program p = moving(() -> second)) {
      askUntilMoved(p);
      ask(p, 2);
      assertThat(p.engine()).isEqualTo("first");
      ask(p, 1);
      assertThat(p.engine()).isEqualTo("second");
    }
  }

  @Test
  void shortWorkPreparesNothing() {
    AtomicInteger asked = new AtomicInteger();
    AutoEngine.Moving late = new AutoEngine.Moving(60_000_000_000L, 1);
    try (Program p =
        new AutoProgram(
            first,
            () -> {
              asked.incrementAndGet();
              return first;
            },
            late,
            Clock.SYSTEM)) {
      for (int i = 0; i < 5; i++) {
        ask(p, 1);
      }
    }
    assertThat(asked.get()).isZero();
  }

  /** A second of work must be to come; a run takes 40 ms. */
  private int preparedFor(long runs, int asked) {
    AtomicInteger prepared = new AtomicInteger();
    Supplier<Program> second =
        () -> {
          prepared.incrementAndGet();
          throw new IllegalStateException("stop");
        };
    AutoEngine.Moving moving = new AutoEngine.Moving(1_000_000_000L, 1);
    try (Program p = new AutoProgram(first, second, moving, Clock.SYSTEM)) {
      p.expect(runs);
      for (int i = 0; i < asked; i++) {
        ask(p, 1);
      }
    }
    first = answering();
    return prepared.get();
  }

  @Test
  void whereTheRunsToComeAreKnownTheyDecide() {
    assertThat(preparedFor(1_000, 3)).isOne();
    assertThat(preparedFor(1_000, 1)).as("the first run, which may be long").isZero();
    assertThat(preparedFor(10, 30)).as("more runs than were told").isZero();
  }

  @Test
  void closingEndsWhatRunsInTheBackground() {
    Scripted second = new Scripted("second", 50_000, AutoEngineTest::halves);
    Program p = moving(() -> second);
    ask(p, 1);
    until(() -> second.runs.get() > 0);
    p.close();
    assertThat(second.closed).isTrue();
    assertThat(first.closed).isTrue();
  }

  @Test
  void theSecondEngineIsMadeOnceAndOnlyWhenItIsWanted() {
    List<String> log = new ArrayList<>();
    Engine one = new Fake("one", SLOW, log);
    Model model = model();
    try (AutoEngine auto =
        AutoEngine.of(
            one,
            () -> {
              log.add("two is made");
              return new Fake("two", 0, log);
            },
            AT_ONCE)) {
      assertThat(auto.name()).isEqualTo("one");
      assertThat(auto.predictMemory(model, List.of(), 1)).isEqualTo(new Memory(1, 2));
      try (Program a = auto.compile(model, model.graph());
          Program b = auto.compile(model, model.graph())) {
        assertThat(log).isEmpty();
        until(() -> {
          ask(a, 1);
          return a.engine().equals("two");
        });
        until(() -> {
          ask(b, 1);
          return b.engine().equals("two");
        });
      }
    }
    assertThat(log).containsExactly("two is made", "one is closed", "two is closed");
  }

  private record Fake(String name, int milliseconds, List<String> log) implements Engine {
    @Override
    public Program compile(Model model, Graph graph) {
      return new Scripted(name, milliseconds, AutoEngineTest::halves);
    }

    @Override
    public Memory predictMemory(Model model, List<Graph> programs, int batch) {
      return new Memory(1, 2);
    }

    @Override
    public void close() {
      log.add(name + " is closed");
    }
  }

  private static Model model() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 1, 3)), List.of());
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", b.relu(x));
    byte[] file = OnnxWriter.write(b.finish(outputs), true).toByteArray();
    return Model.read(OnnxModel.parse("fake.onnx", file), Optional.empty());
  }
}
