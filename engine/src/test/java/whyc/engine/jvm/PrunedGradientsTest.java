package whyc.engine.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import whyc.engine.Engine;
import whyc.engine.Program;
import whyc.engine.ort.OrtEngine;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.heatmap.Pruning.Score;
import whyc.measure.CosineSimilarity;
import whyc.onnx.Model;
import whyc.op.Conv;
import whyc.op.Where;
import whyc.pass.PruneGradients;
import whyc.pass.PruneGradients.Threshold;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Gradients that lose their small numbers on the way, by a threshold that is given at run time. */
class PrunedGradientsTest {
  private static final String MAP = "saliency";
  private static final String THRESHOLD = "threshold";

  private static Graph pruned(Graph exact, Score score) {
    return new PruneGradients(score, new Threshold.Given(THRESHOLD)).apply(exact);
  }

  /** Convolutions that read what pruning left. */
  private static Stream<Node> readers(Graph g) {
    return g.nodes().stream()
        .filter(n -> n.op() instanceof Conv)
        .filter(n -> g.node(n.operands().getFirst()).op() instanceof Where);
  }

  /** 19 and 27 rectifiers, each before a convolution. */
  @ParameterizedTest
  @CsvSource({"cifar10/resnet20_cifar10,19", "mlperf_tiny/vww_mobilenet_v1_025_96,27"})
  void convolutionsOfPrunedGradientsAreExpectedToMeetZeros(String name, int rectifiers) {
    Graph lowered =
        Lowering.of(pruned(TestModels.explained(TestModels.read(name), MAP), Score.POINT));
    assertThat(readers(lowered).count()).isBetween(rectifiers / 2L, (long) rectifiers);
    assertThat(readers(lowered)).allMatch(n -> ZeroRich.is(lowered, n.operands().getFirst()));
  }

  /** To single precision; a number at the threshold may go in one engine and stay in the other. */
  @ParameterizedTest
  @CsvSource({"NUMBER,0.01", "NUMBER,0.1", "POINT,0.05", "POINT,0.2"})
  void bothEnginesDropTheSame(Score score, float threshold) {
    Model m = TestModels.read("cifar10/resnet20_cifar10");
    Graph g = pruned(TestModels.explained(m, MAP), score);
    try (Engine jvm = JvmEngine.create(JvmEngine.Options.of(1));
        Engine ort = OrtEngine.create(new OrtEngine.Options(1, false))) {
      Tensor own = map(jvm, m, g, threshold);
      assertThat(new CosineSimilarity().of(own, map(ort, m, g, threshold))).isGreaterThan(0.999);
      assertThat(new CosineSimilarity().of(own, map(jvm, m, g, 0))).isLessThan(0.9999);
    }
  }

  private static Tensor map(Engine engine, Model m, Graph g, float threshold) {
    try (Program program = engine.compile(m, g)) {
      return program
          .run(
              Map.of(
                  m.input(),
                  TestModels.noise(m, 2, 7),
                  THRESHOLD,
                  Tensor.of(Shape.of(2, 1, 1, 1), threshold, threshold)),
              Set.of(MAP))
          .firstEntry()
          .getValue();
    }
  }
}
