package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;

/**
 * Every step of trained networks against the interpreter, on an arena that holds no number before
 * the run: what is read without having been written shows.
 */
class JvmStepsTest {
  static Stream<Arguments> everyStep() {
    return TestModels.SMALL.stream()
        .flatMap(name -> Stream.of(Lanes.values()).map(lanes -> Arguments.of(name, lanes)));
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource
  void everyStep(String name, Lanes lanes) {
    Model m = TestModels.read(name);
    Graph explained = TestModels.explained(m, "saliency", "gradcam");
    Graph lowered = Lowering.of(m.dynamicBatch() ? explained.withBatch(2) : explained);
    Weights weights = new Weights();
    Plan plan = Plan.of(lowered, lanes, weights, 1);
    Wired wired = plan.wire();
    List<Kernel> kernels = plan.kernels();
    Banks banks = plan.allocate(weights.data());
    Arrays.fill(banks.values(), Float.NaN);
    Arrays.fill(banks.bits(), (short) 0x5555);
    Graph graph = plan.arrangement().graph();
    Tensor image = TestModels.noise(m, 2, 1);
    SequencedMap<String, Tensor> expected = allValues(graph, m.input(), image);

    wired.input(m.input()).write(banks, image);
    for (int i = 0; i < plan.schedule().steps().size(); i++) {
      Step step = plan.schedule().steps().get(i);
      run(kernels.get(i), banks);
      for (Value v : step.results()) {
        check(plan, banks, v, expected.get(v.toString()));
      }
    }
  }

  private static void run(Kernel k, Banks banks) {
    k.begin(banks);
    k.run(banks, 0, k.units());
    k.followers().forEach(f -> run(f, banks));
  }

  private static SequencedMap<String, Tensor> allValues(Graph g, String input, Tensor image) {
    SequencedMap<String, Value> all = new LinkedHashMap<>();
    for (int i = 0; i < g.nodes().size(); i++) {
      Value v = new Value(i);
      all.put(v.toString(), v);
    }
    return Interpreter.run(g.withOutputs(all), Map.of(input, image));
  }

  /**
   * Numbers to 1e-5 of their length: sums of thousands of products, each rounded. Of truth values
   * one in a thousand may differ, where a number near zero falls to the other side.
   */
  private static void check(Plan plan, Banks banks, Value v, Tensor expected) {
    Tensor computed = plan.value(v).read(banks);
    double distance = distance(computed.doubles(), expected.doubles());
    boolean truth =
        expected.element() == ElementType.BOOL || expected.element() == ElementType.UINT8;
    assertThat(distance)
        .as("%s: %s", plan.arrangement().graph().node(v), expected.type())
        .isLessThan(truth ? Math.sqrt(1e-3) : 1e-5);
    if (plan.arrangement().layout(v) instanceof Layout.Image image
        && plan.arrangement().bank(v) == Arrangement.Bank.VALUES) {
      assertThat(spare(image, plan.value(v), banks))
          .as("lanes beyond the channels and borders of %s", plan.arrangement().graph().node(v))
          .isZero();
    }
  }

  private static double distance(double[] computed, double[] expected) {
    double distance = 0;
    double length = 0;
    for (int i = 0; i < computed.length; i++) {
      distance += (computed[i] - expected[i]) * (computed[i] - expected[i]);
      length += expected[i] * expected[i];
    }
    return Math.sqrt(distance / Math.max(length, 1e-30));
  }

  /** Numbers that should be zero and are not. */
  private static long spare(Layout.Image image, Located at, Banks banks) {
    boolean[] element = new boolean[image.size()];
    for (int i = 0; i < image.shape().size(); i++) {
      element[image.at(i)] = true;
    }
    long wrong = 0;
    for (int i = 0; i < element.length; i++) {
      wrong += !element[i] && banks.values()[at.offset() + i] != 0 ? 1 : 0;
    }
    return wrong;
  }
}
