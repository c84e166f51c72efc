package whyc.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Input;
import whyc.op.MatMul;
import whyc.op.Primitive;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** What the core computes is what the operator means, and what it does cycle by cycle. */
final class ZeroFreeProductsTest {
  static LongStream seeds() {
    return Long.getLong("seed") == null
        ? LongStream.range(0, 200)
        : LongStream.of(Long.getLong("seed"));
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void productsWithoutZerosAreTheOperators(long seed) {
    Case c = Case.drawn(seed);
    double[] sums = ZeroFreeProducts.of(c.layer.loops(), c.layer.inputs(c.x), c.layer.weights(c.w));
    assertThat(c.layer.result(sums)).isEqualTo(c.expected().doubles());
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void everyCyclesProductsMakeTheSameSums(long seed) {
    Case c = Case.drawn(seed);
    Loops l = c.layer.loops();
    double[] x = c.layer.inputs(c.x);
    double[] w = c.layer.weights(c.w);
    double[] sums = new double[(int) l.outputs()];
    CycleByCycle core =
        new CycleByCycle(
            ZeroFreeCoreTest.core(4, 2, 8, 4, 16, 2, 4, true),
            (g, channel, row, column, u, v, i, j, outputs) -> {
              int from = (g * l.inputChannels() + channel);
              double value = x[(from * l.input().height() + row) * l.input().width() + column];
              int tap = from * l.window().area() + u * l.window().width() + v;
              for (int o = outputs.from(); o < outputs.to(); o++) {
                int to = (g * l.outputChannels() + o) * l.output().size();
                sums[to + i * l.output().width() + j] += value * w[tap * l.outputChannels() + o];
              }
            });
    int channels = l.groups() * l.inputChannels();
    Occupancy input = Occupancy.of(l.groups() * l.inputChannels(), l.input(), 4, x);
    PieceWork work =
        core.run(List.of(new CoreTiming.Job(l, Piece.all(l), input, 0, 0))).getFirst().work();
    assertThat(c.layer.result(sums)).isEqualTo(c.expected().doubles());
    assertThat(work.products()).isLessThanOrEqualTo(l.multiplyAdds());
  }

  /** A layer with small integers, many of them zero, for which sums are exact in any order. */
  private record Case(Graph graph, Layer layer, Tensor x, Tensor w) {
    static Case drawn(long seed) {
      RandomGenerator r = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
      int groups = r.nextInt(1, 3);
      int inputs = groups * r.nextInt(1, 4);
      int outputs = groups * r.nextInt(1, 9);
      int h = r.nextInt(3, 9);
      int v = r.nextInt(3, 9);
      int taps = r.nextInt(1, 4);
      int stride = r.nextInt(1, 3);
      int padding = r.nextInt(taps);
      Window window = Window.of(taps, taps, stride).padded(padding, padding, padding, padding);
      Shape image = Shape.of(1, inputs, h, v);
      return switch (r.nextInt(4)) {
        case 0 ->
            of(
                r,
                new Conv(window, groups),
                image,
                Shape.of(outputs, inputs / groups, taps, taps),
                true);
        case 1 ->
            of(
                r,
                new ConvTranspose(window, groups, 0, 0),
                image,
                Shape.of(inputs, outputs / groups, taps, taps),
                true);
        case 2 -> of(r, new MatMul(), Shape.of(h, inputs), Shape.of(inputs, outputs), true);
        default -> of(r, new MatMul(), Shape.of(inputs, h), Shape.of(outputs, inputs), false);
      };
    }

    private static Case of(RandomGenerator r, Primitive op, Shape in, Shape weight, boolean first) {
      Builder b = new Builder();
      Tensor w = tensor(r, weight, 1);
      Tensor x = tensor(r, in, r.nextDouble());
      Value input = b.emit(new Input("x", new TensorType(ElementType.FLOAT32, in)), List.of());
      Value constant = b.constant(w);
      Value y = first ? b.emit(op, input, constant) : b.emit(op, constant, input);
      Graph g = b.finish(new LinkedHashMap<>(Map.of("y", y)));
      return new Case(g, Layer.of(g, List.of("y")).getFirst(), x, w);
    }

    private static Tensor tensor(RandomGenerator r, Shape s, double density) {
      float[] values = new float[s.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = r.nextDouble() < density ? r.nextInt(-9, 10) : 0;
      }
      return Tensor.of(s, values);
    }

    Tensor expected() {
      return Interpreter.run(graph, Map.of("x", x)).get("y");
    }
  }
}
