package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.onnx.OnnxWriter;
import whyc.op.*;
import whyc.pass.LowerForOnnx;
import whyc.pass.Pass;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Every primitive, written as ONNX, gives in ONNX Runtime what its own evaluation gives. */
class OperatorOrtTest {
  private static final OrtEngine RUNTIME = OrtEngine.create(new OrtEngine.Options(1, true));
  private static final Pass LOWERED = new whyc.pass.Expand().then(new LowerForOnnx());
  private static final int SEEDS = 6;

  static Stream<Arguments> cases() {
    return OperatorSamples.names().stream()
        .flatMap(name -> IntStream.range(0, SEEDS).mapToObj(seed -> Arguments.of(name, seed)));
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("cases")
  void agrees(String name, long seed) {
    OperatorSamples.Case drawn = OperatorSamples.draw(name, seed);
    Graph graph = drawn.graph();
    Tensor expected = Interpreter.run(graph, drawn.inputs()).firstEntry().getValue();
    try (Program p = RUNTIME.program(OnnxWriter.write(LOWERED.apply(graph), false))) {
      Tensor found = p.run(drawn.inputs(), Set.of("y")).firstEntry().getValue();
      assertThat(found.type()).isEqualTo(expected.type());
      for (int i = 0; i < found.size(); i++) {
        // Sums of up to a few hundred numbers below 1, and functions good to a few units.
        double bound = 2e-5 * (1 + Math.abs(expected.at(i)));
        assertThat(found.at(i)).as("element %s", i).isCloseTo(expected.at(i), Offset.offset(bound));
      }
    }
  }

  @Test
  void noPrimitiveIsLeftOut() {
    Set<String> missing = new TreeSet<>();
    collect(Primitive.class, missing);
    missing.removeAll(OperatorSamples.names());
    assertThat(missing).containsExactly("Constant", "Input", "MaxPoolRoute", "MaxPoolSwitches");
  }

  @Test
  void switchesAreForNoFile() {
    Builder b = new Builder();
    Window window = Window.of(2, 2, 2);
    Value x = b.emit(new Input("x", TensorType.of(ElementType.FLOAT32, 2, 3, 4, 4)), List.of());
    Value dy = b.emit(new Input("dy", TensorType.of(ElementType.FLOAT32, 2, 3, 2, 2)), List.of());
    Value given = b.emit(new Input("s", TensorType.of(ElementType.UINT8, 2, 3, 2, 2)), List.of());
    Value switches = b.emit(new MaxPoolSwitches(window), x);
    Value route = b.emit(new MaxPoolRoute(window, 4, 4), given, dy);
    for (Value v : List.of(switches, route)) {
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("y", v);
      Graph graph = LOWERED.apply(b.finish(outputs));
      assertThatThrownBy(() -> OnnxWriter.write(graph, false))
          .hasMessageContaining("is no ONNX operator; the pass StoreDecisions is not for files");
    }
  }

  /** Of equal numbers the first wins, in a file as by switches. */
  @Test
  void aRouteAlongSwitchesIsWrittenWithoutThem() {
    Builder b = new Builder();
    Window window = Window.of(3, 3, 2).padded(1, 1, 1, 1);
    Tensor image = Tensor.filled(TensorType.of(ElementType.FLOAT32, 1, 2, 5, 5), 0.25);
    Value x = b.emit(new Input("x", image.type()), List.of());
    Value dy = b.emit(new Input("dy", TensorType.of(ElementType.FLOAT32, 1, 2, 3, 3)), List.of());
    Value switches = b.emit(new MaxPoolSwitches(window), x);
    Value route = b.emit(new MaxPoolRoute(window, 5, 5), switches, dy);
    Graph graph = b.finish(new LinkedHashMap<>(Map.of("y", route)));
    float[] cotangent = new float[18];
    for (int i = 0; i < cotangent.length; i++) {
      cotangent[i] = i + 1;
    }
    Map<String, Tensor> inputs =
        Map.of("x", image, "dy", Tensor.of(Shape.of(1, 2, 3, 3), cotangent));
    try (OrtEngine ort = OrtEngine.create(new OrtEngine.Options(1, true));
        Program p = ort.program(OnnxWriter.write(LOWERED.apply(graph), false))) {
      assertThat(p.run(inputs, Set.of("y"))).isEqualTo(Interpreter.run(graph, inputs));
    }
  }

  private static void collect(Class<?> type, Set<String> names) {
    List<Class<?>> below = new ArrayList<>();
    if (type.isSealed()) {
      below.addAll(List.of(type.getPermittedSubclasses()));
    }
    if (below.isEmpty()) {
      names.add(type.getSimpleName());
    }
    below.forEach(t -> collect(t, names));
  }
}
