package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class FoldConstantsTest {
  /** Larger than what a builder computes by itself. */
  private static final int LARGE = 5000;

  private static void assertFolded(Graph g) {
    boolean[] varies = g.dependingOnInputs();
    for (int i = 0; i < varies.length; i++) {
      assertThat(varies[i] || g.nodes().get(i).op() instanceof Constant)
          .as(g.nodes().get(i).toString())
          .isTrue();
    }
  }

  @Test
  void aStoredWeightBecomesTheNumbersThatItStandsFor() {
    Builder b = new Builder();
    Value x = Twins.input(b, "x", LARGE);
    TensorType bytes = TensorType.of(ElementType.INT8, LARGE);
    Value stored = b.constant(Tensor.filled(bytes, -3));
    Value weight = b.scale(b.cast(stored, ElementType.FLOAT32), 0.5);
    Graph g = Twins.finish(b, b.mul(x, weight), weight, b.square(weight), x);
    Graph folded = new FoldConstants().apply(g);
    assertFolded(folded);
    assertThat(Twins.lines(folded)).containsExactly("Mul");
    // The stored bytes are gone; weight, square, input and product are left.
    assertThat(folded.nodes()).hasSize(4);
    Tensor ones = Tensor.filled(TensorType.of(ElementType.FLOAT32, LARGE), 1);
    Map<String, Tensor> found = Interpreter.run(folded, Map.of("x", ones));
    assertThat(found.get("y0").at(LARGE - 1)).isEqualTo(-1.5);
    assertThat(found.get("y2").at(0)).isEqualTo(2.25);
    Twins.assertSame(g, folded, new SplittableRandom(1), 0);
  }

  @Test
  void anInputThatNothingReadsStays() {
    Builder b = new Builder();
    Value unread = b.emit(new Input("unread", TensorType.of(ElementType.FLOAT32, 3)));
    Value dead = b.relu(unread);
    Value y = b.constant(Tensor.of(Shape.of(1), 1f));
    Graph folded = new FoldConstants().apply(Twins.finish(b, y));
    assertThat(b.size()).isEqualTo(dead.index() + 2);
    assertThat(folded.inputs()).hasSize(1);
    assertThat(folded.nodes()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cifar10/resnet20_cifar10.onnx",
        "mlperf_tiny/ic_resnet8_int8_qdq.onnx",
        "mlperf_tiny/kws_dscnn.onnx"
      })
  void everyBitOfATrainedNetworkAndItsSaliencyStays(String file) {
    Graph g = Twins.explained(Twins.model(file));
    Graph folded = new FoldConstants().apply(g);
    assertFolded(folded);
    Twins.assertSame(g, folded, new SplittableRandom(7), 0);
  }
}
