package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.IntBinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Verifier;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.Product;
import whyc.op.Requantize;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.MaskOperands;
import whyc.pass.Pass;
import whyc.pass.SplitProducts;
import whyc.pass.TurnIntegerConvs;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Backward passes whose product is a circuit's, by every route: the bits of the definition. */
class TransposedProductsTest {
  private static Product signed(String name, IntBinaryOperator product) {
    return Product.table(name, (a, b) -> product.applyAsInt((byte) a, (byte) b));
  }

  /** One for each route, and one that makes something of zeros. */
  private static final List<Product> PRODUCTS =
      List.of(
          signed("masked", (a, b) -> (a & ~3) * (b & ~7)),
          signed("low rank", (a, b) -> a * b - ((a & 1) * (b & 3) + (a & 2) * (b & 1))),
          signed("any", (a, b) -> a * b & (a + b << 1 | -8)),
          signed("not zero at zero", (a, b) -> a * b + (a == 0 ? 5 : 0)));

  private record Drawn(long seed, int stride, int groups, Product product) {}

  static Stream<Drawn> drawn() {
    return PRODUCTS.stream()
        .flatMap(p ->
            Stream.of(
                new Drawn(1, 1, 1, p),
                new Drawn(2, 2, 1, p),
                new Drawn(3, 1, 2, p),
                new Drawn(4, 3, 4, p)));
  }

  private static Tensor bytes(SplittableRandom random, Shape shape) {
    byte[] values = new byte[shape.size()];
    random.nextBytes(values);
    return Tensor.ofBytes(ElementType.INT8, shape, values);
  }

  private static Graph graph(Drawn d, SplittableRandom random) {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", new TensorType(ElementType.INT8, Shape.of(2, 8, 5, 6))));
    Value w = b.constant(bytes(random, Shape.of(8, 12 / d.groups, 3, 3)));
    Window window = new Window(3, 3, d.stride, d.stride, 1, 0, 1, 2, 1, 1);
    int extra = d.stride - 1;
    Value sums = b.emit(new IntegerConvTranspose(window, d.groups, extra, extra, d.product), x, w);
    Tensor one = Tensor.filled(new TensorType(ElementType.INT32, Shape.of(1)), 1);
    Value codes = b.emit(new Requantize(ElementType.INT8, 9), sums, b.constant(one));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("sums", sums);
    outputs.put("codes", codes);
    return b.finish(outputs);
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("drawn")
  void everyRouteHasTheBitsOfTheDefinition(Drawn d) {
    SplittableRandom random = new SplittableRandom(d.seed);
    Graph g = graph(d, random);
    Map<String, Tensor> feed = Map.of("x", bytes(random, Shape.of(2, 8, 5, 6)));
    SequencedMap<String, Tensor> expected = Interpreter.run(g, feed);
    for (Pass p : List.of(new MaskOperands(), new SplitProducts(), new TurnIntegerConvs())) {
      assertThat(Interpreter.run(Verifier.verify(p.apply(g)), feed))
          .as("%s", p)
          .isEqualTo(expected);
    }
    PlanRun run = PlanRun.of(g, Lanes.preferred(), feed);
    expected.forEach((name, t) -> assertThat(run.output(name)).as(name).isEqualTo(t));
  }

  @Test
  void eachPassTakesItsOwnProducts() {
    for (Product p : PRODUCTS) {
      Graph g = graph(new Drawn(1, 2, 1, p), new SplittableRandom(1));
      assertThat(hasTable(new MaskOperands().apply(g))).isEqualTo(!p.toString().equals("masked"));
      assertThat(hasTable(new SplitProducts().apply(g)))
          .isEqualTo(!p.toString().equals("low rank"));
      boolean turned =
          new TurnIntegerConvs()
              .apply(g).nodes().stream().anyMatch(n -> n.op() instanceof IntegerConv);
      assertThat(turned).isEqualTo(!p.toString().startsWith("not zero"));
    }
  }

  /** Behind the sums of a table nothing is computed on integers any more. */
  @Test
  void sumsOfTablesAreFloatsAgain() {
    Graph g = graph(new Drawn(1, 2, 1, PRODUCTS.get(2)), new SplittableRandom(1));
    assertThat(Lowering.of(g).nodes()).noneMatch(n -> n.op() instanceof Requantize);
  }

  private static boolean hasTable(Graph g) {
    return g.nodes().stream()
        .anyMatch(
            n -> n.op() instanceof IntegerConvTranspose c && c.product() instanceof Product.Table);
  }
}
