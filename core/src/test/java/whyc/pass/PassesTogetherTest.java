package whyc.pass;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import whyc.explain.Asked;
import whyc.explain.Question;
import whyc.explain.Saliency;
import whyc.graph.Graph;
import whyc.onnx.Model;

/** The passes of an engine of our own, one after the other, on trained networks. */
class PassesTogetherTest {
  /** Roundings of double precision through all layers of a network and back. */
  private static final double DOUBLE = 1e-11;

  private static final Pass ALL =
      new FoldBatchNorm()
          .then(new ConvTransposeToConv())
          .then(new FoldConstants())
          .then(new StoreDecisions())
          .then(new RemoveDead());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cifar10/resnet20_cifar10.onnx",
        "imagenet/mobilenet_v2_1.0_224.onnx",
        "imagenet/squeezenet1_1.onnx",
        "mlperf_tiny/kws_dscnn.onnx",
        "mlperf_tiny/vww_mobilenet_v1_025_96.onnx",
        "mnist/mnist_cntk.onnx"
      })
  void scoresAndSaliencyAreTheSame(String file) {
    Graph g = new ToDouble().apply(Twins.explained(Twins.model(file)));
    Graph after = ALL.apply(g);
    assertThat(Twins.lines(after)).doesNotContain("MaxPoolGradient");
    Twins.assertSame(g, after, new SplittableRandom(11), DOUBLE);
  }

  /** One program for every batch is passed once and typed afterwards. */
  @Test
  void noPassFixesTheBatch() {
    Model m = Twins.model("cifar10/resnet20_cifar10.onnx");
    Asked saliency = new Asked("saliency", new Saliency(), Question.top(m.input(), "logits"));
    Graph g = new ToDouble().apply(Asked.all(m.graph(), List.of(saliency)));
    Graph two = ALL.apply(g).withBatch(2);
    Twins.assertSame(g.withBatch(2), two, new SplittableRandom(12), DOUBLE);
  }
}
