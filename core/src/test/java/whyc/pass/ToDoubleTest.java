package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Verifier;
import whyc.op.Cast;
import whyc.op.Input;
import whyc.op.OneHot;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

class ToDoubleTest {
  @Test
  void floatsBecomeDoublesAndIntegersStay() {
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 2)), List.of(), "x");
    Value index = b.emit(new Input("index", TensorType.of(ElementType.INT64, 2)));
    Value row = b.emit(new OneHot(2, ElementType.FLOAT32), index);
    Value half = b.emit(new Cast(ElementType.FLOAT32), b.emit(new Cast(ElementType.FLOAT16), x));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("third", b.div(b.add(x, half), b.scalar(6, x)));
    outputs.put("row", b.mul(row, x));
    outputs.put("whole", b.emit(new Cast(ElementType.INT64), x));
    Graph wide = Verifier.verify(new ToDouble().apply(b.finish(outputs)));
    Map<String, Tensor> found =
        Interpreter.run(
            wide,
            Map.of("x", Tensor.of(Shape.of(2), 1.0, 2.1), "index", Tensor.of(Shape.of(2), 1L, 0L)));
    // In single precision 1/3 would be off in the eighth digit, in half precision 2.1 in the
    // fourth.
    assertThat(found.get("third").doubles()).containsExactly(2.0 / 6, 4.2 / 6);
    assertThat(found.get("row").doubles()).containsExactly(0, 2.1, 1, 0);
    assertThat(found.get("whole")).isEqualTo(Tensor.of(Shape.of(2), 1L, 2L));
    assertThat(wide.labelled("x")).isPresent();
  }

  @Test
  void weightsAreWhatTheModelMakesOfThem() {
    // One third in single precision, doubled: not two thirds.
    Builder b = new Builder();
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 5000)));
    Value ones = b.constant(Tensor.filled(TensorType.of(ElementType.FLOAT32, 5000), 1));
    Value thirds = b.div(ones, b.scalar(3, ones));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", b.mul(x, thirds));
    Graph wide = new ToDouble().apply(b.finish(outputs));
    Tensor twos = Tensor.filled(TensorType.of(ElementType.FLOAT64, 5000), 2);
    double found = Interpreter.run(wide, Map.of("x", twos)).get("y").at(0);
    assertThat(found).isEqualTo(2.0 * (1f / 3f)).isNotEqualTo(2.0 / 3.0);
  }
}
