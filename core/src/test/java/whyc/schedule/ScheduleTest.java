package whyc.schedule;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.explain.Asked;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class ScheduleTest {
  private static final TensorType MATRIX = TensorType.of(ElementType.FLOAT32, 4, 4);

  private final Builder g = new Builder();

  private Value input() {
    return g.emit(new Input("x", MATRIX), List.of());
  }

  private Value weight(double value) {
    return g.constant(Tensor.filled(MATRIX, value));
  }

  private Graph graph(Value... outputs) {
    SequencedMap<String, Value> named = new LinkedHashMap<>();
    for (Value output : outputs) {
      named.put("y" + named.size(), output);
    }
    return g.finish(named);
  }

  private static Schedule schedule(Graph graph) {
    return schedule(graph, 4);
  }

  private static Schedule schedule(Graph graph, int alignment) {
    Storage storage = new RowMajorStorage(graph, alignment);
    Schedule schedule = Schedule.of(graph, storage);
    ScheduleCheck.check(schedule, storage);
    return schedule;
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyValueOfARandomProgramLiesWholeWhereItIsRead(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 50; i++) {
      schedule(RandomGraphs.draw(random, 1 + random.nextInt(60)), i % 2 == 0 ? 4 : 64);
    }
  }

  @Test
  void aScheduleIsTheSameEachTime() {
    Graph random = RandomGraphs.draw(new Random(5), 60);
    assertThat(schedule(random)).isEqualTo(schedule(random));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "mnist/mnist_cntk.onnx,saliency",
    "mlperf_tiny/kws_dscnn.onnx,saliency",
    "mlperf_tiny/ic_resnet8_int8_qdq.onnx,gradcam",
    "cifar10/resnet20_cifar10.onnx,gradcam",
    "cifar10/resnet20_cifar10.onnx,saliency",
    "cifar10/resnet20_cifar10.onnx,guided",
    "imagenet/squeezenet1_1.onnx,saliency",
  })
  void everyValueOfAnExplainedModelLiesWholeWhereItIsRead(String file, String method) {
    Schedule schedule = schedule(explained(file, method));
    assertThat(schedule.extents().get("values"))
        .isLessThanOrEqualTo(schedule.live().get("values") * 21 / 20);
  }

  private static Graph explained(String file, String method) {
    Path data =
        Path.of(Optional.ofNullable(System.getenv("WHYC_TEST_DATA")).orElse("../../shared/data"));
    Assumptions.assumeTrue(Files.isDirectory(data), "no reference data at " + data);
    Model model =
        Model.read(OnnxModel.read(data.resolve("models").resolve(file)), Optional.empty());
    Question question = Question.top(model.input(), model.graph().outputs().firstEntry().getKey());
    Methods.Options options = Methods.Options.of(Profile.WHYC);
    Asked asked =
        new Asked(method, Methods.named(method).create(model.graph(), question, options), question);
    Graph graph = Asked.all(model.graph(), List.of(asked));
    return model.dynamicBatch() ? graph.withBatch(1) : graph;
  }

  @Test
  void linesThatFollowAMatrixProductElementByElementJoinIt() {
    Value x = input();
    Value product = g.matMul(x, weight(2));
    Value y = g.relu(g.add(product, weight(3)));
    Schedule s = schedule(graph(y));
    assertThat(s.steps()).hasSize(1);
    assertThat(s.steps().getFirst().heart()).isEqualTo(product);
    assertThat(s.steps().getFirst().results()).containsExactly(y);
    assertThat(s.stepOf(y)).contains(s.steps().getFirst());
    assertThat(s.stepOf(x)).isEmpty();
    assertThatThrownBy(() -> s.slot(product))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got %2 = MatMul");
  }

  /** Three products in a row: only two matrices of 64 bytes are there at a time. */
  @Test
  void aChainTakesTwoMatrices() {
    Value y = input();
    for (int i = 2; i < 5; i++) {
      y = g.matMul(y, weight(i));
    }
    assertThat(schedule(graph(y)).extents()).containsOnly(entry("values", 128L));
  }

  /** The sum over a row repeated has no more elements than x, but is read while x is. */
  @Test
  void aBroadcastOperandIsNotOverwritten() {
    Value x = input();
    Value row = g.matMul(x, g.constant(Tensor.filled(TensorType.of(ElementType.FLOAT32, 4, 1), 1)));
    Schedule s = schedule(graph(g.matMul(g.sub(x, row), weight(2))));
    assertThat(s.steps()).hasSize(3);
    assertThat(s.slot(new Value(3)).values()).contains(x);
    assertThat(s.slot(row).values()).containsExactly(row);
  }

  @Test
  void anElementwiseLineIsWrittenOverWhatItReadsLast() {
    Value x = input();
    Value y = g.relu(x);
    Schedule s = schedule(graph(y));
    assertThat(s.slot(y))
        .isEqualTo(s.slot(x))
        .isEqualTo(new Slot("values", 0, 64, -1, 1, List.of(x, y)));
  }

  @Test
  void aViewLiesInItsOperandAndKeepsIt() {
    Value x = input();
    Value y = g.matMul(x, weight(2));
    Value view = g.reshape(y, 16);
    Schedule s = schedule(graph(g.matMul(y, weight(3)), view));
    assertThat(s.slot(view)).isEqualTo(s.slot(y));
    assertThat(s.slot(view).to()).isEqualTo(2);
    assertThat(s.steps()).hasSize(2);
  }

  @Test
  void outputsMayBeInputsAndViewsOfThemAndKnown() {
    Value x = input();
    Value known = weight(2);
    Schedule s = schedule(graph(x, g.reshape(x, 16), known));
    assertThat(s.steps()).isEmpty();
    assertThat(s.slot(x).to()).isZero();
    assertThatThrownBy(() -> s.slot(known)).isInstanceOf(IllegalArgumentException.class);
  }

  /**
   * The mask is written far behind the activation, and read there last: made with the activation,
   * it is all that is kept of it.
   */
  @Test
  void aMaskIsMadeWithTheActivationAndKeptInItsPlace() {
    Value x = input();
    Value a = g.relu(g.matMul(x, weight(2)));
    Value b = g.matMul(g.matMul(a, weight(3)), weight(4));
    Value y = g.where(g.greater(a, weight(0)), b, weight(5));
    Schedule s = schedule(graph(y));
    Step first = s.steps().getFirst();
    assertThat(first.lines()).hasSize(3);
    assertThat(first.results()).hasSize(2);
    assertThat(s.slot(first.results().getLast()).memory()).isEqualTo("bits");
    assertThat(s.slot(a).to()).isEqualTo(1);
    assertThat(s.extents()).containsEntry("values", 128L).containsEntry("bits", 4L);
  }

  /** The square of an activation is no smaller than the activation, which is read anyway. */
  @Test
  void whatIsNoSmallerIsMadeWhenItIsNeeded() {
    Value x = input();
    Value a = g.tanh(g.matMul(x, weight(2)));
    Value b = g.matMul(g.matMul(a, weight(3)), weight(4));
    Value y = g.mul(b, g.square(a));
    Schedule s = schedule(graph(y));
    assertThat(s.steps().getFirst().lines()).hasSize(2);
  }

  /**
   * Written breadth first, four products lie there before the first is summed up; depth first it is
   * the sum so far, and one.
   */
  @Test
  void theOrderIsChangedWhereThatTakesLess() {
    Value x = input();
    List<Value> parts = new ArrayList<>();
    for (int i = 2; i < 6; i++) {
      parts.add(g.matMul(x, weight(i)));
    }
    Value sum = g.mean(parts.getFirst(), 0);
    for (Value part : parts.subList(1, 4)) {
      sum = g.add(sum, g.mean(part, 0));
    }
    Schedule s = schedule(graph(sum));
    assertThat(s.extents().get("values")).isLessThanOrEqualTo(64 + 64 + 32);
  }

  @Test
  void workingMemoryIsTakenForItsStepAlone() {
    Value y = g.matMul(g.matMul(input(), weight(2)), weight(3));
    Graph graph = graph(y);
    RowMajorStorage plain = new RowMajorStorage(graph, 4);
    Storage working =
        new Storage() {
          @Override
          public Room room(Value value) {
            return plain.room(value);
          }

          @Override
          public Optional<Room> scratch(Step step) {
            return Optional.of(new Room("values", 20));
          }

          @Override
          public boolean joins(Step step, Value line) {
            return plain.joins(step, line);
          }

          @Override
          public Optional<Value> views(Value line) {
            return plain.views(line);
          }

          @Override
          public boolean overwrites(Step step, Value operand, Value result) {
            return plain.overwrites(step, operand, result);
          }
        };
    Schedule s = Schedule.of(graph, working);
    ScheduleCheck.check(s, working);
    assertThat(s.workspace(s.steps().getLast()))
        .hasValueSatisfying(slot -> {
          assertThat(slot.from()).isEqualTo(1);
          assertThat(slot.to()).isEqualTo(1);
          assertThat(slot.size()).isEqualTo(20);
        });
    assertThat(s.extents()).containsEntry("values", 148L);
  }

  /** What a person reads; the offsets follow from two slots of 64 bytes that take turns. */
  @Test
  void theTextSaysWhatRunsAndWhereItLies() {
    Value x = input();
    Value a = g.matMul(x, weight(2));
    g.name(a, "dense");
    Value b = g.relu(a);
    Value y = g.relu(g.reshape(g.matMul(b, weight(3)), 16));
    assertThat(schedule(graph(y)))
        .hasToString(
            """
               -  Input x -> %0 float32[4,4] values@0+64 [-1..0]
               0  MatMul + Relu  # dense
                  %0 values@0 -> %3 float32[4,4] values@64+64 [0..1]
               1  MatMul
                  %3 values@64 -> %5 float32[4,4] values@0+64 [1..3]
               2  Relu
                  %6 values@0 -> %7 float32[16] values@0+64 [1..3] over %6
            y0 = %7 values@0
            values: 128 taken, of which at most 128 at one time
            """);
  }
}
