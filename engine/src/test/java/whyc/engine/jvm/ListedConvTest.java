package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Input;
import whyc.op.Op;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Convolutions that leave out zeros against those that multiply them: not a bit may differ. Images
 * are drawn of sizes that fill neither tiles nor blocks, with few and with many zeros.
 */
class ListedConvTest {
  /** The first candidate is the direct convolution. */
  private static final Choice DIRECT = (a, step, candidates) -> candidates.getFirst();

  static Stream<Arguments> cases() {
    LongStream seeds =
        Long.getLong("seed") == null
            ? LongStream.range(0, 40)
            : LongStream.of(Long.getLong("seed"));
    return seeds.boxed().flatMap(s -> Stream.of(Lanes.values()).map(l -> Arguments.of(s, l)));
  }

  @ParameterizedTest(name = "-Dseed={0} {1}")
  @MethodSource("cases")
  void zerosAreLeftOutWithoutATrace(long seed, Lanes lanes) {
    Case c = new Case(new SplittableRandom(seed), lanes);
    c.check(c.image());
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void imagesOfZerosAndImagesWithoutAny(Lanes lanes) {
    Case c = new Case(new SplittableRandom(3), lanes);
    Tensor zeros = Tensor.of(c.shape, new float[c.shape.size()]);
    c.check(zeros);
    float[] negativeZeros = new float[c.shape.size()];
    Arrays.fill(negativeZeros, -0f);
    c.check(Tensor.of(c.shape, negativeZeros));
    float[] ones = new float[c.shape.size()];
    Arrays.fill(ones, 1);
    c.check(Tensor.of(c.shape, ones));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void whatIsNoNumberIsNoZero(Lanes lanes) {
    SplittableRandom random = new SplittableRandom(5);
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Case c = new Case(random, lanes);
      float[] x = c.image().floats().clone();
      x[random.nextInt(x.length)] = odd;
      c.check(Tensor.of(c.shape, x));
    }
  }

  /** 1e-30 * -1e-30 is too small for a float: minus zero, to which the next product adds zero. */
  @ParameterizedTest(name = "{0}")
  @EnumSource
  void sumsThatUnderflowedAreZero(Lanes lanes) {
    Shape shape = new Shape(List.of(1, 16, 1, 5));
    float[] x = new float[shape.size()];
    Arrays.fill(x, 0, 5, 1e-30f);
    float[] w = new float[64 * 16];
    for (int o = 0; o < 64; o++) {
      w[o * 16] = -1e-30f;
      w[o * 16 + 1] = 1;
    }
    Tensor weight = Tensor.of(new Shape(List.of(64, 16, 1, 1)), w);
    Graph g = graph(shape, new Conv(Window.of(1, 1, 1), 1), weight);
    Tensor image = Tensor.of(shape, x);
    float[] listed = run(g, lanes, true, 1, image);
    assertThat(listed).containsOnly(0f);
    assertThat(bits(listed)).isEqualTo(bits(run(g, lanes, false, 1, image)));
  }

  @Test
  void infiniteWeightsAreMultipliedWithZeros() {
    Shape shape = new Shape(List.of(1, 16, 1, 5));
    float[] w = new float[64 * 16];
    w[7] = Float.POSITIVE_INFINITY;
    Tensor weight = Tensor.of(new Shape(List.of(64, 16, 1, 1)), w);
    Graph g = graph(shape, new Conv(Window.of(1, 1, 1), 1), weight);
    assertThat(plan(g, Lanes.SIXTEEN, true, 1).listing()).doesNotContain("listed");
    float[] y = run(g, Lanes.SIXTEEN, true, 1, Tensor.of(shape, new float[80]));
    assertThat(y[0]).isNaN();
  }

  @Test
  void onlyImagesThatMayHaveZerosAreSearchedForThem() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", type(new Shape(List.of(1, 16, 4, 4)))));
    Value w = b.constant(noise(new SplittableRandom(1), new Shape(List.of(64, 16, 1, 1))));
    Value y = b.emit(new Conv(Window.of(1, 1, 1), 1), b.exp(x), w);
    Graph g = b.finish(new LinkedHashMap<>(Map.of("y", y)));
    assertThat(plan(g, Lanes.SIXTEEN, true, 1).listing()).doesNotContain("listed");
  }

