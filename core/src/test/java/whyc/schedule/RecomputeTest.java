package whyc.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Node;
import whyc.graph.Verifier;
import whyc.op.Cost;
import whyc.op.Input;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class RecomputeTest {
  private static final int WIDTH = 16;

  /** Bytes of one activation. */
  private static final long ROW = 4 * WIDTH;

  private static final TensorType TYPE = TensorType.of(ElementType.FLOAT32, 1, WIDTH);

  /** Layers of matrix and activation, and the derivative of their sum, which reads all of them. */
  private static Graph chain(int layers, UnaryOperator<Value> activation, Builder g) {
    Random random = new Random(layers);
    Value x = g.emit(new Input("x", TYPE), List.of());
    Value y = x;
    for (int i = 0; i < layers; i++) {
      double[] weight = random.doubles((long) WIDTH * WIDTH, -0.5, 0.5).toArray();
      y = activation.apply(g.matMul(y, g.values(Shape.of(WIDTH, WIDTH), weight, x)));
    }
    Value ones = g.constant(Tensor.filled(TYPE, 1));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("gradient", Gradient.exact().of(g, y, ones, List.of(x)).firstEntry().getValue());
    return g.finish(outputs);
  }

  private static Graph tanhs(int layers) {
    Builder g = new Builder();
    return chain(layers, g::tanh, g);
  }

  private static Graph sigmoids(int layers) {
    Builder g = new Builder();
    return chain(layers, g::sigmoid, g);
  }

  private static long taken(Graph graph) {
    return values(Schedule.of(graph, new RowMajorStorage(graph, 4)));
  }

  /** The same of a schedule that was played. */
  private static long peak(Graph graph) {
    RowMajorStorage storage = new RowMajorStorage(graph, 4);
    Schedule schedule = Schedule.of(graph, storage);
    ScheduleCheck.check(schedule, storage);
    return values(schedule);
  }

  private static long values(Schedule schedule) {
    return Objects.requireNonNull(schedule.extents().get("values"));
  }

  private static long operations(Graph graph) {
    return graph.nodes().stream().mapToLong(n -> operations(graph, n)).sum();
  }

  private static long operations(Graph graph, Node n) {
    Cost cost = ((Primitive) n.op()).cost(n.operands().stream().map(graph::type).toList());
    return cost.multiplyAdds() + cost.elementary();
  }

  private static Map<String, Tensor> run(Graph graph) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    for (Input input : graph.inputs()) {
      double[] values = new Random(3).doubles(input.type().shape().size(), -1, 1).toArray();
      inputs.put(input.input(), Tensor.of(input.type(), values));
    }
    return Interpreter.run(graph, inputs);
  }

  private static void expectTheSame(Graph rewritten, Graph graph) {
    Verifier.verify(rewritten);
    Map<String, Tensor> found = run(rewritten);
    run(graph)
        .forEach((name, expected) ->
            assertThat(Objects.requireNonNull(found.get(name)).doubles())
                .as(name)
                .containsExactly(expected.doubles()));
  }

  @Test
  void whatFitsStaysAsItIs() {
    Graph graph = tanhs(7);
    assertThat(Recompute.within(graph, RecomputeTest::taken, peak(graph))).isSameAs(graph);
  }

  /** All activations are kept, and two rows to work on. */
  @Test
  void withoutABudgetAChainKeepsAllActivations() {
    assertThat(peak(tanhs(33))).isBetween(33 * ROW, 35 * ROW);
  }

  /** Two rows for each of the square root of n segments, and no more than one more forward pass. */
  @ParameterizedTest(name = "{0} layers")
  @ValueSource(ints = {16, 33, 65})
  void aChainOfNLayersDoesWithTheSquareRootOfN(int layers) {
    for (Graph graph : List.of(tanhs(layers), sigmoids(layers))) {
      long budget = (long) (2 * Math.sqrt(layers) + 2) * ROW;
      Graph little = Recompute.within(graph, RecomputeTest::taken, budget);
      assertThat(peak(little)).isLessThanOrEqualTo(budget);
      assertThat(operations(little)).isLessThan(operations(graph) * 2);
      expectTheSame(little, graph);
    }
  }

  @Test
  void aSmallerBudgetCostsMore() {
    Graph graph = tanhs(31);
    long before = operations(graph);
    for (int rows : new int[] {25, 17, 9}) {
      Graph little = Recompute.within(graph, RecomputeTest::taken, rows * ROW);
      assertThat(operations(little)).isGreaterThan(before);
      before = operations(little);
    }
  }

  @Test
  void aBudgetThatNothingMeetsIsRefusedWithOneThatIsEnough() {
    Graph graph = tanhs(17);
    Pattern sentence =
        Pattern.compile("a run needs a memory of at least (\\d+), got a budget of 10");
    assertThatThrownBy(() -> Recompute.within(graph, RecomputeTest::taken, 10))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .satisfies(message -> {
          Matcher m = sentence.matcher(message);
          assertThat(m.matches()).as(message).isTrue();
          long enough = Long.parseLong(m.group(1));
          assertThat(enough).isLessThan(8 * ROW);
          assertThat(peak(Recompute.within(graph, RecomputeTest::taken, enough)))
              .isLessThanOrEqualTo(enough);
        });
  }

  /** Values with views, truth values, inputs and outputs among what is dropped. */
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(ints = {1, 2, 3, 4})
  void randomProgramsComputeTheSameInLess(int seed) {
    Random random = new Random(seed);
    int lowered = 0;
    for (int i = 0; i < 15; i++) {
      Graph graph = RandomGraphs.draw(random, 40);
      long before = peak(graph);
      Graph little = least(graph, before);
      lowered += peak(little) < before ? 1 : 0;
      expectTheSame(little, graph);
    }
    assertThat(lowered).isGreaterThan(1);
  }

  private static Graph least(Graph graph, long peak) {
    try {
      return Recompute.within(graph, RecomputeTest::taken, peak - 1);
    } catch (IllegalArgumentException e) {
      return graph;
    }
  }

  @Test
  void onlyTheFirstOfTwoLinesKeepsTheModelsLabel() {
    Builder g = new Builder();
    Graph graph =
        chain(
            15,
            x -> {
              Value y = g.tanh(x);
              g.name(y, "layer" + y.index());
              return y;
            },
            g);
    Graph little = Recompute.within(graph, RecomputeTest::taken, 9 * ROW);
    assertThat(labels(little)).containsExactlyElementsOf(labels(graph));
    assertThat(little.nodes().size()).isGreaterThan(graph.nodes().size());
  }

  private static List<String> labels(Graph graph) {
    return graph.nodes().stream().map(Node::label).filter(s -> !s.isEmpty()).toList();
  }
}
