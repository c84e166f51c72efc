package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.engine.Program;
import whyc.engine.jvm.code.Lanes;
import whyc.engine.ort.OrtEngine;
import whyc.explain.Asked;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.onnx.OnnxWriter;
import whyc.pass.LowerForOnnx;
import whyc.tensor.ElementType;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Attention, normalisation and GELU, forwards and backwards. */
class VisionTransformerTest {
  /** 17 tokens of 40 numbers: no extent is a multiple of a vector. */
  private static final VisionTransformer SMALL = new VisionTransformer(20, 5, 40, 2, 2, 11);

  private static Graph explained() {
    Graph model = SMALL.graph(1);
    Saliency saliency = new Saliency();
    Question question = Question.top("image", "logits");
    return Asked.all(model, List.of(new Asked("saliency", saliency, question)), Optional.empty());
  }

  private static Tensor images(int batch) {
    TensorType type = TensorType.of(ElementType.FLOAT32, batch, 3, 20, 20);
    return Tensor.of(type, new SplittableRandom(5).doubles(type.shape().size(), -1, 1).toArray());
  }

  @ParameterizedTest
  @EnumSource(Lanes.class)
  void saliencyIsThatOfTheInterpreter(Lanes lanes) {
    Graph g = Lowering.of(explained().withBatch(2));
    PlanRun run = PlanRun.expectAsInterpreted(g, lanes, Map.of("image", images(2)), 1e-4);
    assertThat(run.plan.listing()).contains("softmax").contains("matmul").contains("reduce");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void saliencyIsThatOfOnnxRuntime(int batch) {
    Graph g = explained().withBatch(batch);
    Map<String, Tensor> inputs = Map.of("image", images(batch));
    PlanRun run = PlanRun.of(Lowering.of(g), Lanes.preferred(), inputs);
    OrtEngine engine = OrtEngine.create(new OrtEngine.Options(1, false));
    try (Program p = engine.program(OnnxWriter.write(new LowerForOnnx().apply(g), false))) {
      p.run(inputs, g.outputs().keySet())
          .forEach((name, expected) -> {
            Tensor found = run.output(name);
            for (int i = 0; i < expected.size(); i++) {
              double bound = 1e-4 * (1 + Math.abs(expected.at(i)));
              assertThat(found.at(i))
                  .as("%s[%s]", name, i)
                  .isCloseTo(expected.at(i), Offset.offset(bound));
            }
          });
    }
  }
}
