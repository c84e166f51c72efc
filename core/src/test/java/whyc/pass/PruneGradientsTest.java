package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.heatmap.Pruning.Score;
import whyc.op.Conv;
import whyc.op.Gate;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Where;
import whyc.op.Window;
import whyc.pass.PruneGradients.Threshold;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class PruneGradientsTest {
  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 20)
        : LongStream.of(Long.getLong("seed"));
  }

  private static TensorType type(int... dims) {
    return new TensorType(ElementType.FLOAT32, new Shape(Arrays.stream(dims).boxed().toList()));
  }

  /** One gate, everywhere open. */
  private static Graph gate(int... dims) {
    Builder b = new Builder();
    Value g = b.emit(new Input("g", type(dims)));
    Value one = b.constant(Tensor.filled(type(dims), 1));
    return finish(b, Map.of("h", b.gate(one, g)));
  }

  private static Graph finish(Builder b, Map<String, Value> outputs) {
    SequencedMap<String, Value> ordered = new LinkedHashMap<>(outputs);
    return b.finish(ordered);
  }

  private static float[] run(Graph g, Tensor x) {
    return Interpreter.run(g, Map.of("g", x)).get("h").floats();
  }

  /** The largest is 4, so what is below 2 goes; of the second image the largest is 1. */
  @Test
  void numbersBelowTheShareOfTheLargestOfTheirImageAreDropped() {
    Graph pruned = new PruneGradients(Score.NUMBER, 0.5).apply(gate(2, 1, 2, 2));
    Tensor g = Tensor.of(type(2, 1, 2, 2).shape(), new float[] {4, -3, 1, -2, 0.5f, 1, -0.25f, 0});
    assertThat(run(pruned, g)).containsExactly(4, -3, 0, -2, 0.5f, 1, 0, 0);
  }

  /** Two places of two channels: (3,4) of length 5, and (1,2) of length 2.2, less than 2.5. */
  @Test
  void placesAreDroppedWithAllTheirChannels() {
    Graph pruned = new PruneGradients(Score.POINT, 0.5).apply(gate(1, 2, 1, 2));
    Tensor g = Tensor.of(type(1, 2, 1, 2).shape(), new float[] {3, 1, 4, 2});
    assertThat(run(pruned, g)).containsExactly(3, 0, 4, 0);
    Graph rarely = new PruneGradients(Score.POINT, 0.4).apply(gate(1, 2, 1, 2));
    assertThat(run(rarely, g)).containsExactly(3, 1, 4, 2);
  }

  @ParameterizedTest
  @EnumSource
  void aThresholdOfZeroChangesNoLine(Score score) {
    Graph g = gate(1, 3, 4, 5);
    assertThat(new PruneGradients(score, 0).apply(g)).isEqualTo(g);
  }

  @Test
  void gradientsWithoutPlacesAreLeftAlone() {
    Graph g = gate(2, 7);
    assertThat(new PruneGradients(Score.NUMBER, 0.5).apply(g)).isEqualTo(g);
  }

  @Test
  void aThresholdBeyondOneIsRefused() {
    assertThatThrownBy(() -> new PruneGradients(Score.NUMBER, 1.5))
        .hasMessage("PruneGradients wants a threshold of 0 to 1, got 1.5");
  }

  /** The same as with the threshold in the program, for each image its own. */
  @ParameterizedTest
  @EnumSource
  void aThresholdMayBeAnInput(Score score) {
    Graph g = gate(2, 2, 3, 2);
    Tensor x = Twins.draw(type(2, 2, 3, 2), new SplittableRandom(5));
    Graph given = new PruneGradients(score, new Threshold.Given("t")).apply(g);
    Tensor shares = Tensor.of(Shape.of(2, 1, 1, 1), 0.5f, 0);
    float[] pruned = Interpreter.run(given, Map.of("g", x, "t", shares)).get("h").floats();
    float[] half = run(new PruneGradients(score, 0.5).apply(g), x);
    assertThat(half).isNotEqualTo(x.floats());
    assertThat(Arrays.copyOf(pruned, 12)).containsExactly(Arrays.copyOf(half, 12));
    assertThat(Arrays.copyOfRange(pruned, 12, 24))
        .containsExactly(Arrays.copyOfRange(x.floats(), 12, 24));
  }

  /** 4, -3, 0, 2 has one zero, and two when 2 is less than 0.6 * 4; 1, 1, 1, 1 stays. */
  @Test
  void zerosAreCountedBeforeAndAfter() {
    PruneGradients pass = new PruneGradients(Score.NUMBER, 0.6);
    PruneGradients.Zeros zeros = pass.zeros(gate(2, 1, 2, 2));
    assertThat(zeros.gradients()).hasSize(1);
    PruneGradients.Gradient only = zeros.gradients().getFirst();
    assertThat(only.shape()).isEqualTo(Shape.of(1, 2, 2));
    Tensor g = Tensor.of(type(2, 1, 2, 2).shape(), 4f, -3, 0, 2, 1, 1, 1, 1);
    Map<String, Tensor> counts = Interpreter.run(zeros.graph(), Map.of("g", g));
    assertThat(counts).containsOnlyKeys(only.before(), only.after());
    assertThat(counts.get(only.before()).floats()).containsExactly(1, 0);
    assertThat(counts.get(only.after()).floats()).containsExactly(2, 0);
  }

  @Test
  void anOutputIsReachedIfAPrunedGradientLiesOnTheWay() {
    Builder b = new Builder();
    Value g = b.emit(new Input("g", type(1, 2, 3, 3)));
    Value gated = b.gate(b.constant(Tensor.filled(type(1, 2, 3, 3), 1)), g);
    Graph both = finish(b, Map.of("gated", gated, "plain", b.abs(g)));
    List<PruneGradients.Gradient> found =
        new PruneGradients(Score.POINT, 0.1).zeros(both).gradients();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().reached()).containsExactly("gated");
  }

  /**
   * Two gates with a convolution before, between and behind: the result changes by what each drops,
   * carried on by what follows that gate. Numbers are doubles, so the bound is their rounding.
   */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void theResultChangesByWhatEveryGateDropsCarriedOn(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Score score = Score.values()[random.nextInt(2)];
    double threshold = random.nextDouble(0.1, 0.6);
    TensorType type = new TensorType(ElementType.FLOAT64, new Shape(List.of(1, 3, 5, 4)));
    List<Tensor> fixed = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      fixed.add(Twins.draw(type, random));
      fixed.add(
          Twins.draw(new TensorType(ElementType.FLOAT64, new Shape(List.of(3, 3, 3, 3))), random));
    }
    Graph exact = chain(type, fixed, 0);
    Graph pruned = observed(new PruneGradients(score, threshold).apply(exact));
    Tensor x = Twins.draw(type, random);
    Map<String, Tensor> values = Interpreter.run(pruned, Map.of("g", x));
    double[] change = minus(Interpreter.run(exact, Map.of("g", x)).get("h"), values.get("h"));
    double[] carried = new double[change.length];
    for (int i = 0; i < 2; i++) {
      double[] dropped = minus(values.get("gate" + i), values.get("kept" + i));
      assertThat(length(dropped))
          .isLessThanOrEqualTo(bound(score, values.get("gate" + i), dropped, threshold));
      Graph rest = chain(type, fixed, i);
      Tensor on = Interpreter.run(rest, Map.of("g", Tensor.of(type, dropped))).get("h");
      for (int k = 0; k < carried.length; k++) {
        carried[k] += on.at(k);
      }
    }
    assertThat(length(change)).isPositive();
    assertThat(carried).containsExactly(change, within(1e-11));
  }

  /** From a gate on: gate, convolution, gate, convolution. */
  private static Graph chain(TensorType type, List<Tensor> fixed, int from) {
    Builder b = new Builder();
    Value h = b.emit(new Input("g", type));
    for (int i = from; i < 2; i++) {
      h = b.gate(b.constant(fixed.get(2 * i)), h);
      Window same = Window.of(3, 3, 1).padded(1, 1, 1, 1);
      h = b.emit(new Conv(same, 1), h, b.constant(fixed.get(2 * i + 1)));
    }
    return finish(b, Map.of("h", h));
  }

  /** With what goes into each dropping and what comes out. */
  private static Graph observed(Graph pruned) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(pruned.outputs());
    int gates = 0;
    for (int i = 0; i < pruned.nodes().size(); i++) {
      if (pruned.nodes().get(i).op() instanceof Gate) {
        outputs.put("gate" + gates++, new Value(i));
      } else if (pruned.nodes().get(i).op() instanceof Where) {
        outputs.put("kept" + (gates - 1), new Value(i));
      }
    }
    return pruned.withOutputs(outputs);
  }

  private static double bound(Score score, Tensor gate, double[] dropped, double threshold) {
    int channels = gate.shape().dim(1);
    int places = gate.size() / channels;
    double largest = 0;
    long gone = 0;
    for (int p = 0; p < places; p++) {
      double point = 0;
      boolean any = false;
      for (int c = 0; c < channels; c++) {
        double v = Math.abs(gate.at(c * places + p));
        point += v * v;
        any |= dropped[c * places + p] != 0;
        if (score == Score.NUMBER) {
          largest = Math.max(largest, v);
          gone += dropped[c * places + p] != 0 ? 1 : 0;
        }
      }
      if (score == Score.POINT) {
        largest = Math.max(largest, Math.sqrt(point));
        gone += any ? 1 : 0;
      }
    }
    return threshold * largest * Math.sqrt(gone) + 1e-12;
  }

  private static double[] minus(Tensor a, Tensor b) {
    double[] d = a.doubles().clone();
    for (int i = 0; i < d.length; i++) {
      d[i] -= b.at(i);
    }
    return d;
  }

  private static double length(double[] x) {
    double sum = 0;
    for (double v : x) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }
}
