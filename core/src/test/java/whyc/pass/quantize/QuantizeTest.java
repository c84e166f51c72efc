package whyc.pass.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.explain.Asked;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Node;
import whyc.graph.Verifier;
import whyc.op.Conv;
import whyc.op.Gate;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.MaxPool;
import whyc.op.Primitive;
import whyc.op.Requantize;
import whyc.op.Sigmoid;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.IntegersAsFloats;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class QuantizeTest {
  private static final Window SAME = Window.of(3, 3, 1).padded(1, 1, 1, 1);

  /** Numbers of about a given size. */
  private static Tensor draw(SplittableRandom random, double deviation, int... dims) {
    float[] x = new float[Shape.of(dims).size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian(0, deviation);
    }
    return Tensor.of(Shape.of(dims), x);
  }

  /** Two blocks with a residual, a pooling, a mean and a dense layer, on images of 12 x 12. */
  private static Graph network(SplittableRandom random) {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 3, 3, 12, 12)));
    Value y = b.relu(conv(b, random, x, 8, SAME));
    y = b.emit(new MaxPool(Window.of(3, 3, 2).padded(1, 1, 1, 1)), y);
    Value z = conv(b, random, b.relu(conv(b, random, y, 8, SAME)), 8, SAME);
    y = b.relu(b.add(y, z));
    y = b.relu(conv(b, random, y, 12, SAME.withStrides(2, 2)));
    Value features = b.reshape(b.mean(y, 2, 3), 0, -1);
    Value logits = b.matMul(features, b.constant(draw(random, 0.4, 12, 5)));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("logits", b.add(logits, b.constant(draw(random, 0.2, 5))));
    return b.finish(outputs);
  }

  private static Value conv(Builder b, SplittableRandom random, Value x, int outputs, Window w) {
    int inputs = b.shape(x).dim(1);
    Value weight = b.constant(draw(random, Math.sqrt(2.0 / (9 * inputs)), outputs, inputs, 3, 3));
    return b.add(b.emit(new Conv(w, 1), x, weight), b.constant(draw(random, 0.1, outputs, 1, 1)));
  }

  private static Graph explained(Graph model) {
    Question q = Question.top("x", "logits");
    return Asked.all(model, List.of(new Asked("map", new Saliency(), q)));
  }

  private static Map<String, Tensor> images(SplittableRandom random, int count) {
    return Map.of("x", draw(random, 1, count, 3, 12, 12));
  }

  private static Statistics statistics(Graph g, Map<String, Tensor> images) {
    Observation o = Observation.of(g);
    int count = images.get("x").shape().dim(0);
    return o.statistics(Interpreter.run(o.graph().withBatch(count), images));
  }

  /**
   * x = 1, 0.5, -1, in codes of 1/64: 64, 32, -64. The weight 0.75 wants the scale 0.75/127 at
   * least; from 1/64 to 1/64 that is a factor of 774.05 * 2^-17, so m = 775, the scale is
   * 775/131072, and the code round(0.75 * 131072/775) = 127. The bias 0.25 is round(0.25 * 64 *
   * 131072/775) = 2706. Sums: 64 * 127 + 2706 = 10834, 6770, -5422; times 775/131072: 64.06, 40.03,
   * -32.06, in codes 64, 40, -32: 1, 0.625, -0.5, which are the real numbers.
   */
  @Test
  void aConvolutionByHand() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 3, 1, 1, 3)));
    Value w = b.constant(Tensor.of(Shape.of(1, 1, 1, 1), 0.75f));
    Value products = b.emit(new Conv(Window.of(1, 1, 1), 1), x, w);
    Value y = b.add(products, b.constant(Tensor.of(Shape.of(1), 0.25f)));
    // Read twice, so that it is no result, which would have 16 bits.
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of("y", y));
    outputs.put("sum", b.add(y, x));
    Graph g = b.finish(outputs);
    Map<String, Tensor> image = Map.of("x", Tensor.of(Shape.of(1, 1, 1, 3), 1, 0.5f, -1));
    Quantize.Options options = Quantize.Options.of(Width.INT8).with(Calibration.minMax());
    Quantized q = new Quantize(statistics(g, image), options).quantized(g);
    Node requantize =
        q.graph().nodes().stream()
            .filter(n -> n.op() instanceof Requantize)
            .findFirst()
            .orElseThrow();
    assertThat(requantize.op()).isEqualTo(new Requantize(ElementType.INT8, 17));
    Node multiplier = q.graph().node(requantize.operands().get(1));
    assertThat(((whyc.op.Constant) multiplier.op()).value().at(0)).isEqualTo(775);
    assertThat(Interpreter.run(q.graph().withBatch(1), image).get("y").floats())
        .containsExactly(1, 0.625f, -0.5f);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {1, 2, 3})
  void aNetworkIsItselfUpToRounding(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Graph g = network(random);
    Map<String, Tensor> images = images(random, 8);
    Statistics s = statistics(g, images);
    Tensor expected = Interpreter.run(g.withBatch(8), images).get("logits");
    for (Width width : Width.values()) {
      Quantized q = new Quantize(s, Quantize.Options.of(width)).quantized(g);
      Verifier.verify(q.graph());
      assertThat(q.real()).isEmpty();
      Tensor found = Interpreter.run(q.graph().withBatch(8), images).get("logits");
      assertThat(distance(found, expected))
          .as(width.name())
          .isLessThan(width == Width.INT8 ? 0.06 : 4e-4);
    }
  }

  private static double distance(Tensor found, Tensor expected) {
    double square = 0;
    double length = 0;
    for (int i = 0; i < found.size(); i++) {
      square += Math.pow(found.at(i) - expected.at(i), 2);
      length += Math.pow(expected.at(i), 2);
    }
    return Math.sqrt(square / length);
  }

  /** Nothing but input and outputs is real, and products are of codes. */
  @ParameterizedTest
  @EnumSource(Width.class)
  void anExplainedNetworkIsAllIntegers(Width gradients) {
    SplittableRandom random = new SplittableRandom(4);
    Graph g = explained(network(random));
    Map<String, Tensor> images = images(random, 4);
    Quantize.Options options =
        Quantize.Options.of(Width.INT8).withGradients(gradients, List.of("logits"));
    Quantized q = new Quantize(statistics(g, images), options).quantized(g);
    assertThat(q.real()).isEmpty();
    assertThat(q.graph().nodes().stream().map(n -> n.op().name()))
        .doesNotContain("Conv", "ConvTranspose", "MatMul", "SumPool", "ReduceMean")
        .contains("IntegerConv", "IntegerConvTranspose", "MaxPoolSwitches", "MaxPoolRoute", "Gate");
    List<String> real =
        q.graph().nodes().stream()
            .filter(n -> n.type().element() == ElementType.FLOAT32 && !n.operands().isEmpty())
            .map(n -> n.op().name())
            .distinct()
            .toList();
    assertThat(real).containsExactlyInAnyOrder("Cast", "Mul");
  }

  /** What a gate of the integers closes is zero, and the floats' zeros are where they were. */
  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {5, 6})
  void zeroStaysZero(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Graph g = explained(network(random));
    Map<String, Tensor> images = images(random, 4);
    Quantize.Options options =
        Quantize.Options.of(Width.INT16).withGradients(Width.INT16, List.of("logits"));
    Graph q = new Quantize(statistics(g, images), options).quantized(g).graph().withBatch(4);
    SequencedMap<String, Value> gates = new LinkedHashMap<>();
    for (int i = 0; i < q.nodes().size(); i++) {
      if (q.nodes().get(i).op() instanceof Gate) {
        gates.put("condition" + i, q.nodes().get(i).operands().getFirst());
        gates.put("gate" + i, new Value(i));
      }
    }
    Map<String, Tensor> found = Interpreter.run(q.withOutputs(gates), images);
    List<String> closed = gates.keySet().stream().filter(n -> n.startsWith("cond")).toList();
    assertThat(closed).hasSizeGreaterThanOrEqualTo(4);
    for (String name : closed) {
      Tensor condition = found.get(name);
      Tensor gate = found.get(name.replace("condition", "gate"));
      for (int i = 0; i < gate.size(); i++) {
        assertThat(condition.at(i) == 0 && gate.at(i) != 0).as("%s at %d", name, i).isFalse();
      }
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @ValueSource(longs = {7, 8, 9})
  void floatsGiveTheSameBits(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Graph g = explained(network(random));
    Map<String, Tensor> images = images(random, 3);
    Statistics s = statistics(g, images);
    for (Width activations : Width.values()) {
      for (Width gradients : Width.values()) {
        Quantize.Options options =
            Quantize.Options.of(activations).withGradients(gradients, List.of("logits"));
        Graph q =
            new Quantize(s, seed == 8 ? options.withUnsigned() : options).apply(g).withBatch(3);
        Graph floats = Verifier.verify(new IntegersAsFloats().apply(q));
        assertThat(floats.nodes()).noneMatch(n -> n.op().name().startsWith("Integer"));
        assertThat(Interpreter.run(floats, images)).isEqualTo(Interpreter.run(q, images));
      }
    }
  }

  /** Each weight of 8 bits stands once, and the map stays what it was. */
  @Test
  void backwardPassesCanShareTheWeights() {
    SplittableRandom random = new SplittableRandom(16);
    Graph g = explained(network(random));
    Map<String, Tensor> images = images(random, 4);
    Statistics s = statistics(g, images);
    Quantize.Options own =
        Quantize.Options.of(Width.INT8).withGradients(Width.INT16, List.of("logits"));
    Graph apart = new Quantize(s, own).apply(g);
    Graph shared = Verifier.verify(new Quantize(s, own.with(Quantize.Turned.SHARED)).apply(g));
    assertThat(weights(apart)).isEqualTo(weights(shared) + 8 * 8 * 9 * 2 + 12 * 8 * 9 + 8 * 3 * 9);
    Tensor expected = Interpreter.run(apart.withBatch(4), images).get("map");
    Map<String, Tensor> found = Interpreter.run(shared.withBatch(4), images);
    assertThat(distance(found.get("map"), expected)).isLessThan(0.03);
    Graph floats = new IntegersAsFloats().apply(shared.withBatch(4));
    assertThat(Interpreter.run(floats, images)).isEqualTo(found);
  }

  /** With 16 bits a scale for each output gains nothing, and one for all needs fewer lines. */
  @Test
  void oneScaleOfAWeightServesBothWays() {
    SplittableRandom random = new SplittableRandom(17);
    Graph g = explained(network(random));
    Map<String, Tensor> images = images(random, 4);
    Quantize.Options own = Quantize.Options.of(Width.INT16);
    Graph shared = quantized(g, images, own.with(Quantize.Turned.SHARED));
    Graph one = Verifier.verify(quantized(g, images, own.with(Quantize.Turned.ONE_SCALE)));
    assertThat(requantisations(one)).isLessThan(requantisations(shared));
    Tensor expected = Interpreter.run(g.withBatch(4), images).get("map");
    assertThat(distance(Interpreter.run(one.withBatch(4), images).get("map"), expected))
        .isLessThan(0.01);
  }

  private static Graph quantized(Graph g, Map<String, Tensor> images, Quantize.Options options) {
    return new Quantize(statistics(g, images), options).apply(g);
  }

  private static long requantisations(Graph g) {
    return g.nodes().stream().filter(n -> n.op() instanceof Requantize).count();
  }

  private static int weights(Graph g) {
    return g.nodes().stream()
        .filter(n -> n.op() instanceof whyc.op.Constant && n.type().shape().rank() == 4)
        .filter(n -> n.type().element() == ElementType.INT8)
        .mapToInt(n -> n.type().shape().size())
        .sum();
  }

  /** An operator without a form in integers stands between numbers and codes, and is named. */
  @Test
  void whatHasNoFormStaysReal() {
    SplittableRandom random = new SplittableRandom(10);
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 3, 3, 12, 12)));
    Value y = b.emit(new Sigmoid(), List.of(conv(b, random, x, 4, SAME)), "gate");
    Value z = conv(b, random, y, 2, SAME);
    Graph g = b.finish(new LinkedHashMap<>(Map.of("z", z)));
    Map<String, Tensor> images = images(random, 2);
    Quantized q = new Quantize(statistics(g, images), Quantize.Options.of(Width.INT8)).quantized(g);
    assertThat(q.real())
        .containsExactly(new Quantized.Real("Sigmoid gate", "has no form in integers here"));
    assertThat(q.graph().nodes().stream().filter(n -> n.op() instanceof IntegerConv)).hasSize(2);
    Tensor found = Interpreter.run(q.graph().withBatch(2), images).get("z");
    assertThat(distance(found, Interpreter.run(g.withBatch(2), images).get("z"))).isLessThan(0.05);
  }

  @Test
  void statisticsDoNotDependOnTheOrder() {
    SplittableRandom random = new SplittableRandom(11);
    Graph g = network(random);
    Statistics a = statistics(g, images(random, 2));
    Statistics b = statistics(g, images(random, 3));
    Statistics c = statistics(g, images(random, 1));
    assertThat(a.plus(b).plus(c)).isEqualTo(c.plus(a.plus(b))).isEqualTo(b.plus(c).plus(a));
    assertThat(a.plus(b)).isNotEqualTo(a.plus(c));
  }

  @Test
  void statisticsOfAnotherGraphAreRefused() {
    Graph g = network(new SplittableRandom(12));
    Quantize quantize = new Quantize(Statistics.empty(), Quantize.Options.of(Width.INT8));
    assertThatThrownBy(() -> quantize.apply(g))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Quantize wants statistics of the same graph");
  }

  /** Every family's largest number is met by its codes, and the next scale would not hold it. */
  @Test
  void theSmallestPowerOfTwoThatSaturatesNothing() {
    for (double largest : new double[] {1e-3, 0.99, 1, 1.01, 63.7, 127.4, 127.6, 5e4}) {
      Histogram h = Histogram.of(Tensor.of(Shape.of(1), (float) -largest));
      int exponent = Calibration.minMax().exponent(h, 127);
      assertThat(Math.rint(largest / Math.scalb(1.0, exponent))).isBetween(63.0, 127.0);
    }
  }

  /** 10,000 numbers below 1 and one of 100: least squares keeps the many, min-max the one. */
  @Test
  void anOutlierIsGivenUp() {
    SplittableRandom random = new SplittableRandom(13);
    Histogram h =
        Histogram.of(draw(random, 0.3, 100, 100)).plus(Histogram.of(Tensor.of(Shape.of(1), 100f)));
    assertThat(Calibration.minMax().exponent(h, 127)).isEqualTo(0);
    assertThat(Calibration.percentile(0.999).exponent(h, 127)).isBetween(-7, -6);
    assertThat(Calibration.entropy().exponent(h, 127)).isBetween(-7, -4);
    assertThat(Calibration.squares().exponent(h, 127)).isLessThanOrEqualTo(0);
  }

  /** The rounding of a requantisation in floats and in integers, at ties and beyond 2^24. */
  @ParameterizedTest(name = "{0} -Dseed=14")
  @ValueSource(strings = {"INT8", "UINT8", "INT16"})
  void singlePrecisionRequantisesAlike(String element) {
    SplittableRandom random = new SplittableRandom(14);
    ElementType type = ElementType.valueOf(element);
    int most = Requantize.mostSingleShift(type);
    for (int i = 0; i < 200_000; i++) {
      Requantize r = new Requantize(type, random.nextInt(most + 1));
      long multiplier = random.nextLong(1, 1L << random.nextInt(1, 24));
      long x = random.nextInt() >> random.nextInt(32);
      if (i % 2 == 0) {
        // Near a tie: half a code more than a whole one.
        long code = random.nextLong((long) type.min() - 2, (long) type.max() + 2);
        x =
            Math.clamp(
                (2 * code + 1 << r.shift()) / (2 * multiplier),
                Integer.MIN_VALUE,
                Integer.MAX_VALUE);
      }
      float product = (float) x * (float) Math.scalb((double) multiplier, -r.shift());
      double single = Math.clamp(Math.rint(product), type.min(), type.max());
      assertThat((double) r.of(x, multiplier))
          .as("%d * %d, %s", x, multiplier, r)
          .isCloseTo(single, within(0.0));
    }
  }

  @Test
  void everyLineOfAQuantisedGraphIsPrimitive() {
    SplittableRandom random = new SplittableRandom(15);
    Graph g = explained(network(random));
    Graph q =
        new Quantize(statistics(g, images(random, 2)), Quantize.Options.of(Width.INT8)).apply(g);
    assertThat(q.nodes()).allMatch(n -> n.op() instanceof Primitive);
  }
}
