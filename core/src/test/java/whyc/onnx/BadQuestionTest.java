package whyc.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.explain.ClassChoice;
import whyc.explain.Explanation;
import whyc.explain.GradCam;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Questions that a model has no answer to, and models whose answer is nothing. */
final class BadQuestionTest {
  private static final Graph MODEL = Protos.read(Protos.classifier()).graph();

  private static Question question(String input, String output, int index) {
    return new Question(input, output, new ClassChoice.Index(index), Question.Score.LOGIT);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aClassOutOfRangeIsRefused(int index) {
    assertThatThrownBy(() -> new Saliency().explain(MODEL, question("image", "y", index)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a class wants to be 0 to 2, got " + index);
  }

  @Test
  void anUnknownInputOrOutputIsRefused() {
    assertThatThrownBy(() -> new Saliency().explain(MODEL, question("picture", "y", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an input wants to be one of [image], got picture");
    assertThatThrownBy(() -> new Saliency().explain(MODEL, question("image", "z", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an output wants to be one of [y], got z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "scores", "flat", "image", "w1"})
  void aLayerWithoutSpatialExtentIsRefused(String layer) {
    assertThatThrownBy(() -> new GradCam(layer).explain(MODEL, question("image", "y", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a layer wants channels and spatial extent")
        .hasMessageContaining("got \"" + layer + "\"; nearest");
  }

  @Test
  void anOutputThatIsNoRowOfScoresIsRefused() {
    ModelProto.Builder m = Protos.classifier().toBuilder();
    m.getGraphBuilder().addOutput(Protos.output("relu1"));
    Graph model = Protos.read(m).graph();
    assertThatThrownBy(() -> new Saliency().explain(model, question("image", "relu1", 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("an output wants class scores [n,classes], got float32[");
  }

  private static double[] saliency(GraphProto.Builder changed, double pixel) {
    Model model = Protos.read(Protos.classifier().toBuilder().setGraph(changed));
    Graph explained = new Saliency().explain(model.graph(), question("image", "y", 1)).withBatch(1);
    double[] pixels = new double[128];
    Arrays.fill(pixels, pixel);
    Tensor image = Tensor.of(model.inputType(), pixels);
    return Interpreter.run(explained, Map.of("image", image))
        .get(Explanation.ATTRIBUTION)
        .doubles();
  }

  /** The softmax is 1 to the last bit and its derivative 0; the score before it still has one. */
  @Test
  void aSaturatedSoftmaxLosesNothing() {
    GraphProto.Builder g = Protos.classifier().getGraph().toBuilder();
    float[] steep = new float[48];
    for (int i = 0; i < steep.length; i++) {
      steep[i] = (i % 3 == 0 ? 1e4f : -1e4f) * (1 + i);
    }
    g.setInitializer(7, TensorData.write("w3", Tensor.of(Shape.of(16, 3), steep)));
    double[] attribution = saliency(g, 1);
    assertThat(Arrays.stream(attribution).map(Math::abs).max().orElseThrow())
        .isPositive()
        .isFinite();
  }

  @Test
  void aDeadModelIsAttributedNothing() {
    GraphProto.Builder g = Protos.classifier().getGraph().toBuilder();
    g.setInitializer(7, TensorData.write("w3", Tensor.of(Shape.of(16, 3), new float[48])));
    assertThat(saliency(g, 1)).containsOnly(0.0);
  }
}
