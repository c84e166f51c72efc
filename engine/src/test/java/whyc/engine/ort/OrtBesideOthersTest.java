package whyc.engine.ort;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.Test;
import whyc.engine.OwnJvm;
import whyc.engine.Program;
import whyc.graph.Builder;
import whyc.onnx.OnnxWriter;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** An application that has used ONNX Runtime by itself before. */
class OrtBesideOthersTest {
  @Test
  void anEnvironmentThatSomebodyElseMadeServesAsWell() throws Exception {
    assertThat(OwnJvm.output(OrtBesideOthersTest.class)).isEqualTo("[2.0, 4.0]");
  }

  /** Doubles two numbers. */
  public static void main(String[] args) {
    OrtEnvironment.getEnvironment();
    TensorType two = TensorType.of(ElementType.FLOAT32, 2);
    Builder b = new Builder();
    Value x = b.emit(new Input("x", two));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>(Map.of("y", b.add(x, x)));
    try (OrtEngine ort = OrtEngine.create(new OrtEngine.Options(2, true));
        Program p = ort.program(OnnxWriter.write(b.finish(outputs), false))) {
      Map<String, Tensor> fed = Map.of("x", Tensor.of(two.shape(), 1f, 2f));
      System.out.println(Arrays.toString(p.run(fed, Set.of("y")).get("y").doubles()));
    }
  }
}
