package whyc.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.compile.QuantizedOnnx;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.graph.Verifier;
import whyc.pass.IntegersAsFloats;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Quantized;
import whyc.pass.quantize.Width;
import whyc.tensor.Tensor;

/** Graphs of every kind, in integers and in floats that hold them: {@code -Dseed=...} for one. */
class QuantizedRandomGraphsTest {
  static LongStream seeds() {
    long given = Long.getLong("seed", -1);
    return given < 0 ? LongStream.range(0, 60) : LongStream.of(given);
  }

  private static Quantized quantized(RandomGraph drawn) {
    Observation o = Observation.of(drawn.graph());
    Map<String, Tensor> observed = Interpreter.run(o.graph(), drawn.inputs());
    long seed = drawn.seed();
    Quantize.Options options = Quantize.Options.of(seed % 3 == 0 ? Width.INT16 : Width.INT8);
    Quantize.Turned[] turned = Quantize.Turned.values();
    Quantize.Options signed = options.with(turned[(int) (seed % turned.length)]);
    Quantize.Options chosen = seed % 2 == 0 ? signed.withUnsigned() : signed;
    return new Quantize(o.statistics(observed), chosen).quantized(drawn.graph());
  }

  /** Where nothing is real, whose functions a runtime may round otherwise. */
  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void filesGiveTheIntegersBits(long seed) {
    RandomGraph drawn = RandomGraph.of(seed);
    Quantized q = quantized(drawn);
    Assumptions.assumeTrue(q.real().isEmpty(), "some lines are real");
    Map<String, Tensor> expected = Interpreter.run(q.graph(), drawn.inputs());
    try (OrtEngine ort = OrtEngine.create(new OrtEngine.Options(1, true));
        Program p = program(ort, QuantizedOnnx.of(q, false))) {
      assertThat(p.run(drawn.inputs(), expected.keySet())).isEqualTo(expected);
    }
  }

  /** Images that are cropped by windows, or seen only as padding, are beyond some files. */
  private static Program program(OrtEngine ort, QuantizedOnnx onnx) {
    try {
      return ort.program(onnx.proto());
    } catch (IllegalArgumentException e) {
      boolean isOfWindows = e.getMessage().contains("pads") || e.getMessage().contains("pool");
      Assumptions.assumeFalse(isOfWindows, e.getMessage());
      throw e;
    }
  }

  @ParameterizedTest(name = "-Dseed={0}")
  @MethodSource("seeds")
  void floatsGiveTheIntegersBits(long seed) {
    RandomGraph drawn = RandomGraph.of(seed);
    Graph g = Verifier.verify(quantized(drawn).graph());
    Graph floats = Verifier.verify(new IntegersAsFloats().apply(g));
    assertThat(Interpreter.run(floats, drawn.inputs()))
        .isEqualTo(Interpreter.run(g, drawn.inputs()));
  }
}
