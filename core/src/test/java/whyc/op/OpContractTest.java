package whyc.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** What every operator owes. {@code -Dseed=...} replays one drawing of operands. */
class OpContractTest {
  private static final double STEP = 1e-5;

  /** So many elements of an operand are moved, to keep the larger samples quick. */
  private static final int MOVED = 40;

  static Stream<Arguments> samples() {
    long given = Long.getLong("seed", -1);
    List<Long> seeds = given < 0 ? List.of(1L, 2L) : List.of(given);
    return Samples.all().stream().flatMap(s -> seeds.stream().map(seed -> Arguments.of(s, seed)));
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("samples")
  void theTypeIsThatOfTheResult(Sample sample, long seed) {
    List<Tensor> operands = sample.draw(new Random(seed), sample.batch());
    if (sample.op() instanceof Input input) {
      assertThat(input.infer(List.of())).isEqualTo(input.type());
      return;
    }
    TensorType type = sample.op().infer(operands.stream().map(Tensor::type).toList());
    assertThat(Run.of(sample, operands).result().type()).isEqualTo(type);
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("samples")
  void theDerivativeIsThatOfFiniteDifferences(Sample sample, long seed) {
    Random random = new Random(seed);
    List<Tensor> operands = sample.draw(random, sample.batch());
    if (operands.isEmpty() || isEstimate(sample.op())) {
      return;
    }
    Run run = Run.of(sample, operands);
    if (!run.result().element().isFloating()) {
      return;
    }
    Tensor cotangent =
        Sample.real(run.result().shape().dims().stream().mapToInt(i -> i).toArray())
            .shared()
            .draw(random, 1);
    Map<String, Tensor> derivatives = run.derivatives(cotangent);
    for (int k = 0; k < operands.size(); k++) {
      if (run.isDifferentiable(k)) {
        Tensor analytic = derivatives.get("d" + k);
        assertThat(analytic.type()).as("operand %d", k).isEqualTo(operands.get(k).type());
        int moves = Math.min(MOVED, analytic.size());
        for (int m = 0; m < moves; m++) {
          int i = analytic.size() <= MOVED ? m : random.nextInt(analytic.size());
          double up = inner(cotangent, Run.of(sample, moved(operands, k, i, STEP)).result());
          double down = inner(cotangent, Run.of(sample, moved(operands, k, i, -STEP)).result());
          double numeric = (up - down) / (2 * STEP);
          assertThat(analytic.at(i))
              .as("operand %d, element %d", k, i)
              .isCloseTo(numeric, within(sample.tolerance() * Math.max(1, Math.abs(numeric))));
        }
      }
    }
  }

  /** Rounding has no derivative; {@link QuantizeLinear} answers with an estimate instead. */
  private static boolean isEstimate(Op op) {
    return op instanceof QuantizeLinear;
  }

  private static double inner(Tensor a, Tensor b) {
    double sum = 0;
    for (int i = 0; i < a.size(); i++) {
      sum += a.at(i) * b.at(i);
    }
    return sum;
  }

  private static List<Tensor> moved(List<Tensor> operands, int k, int i, double step) {
    List<Tensor> moved = new ArrayList<>(operands);
    double[] values = operands.get(k).doubles().clone();
    values[i] += step;
    moved.set(k, Tensor.of(operands.get(k).type(), values));
    return moved;
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("samples")
  void theGraphServesEveryBatch(Sample sample, long seed) {
    if (!sample.isBatched()) {
      return;
    }
    Random random = new Random(seed);
    List<Tensor> five = sample.draw(random, 5);
    List<Tensor> three = new ArrayList<>();
    for (int k = 0; k < five.size(); k++) {
      boolean batched = sample.operands().get(k).batched();
      three.add(batched ? Sample.first(five.get(k), 3) : five.get(k));
    }
    Graph typedForThree = batchFree(sample, three);
    Map<String, Tensor> small = Interpreter.run(typedForThree, given(sample, three));
    Map<String, Tensor> large = Interpreter.run(typedForThree.withBatch(5), given(sample, five));
    assertThat(large.get("y").shape().dim(0)).isEqualTo(5);
    small.forEach(
        (name, value) -> assertThat(Sample.first(large.get(name), 3)).as(name).isEqualTo(value));
  }

  private static Map<String, Tensor> given(Sample sample, List<Tensor> operands) {
    Map<String, Tensor> given = new LinkedHashMap<>();
    for (int k = 0; k < operands.size(); k++) {
      if (sample.operands().get(k).batched()) {
        given.put("x" + k, operands.get(k));
      }
    }
    return given;
  }

  /** The operator and its derivatives by batched operands, with a result itself for cotangent. */
  private static Graph batchFree(Sample sample, List<Tensor> operands) {
    Builder b = new Builder();
    List<Value> values = new ArrayList<>();
    List<Value> by = new ArrayList<>();
    for (int k = 0; k < operands.size(); k++) {
      Tensor t = operands.get(k);
      if (sample.operands().get(k).batched()) {
        values.add(b.emit(new Input("x" + k, t.type())));
        by.add(values.getLast());
      } else {
        values.add(b.constant(t));
      }
    }
    Value y = b.expand(sample.op(), values, "");
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of("y", y));
    if (b.type(y).element().isFloating()) {
      Gradient.exact()
          .of(b, y, y, by.stream().filter(v -> b.type(v).element().isFloating()).toList())
          .forEach((value, cotangent) -> outputs.put("d" + value, cotangent));
    }
    return b.finish(outputs);
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("samples")
  void aCostIsNotNegative(Sample sample, long seed) {
    List<Tensor> operands = sample.draw(new Random(seed), sample.batch());
    Graph graph = Run.of(sample, operands).graph();
    graph
        .nodes()
        .forEach(n -> {
          Cost cost = ((Primitive) n.op()).cost(n.operands().stream().map(graph::type).toList());
          assertThat(cost.multiplyAdds()).isNotNegative();
          assertThat(cost.elementary()).isNotNegative();
        });
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("samples")
  void wrongOperandsAreRefusedWithAReason(Sample sample, long seed) {
    if (sample.operands().isEmpty()) {
      return;
    }
    List<TensorType> wrong = sample.wrong();
    assertThatThrownBy(() -> sample.op().infer(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(sample.op().name())
        .hasMessageContaining("wants")
        .hasMessageContaining(wrong.getFirst().toString());
  }

  @Test
  void everyOperatorHasASample() throws IOException, URISyntaxException {
    Set<String> sampled =
        Samples.all().stream()
            .map(s -> s.op().name())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> all = new TreeSet<>();
    primitives(Primitive.class, all);
    all.addAll(composites());
    assertThat(sampled).containsExactlyElementsOf(all);
  }

  private static void primitives(Class<?> sealed, Set<String> names) {
    for (Class<?> c : sealed.getPermittedSubclasses()) {
      if (c.isSealed()) {
        primitives(c, names);
      } else {
        names.add(c.getSimpleName());
      }
    }
  }

  /** Composites are not sealed: the compiled package is looked through. */
  private static Set<String> composites() throws IOException, URISyntaxException {
    Path classes =
        Path.of(Op.class.getProtectionDomain().getCodeSource().getLocation().toURI())
            .resolve("whyc/op");
    try (Stream<Path> files = Files.list(classes)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(f -> f.endsWith(".class") && !f.contains("$") && !f.startsWith("package-info"))
          .map(f -> loaded("whyc.op." + f.replace(".class", "")))
          .filter(c -> c.isRecord() && Composite.class.isAssignableFrom(c))
          .map(Class::getSimpleName)
          .collect(Collectors.toSet());
    }
  }

  private static Class<?> loaded(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An operator as a graph of its own, with all operands as inputs. */
  private record Run(Builder builder, List<Value> inputs, Value y, List<Tensor> operands) {
    static Run of(Sample sample, List<Tensor> operands) {
      Builder b = new Builder();
      List<Value> inputs = new ArrayList<>();
      for (int k = 0; k < operands.size(); k++) {
        inputs.add(b.emit(new Input("x" + k, operands.get(k).type())));
      }
      return new Run(b, inputs, b.expand(sample.op(), inputs, ""), operands);
    }

    Graph graph() {
      return builder.finish(new LinkedHashMap<>(Map.of("y", y)));
    }

    private Map<String, Tensor> given() {
      Map<String, Tensor> given = new LinkedHashMap<>();
      for (int k = 0; k < operands.size(); k++) {
        given.put("x" + k, operands.get(k));
      }
      return given;
    }

    Tensor result() {
      Graph graph = graph();
      return graph.inputs().stream().anyMatch(i -> !given().containsKey(i.input()))
          ? Tensor.filled(graph.type(y), 0)
          : Interpreter.run(graph, given()).get("y");
    }

    /**
     * Real operands have derivatives, unless the primitive says that they decide and do not count.
     */
    boolean isDifferentiable(int k) {
      Op op = builder.node(y).op();
      boolean direct = builder.node(y).operands().equals(inputs);
      return operands.get(k).element().isFloating()
          && (!direct || ((Primitive) op).isDifferentiable(k));
    }

    Map<String, Tensor> derivatives(Tensor cotangent) {
      Value seed = builder.constant(cotangent);
      SequencedMap<Value, Value> by = Gradient.exact().of(builder, y, seed, inputs);
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      for (int k = 0; k < inputs.size(); k++) {
        outputs.put("d" + k, by.get(inputs.get(k)));
      }
      return Interpreter.run(builder.finish(outputs), given());
    }
  }
}
