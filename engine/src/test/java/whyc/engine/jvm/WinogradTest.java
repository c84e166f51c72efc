package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

class WinogradTest {
  private static final Window PADDED = Window.of(3, 3, 1).padded(1, 1, 1, 1);

  /** Of candidates: the direct one, two outputs along an axis, four. */
  private static Setting setting(Lanes lanes, int threads, int candidate) {
    return new Setting(lanes, threads, (a, step, candidates) -> candidates.get(candidate));
  }

  /**
   * A convolution of numbers that are no input, so that its operand has whole vectors, with another
   * one behind it, which sees the border of the first one's result.
   */
  private record Layer(int images, int inputs, int outputs, int height, int width, Window window) {
    Graph graph() {
      Random random = new Random(hashCode());
      Builder b = new Builder();
      Value x = b.relu(b.emit(new Input("x", input().type()), List.of()));
      Value y = conv(b, x, inputs, outputs, window, random);
      Value second = conv(b, b.relu(y), outputs, 5, PADDED, random);
      SequencedMap<String, Value> results = new LinkedHashMap<>();
      results.put("y", y);
      results.put("second", second);
      return b.finish(results);
    }

    Tensor input() {
      return noise(Shape.of(images, inputs, height, width), 1, new Random(1));
    }
  }

  private static Value conv(Builder b, Value x, int inputs, int outputs, Window w, Random random) {
    double deviation = Math.sqrt(2.0 / (9 * inputs));
    Tensor weight = noise(Shape.of(outputs, inputs, 3, 3), deviation, random);
    Tensor bias = noise(Shape.of(outputs, 1, 1), 0.1, random);
    return b.add(b.emit(new Conv(w, 1), x, b.constant(weight)), b.constant(bias));
  }

