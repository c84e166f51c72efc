package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.engine.jvm.code.Lanes;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.Product;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Lines whose product of two bytes is a property of theirs, in the engine: bit for bit. */
class IntegerLinesTest {
  private static Tensor bytes(ElementType element, Shape shape, long seed) {
    byte[] values = new byte[shape.size()];
    new Random(seed).nextBytes(values);
    return Tensor.ofBytes(element, shape, values);
  }

  /** A multiplier that drops the two lowest bits of both operands. */
  private static Product truncated() {
    return Product.table("truncated", (a, b) -> (a & ~3) * (b & ~3));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void convolutionAndMatrixProduct(int batch) {
    for (Product product : List.of(Product.exact(), truncated())) {
      Builder b = new Builder();
      Value x =
          b.emit(
              new Input("x", new TensorType(ElementType.UINT8, Shape.of(batch, 5, 7, 6))),
              List.of());
      Value w = b.constant(bytes(ElementType.UINT8, Shape.of(9, 5, 3, 3), 1));
      Value sums =
          b.emit(new IntegerConv(Window.of(3, 3, 1).padded(1, 1, 1, 1), 1, 0, product), x, w);
      Value flat = b.reshape(x, 0, -1);
      Value m = b.constant(bytes(ElementType.UINT8, Shape.of(210, 11), 2));
      Value product2 = b.emit(new IntegerMatMul(product), flat, m);
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("conv", sums);
      outputs.put("matmul", product2);
      Graph g = b.finish(outputs);
      Map<String, Tensor> feed = Map.of("x", bytes(ElementType.UINT8, Shape.of(batch, 5, 7, 6), 3));
      SequencedMap<String, Tensor> expected = Interpreter.run(g, feed);
      PlanRun run = PlanRun.of(g, Lanes.preferred(), feed);
      assertThat(run.output("conv")).isEqualTo(expected.get("conv"));
      assertThat(run.output("matmul")).isEqualTo(expected.get("matmul"));
    }
  }
}