  @Test
  void runsAllocateNothing() {
    Case c = new Case(new SplittableRandom(1), Lanes.preferred());
    Weights weights = new Weights();
    Plan plan = Plan.of(c.graph, new Setting(c.lanes, 1, DIRECT, true), weights);
    Wired wired = plan.wire();
    Banks banks = plan.allocate(weights.data());
    wired.input("x").write(banks, c.image());
    Kernel[] kernels = wired.kernels(Set.of("y"));
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    // Compiled after some thousand runs; until then vectors are objects.
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 20_000 && least > 0; i++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (Kernel k : kernels) {
        k.begin(banks);
        k.run(banks, 0, k.units());
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    assertThat(least).isZero();
  }

  private static TensorType type(Shape shape) {
    return new TensorType(ElementType.FLOAT32, shape);
  }

  private static Tensor noise(SplittableRandom random, Shape shape) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, values);
  }

  /** A convolution of what a gate lets through, with a tail. */
  private static Graph graph(Shape shape, Op convolution, Tensor weight) {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", type(shape)));
    Value y = b.emit(convolution, b.gate(b.abs(x), x), b.constant(weight));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", b.sub(y, b.scalar(0, y)));
    outputs.put("z", b.relu(y));
    return b.finish(outputs);
  }

  private static Plan plan(Graph g, Lanes lanes, boolean skips, int threads) {
    return Plan.of(g, new Setting(lanes, threads, DIRECT, skips), new Weights());
  }

  private static float[] run(Graph g, Lanes lanes, boolean skips, int threads, Tensor image) {
    Weights weights = new Weights();
    Plan plan = Plan.of(g, new Setting(lanes, threads, DIRECT, skips), weights);
    Wired wired = plan.wire();
    Banks banks = plan.allocate(weights.data());
    Arrays.fill(banks.values(), Float.NaN);
    wired.input("x").write(banks, image);
    for (Kernel k : wired.kernels(Set.of("y", "z"))) {
      k.begin(banks);
      // In two parts, the second first: units may run in any order.
      k.run(banks, k.units() / 2, k.units());
      k.run(banks, 0, k.units() / 2);
    }
    return wired.output("y", banks).floats();
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToRawIntBits(values[i]);
    }
    return bits;
  }

  private static final class Case {
    private final SplittableRandom random;
    private final Lanes lanes;
    private final Shape shape;
    private final Graph graph;

    Case(SplittableRandom random, Lanes lanes) {
      this.random = random;
      this.lanes = lanes;
      int n = lanes.count();
      int inputs = n * random.nextInt(1, 5);
      int outputs = n * List.of(4, 6, 8).get(random.nextInt(3)) - random.nextInt(0, 2);
      int taps = random.nextInt(1, 4);
      int stride = random.nextInt(1, 4);
      Window w = Window.of(1, taps, stride);
      this.shape =
          new Shape(
              List.of(
                  random.nextInt(1, 3),
                  inputs,
                  taps + random.nextInt(0, 9),
                  random.nextInt(taps, 34)));
      boolean transposed = random.nextBoolean();
      int padding = random.nextInt(0, taps);
      Window padded = w.padded(0, padding, 0, padding);
      Shape weight =
          new Shape(
              transposed ? List.of(inputs, outputs, 1, taps) : List.of(outputs, inputs, 1, taps));
      Op op = transposed ? new ConvTranspose(w, 1, 0, 0) : new Conv(padded, 1);
      this.graph = graph(shape, op, noise(random, weight));
    }

    /** From no zeros to nearly all, some of them for all channels of many pixels. */
    Tensor image() {
      double zeros = List.of(0.0, 0.3, 0.7, 0.95, 1.0).get(random.nextInt(5));
      int pixels = shape.dim(2) * shape.dim(3);
      float[] x = new float[shape.size()];
      for (int i = 0; i < x.length; i++) {
        boolean zero = random.nextDouble() < zeros || i % pixels < pixels * zeros / 2;
        x[i] = zero ? 0 : (float) random.nextGaussian();
      }
      return Tensor.of(shape, x);
    }

    void check(Tensor image) {
      assertThat(plan(graph, lanes, true, 1).listing()).contains("listed");
      int[] expected = bits(run(graph, lanes, false, 1, image));
      for (int threads : List.of(1, 2, 3)) {
        assertThat(bits(run(graph, lanes, true, threads, image))).isEqualTo(expected);
      }
      assertThat(bits(eachAlone(image))).isEqualTo(expected);
    }

    /** Images one by one: others of a batch must not show. */
    private float[] eachAlone(Tensor image) {
      int n = shape.dim(0);
      int size = shape.size() / n;
      List<float[]> results = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        float[] one = Arrays.copyOfRange(image.floats(), i * size, (i + 1) * size);
        results.add(run(graph.withBatch(1), lanes, true, 1, Tensor.of(shape.with(0, 1), one)));
      }
      float[] all = new float[results.stream().mapToInt(r -> r.length).sum()];
      for (int i = 0; i < n; i++) {
        System.arraycopy(results.get(i), 0, all, i * results.get(i).length, results.get(i).length);
      }
      return all;
    }
  }
}