  private static Tensor noise(Shape shape, double deviation, Random random) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * deviation);
    }
    return Tensor.of(shape, values);
  }

  static List<Arguments> layers() {
    List<Layer> layers =
        List.of(
            new Layer(1, 1, 3, 1, 1, PADDED),
            new Layer(2, 3, 17, 2, 7, PADDED),
            new Layer(5, 17, 1, 7, 3, PADDED),
            new Layer(1, 16, 16, 8, 5, PADDED),
            new Layer(2, 33, 64, 13, 2, PADDED),
            new Layer(1, 64, 33, 14, 14, PADDED),
            new Layer(5, 64, 64, 7, 7, PADDED),
            new Layer(1, 3, 33, 28, 13, PADDED),
            new Layer(1, 17, 16, 5, 8, Window.of(3, 3, 1)),
            new Layer(2, 16, 17, 3, 1, Window.of(3, 3, 1).padded(2, 2, 2, 2)),
            new Layer(1, 5, 6, 9, 11, Window.of(3, 3, 1).padded(0, 1, 2, 0)));
    List<Arguments> arguments = new ArrayList<>();
    for (Layer layer : layers) {
      for (Lanes lanes : Lanes.values()) {
        arguments.add(Arguments.of(layer, lanes));
      }
    }
    return arguments;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void agreesWithTheDefinition(Layer layer, Lanes lanes) {
    // Errors grow with the transforms' factors: 1/24 to 8 for four outputs.
    expectClose(layer, setting(lanes, 1, 1), 2e-6);
    expectClose(layer, setting(lanes, 1, 2), 2e-5);
  }

  private static void expectClose(Layer layer, Setting setting, double tolerance) {
    Graph graph = layer.graph();
    Map<String, Tensor> inputs = Map.of("x", layer.input());
    PlanRun run = PlanRun.of(graph, setting, inputs);
    assertThat(run.plan.listing()).contains("winograd");
    Interpreter.run(graph, inputs)
        .forEach((name, expected) -> expectClose(run.output(name), expected, tolerance));
  }

  private static void expectClose(Tensor found, Tensor expected, double tolerance) {
    double largest = Arrays.stream(expected.doubles()).map(Math::abs).max().orElseThrow();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(Math.abs(found.at(i) - expected.at(i)))
          .as("element %s", i)
          .isLessThanOrEqualTo(tolerance * largest);
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void keepsLanesAndBordersZero(Layer layer, Lanes lanes) {
    for (int candidate = 1; candidate <= 2; candidate++) {
      Graph graph = layer.graph();
      PlanRun run = PlanRun.of(graph, setting(lanes, 1, candidate), Map.of("x", layer.input()));
      Located at = run.wired.output("y");
      Layout.Image image = (Layout.Image) at.layout();
      boolean[] element = new boolean[image.size()];
      for (int i = 0; i < image.shape().size(); i++) {
        element[image.at(i)] = true;
      }
      for (int i = 0; i < element.length; i++) {
        if (!element[i]) {
          assertThat(run.banks.values()[at.offset() + i]).as("place %s", i).isZero();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("layers")
  void givesTheSameBytesOnSeveralThreads(Layer layer, Lanes lanes) {
    for (int candidate = 1; candidate <= 2; candidate++) {
      float[] one = onThreads(layer, setting(lanes, 1, candidate));
      for (int threads : new int[] {2, 3}) {
        assertThat(onThreads(layer, setting(lanes, threads, candidate))).isEqualTo(one);
      }
    }
  }

  private static float[] onThreads(Layer layer, Setting setting) {
    Graph graph = layer.graph();
    Weights weights = new Weights();
    Plan plan = Plan.of(graph, setting, weights);
    Wired wired = plan.wire();
    Banks banks = plan.allocate(weights.data());
    Arrays.fill(banks.values(), Float.NaN);
    wired.input("x").write(banks, layer.input());
    try (Workers workers = new Workers(setting.threads())) {
      for (Kernel k : wired.kernels(graph.outputs().keySet())) {
        workers.run(k, banks);
      }
    }
    return wired.output("second", banks).floats();
  }

  @ParameterizedTest
  @MethodSource("layers")
  void fusesWhatFollows(Layer layer, Lanes lanes) {
    for (int candidate = 1; candidate <= 2; candidate++) {
      Graph graph = gated(layer);
      Map<String, Tensor> inputs = Map.of("x", layer.input());
      PlanRun run = PlanRun.of(graph, setting(lanes, 1, candidate), inputs);
      assertThat(run.plan.listing().lines().filter(l -> l.contains("winograd")).findFirst())
          .hasValueSatisfying(line -> assertThat(line).contains("Gate").contains("Relu"));
      Interpreter.run(graph, inputs)
          .forEach((name, expected) -> expectClose(run.output(name), expected, 2e-5));
    }
  }

  /** A result that goes through a gate by other numbers, is added to them, and through a ReLU. */
  private static Graph gated(Layer layer) {
    Random random = new Random(2);
    Builder b = new Builder();
    Value x = b.relu(b.emit(new Input("x", layer.input().type()), List.of()));
    Value y = conv(b, x, layer.inputs, layer.outputs, layer.window, random);
    Shape shape = b.shape(y);
    Value other = b.constant(noise(shape, 1, random));
    Value z = b.relu(b.add(b.gate(other, y), other));
    SequencedMap<String, Value> results = new LinkedHashMap<>();
    results.put("z", z);
    return b.finish(results);
  }

  /** A unit for each thread, and a last block that is smaller than the others. */
  @ParameterizedTest
  @MethodSource("blocks")
  void worksInBlocks(int threads, int candidate) {
    Layer layer = new Layer(3, 64, 64, 58, 57, PADDED);
    Setting setting = setting(Lanes.SIXTEEN, threads, candidate);
    assertThat(Plan.of(layer.graph(), setting, new Weights()).listing())
        .containsPattern("winograd. \\dx\\d/[1-9] ");
    float[] computed = onThreads(layer, setting);
    float[] direct = onThreads(layer, setting(Lanes.SIXTEEN, 1, 0));
    expectClose(
        Tensor.of(Shape.of(computed.length), computed),
        Tensor.of(Shape.of(direct.length), direct),
        2e-5);
  }

  static List<Arguments> blocks() {
    return List.of(Arguments.of(1, 1), Arguments.of(1, 2), Arguments.of(2, 1), Arguments.of(2, 2));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void theRuleDoesNotDependOnThreads(Layer layer, Lanes lanes) {
    assertThat(kinds(layer, new Setting(lanes, 4, Choice.RULE)))
        .isEqualTo(kinds(layer, new Setting(lanes, 1, Choice.RULE)));
  }

  private static List<String> kinds(Layer layer, Setting setting) {
    return Plan.of(layer.graph(), setting, new Weights())
        .listing()
        .lines()
        .map(line -> line.split(" +")[2])
        .toList();
  }

  @ParameterizedTest
  @EnumSource(Winograd.class)
  void transformsWeightsAsTheDefinitionSays(Winograd transform) {
    float[] taps = {0, 0, 0, 0, 1, 0, 0, 0, 0};
    float[] u = new float[transform.points() * transform.points()];

    transform.transform(taps, 0, u);

    // The middle tap alone: the product of the middle columns of G, which are 0 at both ends.
    assertThat(u[0]).isZero();
    assertThat(u[u.length - 1]).isZero();
    assertThat(u[transform.points() + 1]).isEqualTo(transform == Winograd.TWO ? 0.25f : 1 / 36f);
  }
}
