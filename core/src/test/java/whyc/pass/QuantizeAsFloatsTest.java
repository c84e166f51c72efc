package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.QuantizeLinear;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class QuantizeAsFloatsTest {
  private static final int LENGTH = 1023;

  private static Graph quantised(ElementType integers, int zero, float scale) {
    Builder b = new Builder();
    Value x = Twins.input(b, "x", LENGTH);
    Value q =
        b.emit(
            new QuantizeLinear(),
            x,
            b.constant(Tensor.of(Shape.of(1), scale)),
            b.constant(Tensor.scalar(integers, zero)));
    return Twins.finish(b, b.cast(q, ElementType.FLOAT32));
  }

  @ParameterizedTest(name = "{0} zero={1} scale={2}")
  @CsvSource({"INT8, -3, 0.037", "INT8, 0, 0.5", "UINT8, 128, 0.02", "INT16, 7, 0.0003"})
  void theNumbersAreTheSameBits(ElementType integers, int zero, float scale) {
    Graph g = quantised(integers, zero, scale);
    Graph floats = new QuantizeAsFloats().apply(g);
    assertThat(Twins.lines(floats)).containsExactly("Div", "Round", "Add", "Clip");
    double[] x = new SplittableRandom(1).doubles(LENGTH, -8, 8).toArray();
    // Ties, and numbers beyond the range.
    for (int i = 0; i < 100; i++) {
      x[i] = (i - 50.5) * scale;
      x[100 + i] = (i - 50) * 1000.0;
    }
    Tensor numbers = Tensor.of(TensorType.of(ElementType.FLOAT32, LENGTH), x);
    assertThat(Interpreter.run(floats, Map.of("x", numbers)))
        .isEqualTo(Interpreter.run(g, Map.of("x", numbers)));
  }

  @Test
  void integersThatASingleCannotHoldStay() {
    Graph g = quantised(ElementType.INT32, 0, 0.5f);
    assertThat(new QuantizeAsFloats().apply(g).nodes()).isEqualTo(g.nodes());
  }
}
