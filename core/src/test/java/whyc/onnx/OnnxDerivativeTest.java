package whyc.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Input;
import whyc.op.Value;
import whyc.pass.ToDouble;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The graphs of ONNX's conformance cases, differentiated: every program that an operator is read as
 * has the derivative that finite differences give. Inputs are moved off the whole numbers of the
 * cases first, where many operators have a kink.
 */
class OnnxDerivativeTest {
  private static final double STEP = 1e-6;

  /** Central differences of sums over up to a thousand terms. */
  private static final double BOUND = 1e-4;

  /** Elements of each input that are moved. */
  private static final int MOVED = 8;

  private static final int FEWEST = 900;

  private static final Path DATA =
      Path.of(
          System.getenv().getOrDefault("WHYC_ONNX_TESTDATA", "/usr/share/libonnx-testdata/data"));

  private final List<String> wrong = new ArrayList<>();
  private int compared;

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = 7)
  void derivativesAreThoseOfFiniteDifferences(long seed) throws IOException {
    assumeTrue(
        Files.isDirectory(DATA),
        "ONNX's conformance cases are absent: WHYC_ONNX_TESTDATA, or the package libonnx-testdata");
    Random random = new Random(Long.getLong("seed", seed));
    for (String suite : List.of("node", "pytorch-converted", "pytorch-operator")) {
      try (Stream<Path> folders = Files.list(DATA.resolve(suite))) {
        folders
            .filter(f -> Files.exists(f.resolve("model.onnx")))
            .sorted()
            .forEach(f -> check(f, random));
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(compared).as("inputs compared").isGreaterThan(FEWEST);
  }

  /**
   * The test above would not see a derivative that is off by a little: it sees one of 1 in 1000.
   */
  @Test
  void aDerivativeThatIsOffByAThousandthIsSeen() {
    assertThat(isClose(1.001, 1)).isFalse();
    assertThat(isClose(-5, -5 * (1 + 1e-3))).isFalse();
    assertThat(isClose(1e-5, 0)).isTrue();
  }

  private static boolean isClose(double analytic, double numeric) {
    return Math.abs(analytic - numeric) <= BOUND * Math.max(1, Math.abs(numeric));
  }

  private void check(Path folder, Random random) {
    OnnxModel model;
    try {
      model = OnnxModel.read(folder.resolve("model.onnx"));
    } catch (ModelException e) {
      return; // of another domain
    }
    Map<String, Tensor> values = inputs(model, folder);
    Optional<Graph> read = values.isEmpty() ? Optional.empty() : graph(model, values);
    if (read.isEmpty() || !values.values().stream().allMatch(OnnxDerivativeTest::isWithinReason)) {
      return;
    }
    Graph graph = new ToDouble().apply(read.get());
    Map<String, Tensor> given = new HashMap<>();
    graph.inputs().forEach(i -> given.put(i.input(), nudged(values.get(i.input()), i, random)));
    graph
        .outputs()
        .forEach((name, y) -> {
          if (graph.type(y).element().isFloating()) {
            compare(folder.getFileName() + " " + name, graph, y, given, random);
          }
        });
  }

  /** The case's inputs; none where they are no tensors of a kind that is read. */
  private static Map<String, Tensor> inputs(OnnxModel model, Path folder) {
    Map<String, Tensor> inputs = new LinkedHashMap<>();
    List<ValueInfoProto> infos = model.proto().getGraph().getInputList();
    for (int i = 0; i < infos.size(); i++) {
      Path file = folder.resolve("test_data_set_0/input_" + i + ".pb");
      try {
        Optional<Tensor> tensor =
            Files.exists(file) && infos.get(i).getType().hasTensorType()
                ? OnnxGraphs.tensor(Files.readAllBytes(file))
                : Optional.empty();
        if (tensor.isEmpty()) {
          return Map.of();
        }
        inputs.put(infos.get(i).getName(), tensor.get());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (IllegalArgumentException e) {
        return Map.of();
      }
    }
    return inputs;
  }

  /**
   * With all inputs open if that is possible, else with those of real numbers, else with the first.
   */
  private static Optional<Graph> graph(OnnxModel model, Map<String, Tensor> values) {
    String first = values.keySet().iterator().next();
    for (int round = 0; round < 3; round++) {
      Map<String, TensorType> open = new HashMap<>();
      Map<String, Optional<Tensor>> known = new HashMap<>();
      for (Map.Entry<String, Tensor> e : values.entrySet()) {
        boolean real = e.getValue().element().isFloating();
        if (round == 0 || e.getKey().equals(first) || (round == 1 && real)) {
          open.put(e.getKey(), e.getValue().type());
        } else {
          known.put(e.getKey(), Optional.of(e.getValue()));
        }
      }
      try {
        return Optional.of(OnnxGraphs.read(model, open, known));
      } catch (ModelException e) {
        // Refused in this form; the last form decides.
      }
    }
    return Optional.empty();
  }

  private static Tensor nudged(Tensor tensor, Input input, Random random) {
    double[] values = tensor.doubles().clone();
    if (input.type().element().isFloating()) {
      for (int i = 0; i < values.length; i++) {
        values[i] += 0.005 + 0.01 * random.nextDouble();
      }
    }
    return Tensor.of(input.type(), values);
  }

  private void compare(
      String what, Graph graph, Value y, Map<String, Tensor> given, Random random) {
    double[] weights = random.doubles(graph.type(y).shape().size(), -1, 1).toArray();
    Tensor cotangent = Tensor.of(graph.type(y), weights);
    Builder b = Builder.continuing(graph);
    List<Value> by = new ArrayList<>();
    for (int i = 0; i < graph.nodes().size(); i++) {
      if (graph.nodes().get(i).op() instanceof Input input && input.type().element().isFloating()) {
        by.add(new Value(i));
      }
    }
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    Gradient.exact()
        .of(b, y, b.constant(cotangent), by)
        .forEach((x, dx) -> outputs.put(((Input) graph.node(x).op()).input(), dx));
    Map<String, Tensor> derivatives = Interpreter.run(b.finish(outputs), given);
    Graph forward = graph.withOutputs(new LinkedHashMap<>(Map.of("y", y)));
    derivatives.forEach((input, derivative) -> {
      compared++;
      for (int move = 0; move < Math.min(MOVED, derivative.size()); move++) {
        int i = random.nextInt(derivative.size());
        double step = STEP * Math.max(1, Math.abs(given.get(input).at(i)));
        double up = inner(cotangent, forward, moved(given, input, i, step));
        double down = inner(cotangent, forward, moved(given, input, i, -step));
        double numeric = (up - down) / (2 * step);
        if (!Double.isNaN(numeric) && !isClose(derivative.at(i), numeric)) {
          wrong.add(
              "%s by %s[%d] is %s, not %s".formatted(what, input, i, derivative.at(i), numeric));
        }
      }
    });
  }

  /** A few cases hold memory that nobody filled. */
  private static boolean isWithinReason(Tensor tensor) {
    for (int i = 0; i < tensor.size(); i++) {
      if (Math.abs(tensor.at(i)) > 1e6) {
        return false;
      }
    }
    return true;
  }

  private static Map<String, Tensor> moved(
      Map<String, Tensor> given, String input, int i, double step) {
    Map<String, Tensor> moved = new HashMap<>(given);
    double[] values = given.get(input).doubles().clone();
    values[i] += step;
    moved.put(input, Tensor.of(given.get(input).type(), values));
    return moved;
  }

  private static double inner(Tensor cotangent, Graph forward, Map<String, Tensor> given) {
    Tensor y = Interpreter.run(forward, given).get("y");
    double sum = 0;
    for (int i = 0; i < y.size(); i++) {
      sum += cotangent.at(i) * y.at(i);
    }
    return sum;
  }
}
