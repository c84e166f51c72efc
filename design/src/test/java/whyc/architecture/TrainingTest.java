package whyc.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import whyc.graph.Interpreter;
import whyc.onnx.Model;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** What is trained is what is exported. */
final class TrainingTest {
  @BeforeAll
  static void needsTorch() {
    assumeTrue(
        Torch.obstacle().isEmpty(),
        () -> "skipped: " + Torch.obstacle().orElse("") + "; mvn -Ptraining fetches it");
  }

  private static Architecture of(Family family) {
    return family == Family.RESIDUAL ? Shapes.residual() : Shapes.mobile();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aNetworkGivesTheSameScoresWhereItIsTrainedAndAsAGraph(Family family) {
    Architecture a = of(family);
    Weights weights = Shapes.lived(a, 7);
    Pictures pictures =
        Shapes.bars(Model.TYPED_BATCH, a.resolution(), a.channels(), a.classes(), 3);
    Normalisation by = Normalisation.of(pictures);
    float[] trained;
    try (TorchNetwork torch = new TorchNetwork(a)) {
      Batches batches = new Batches(pictures, by, Recipe.of(1, 2, false, 1));
      trained = torch.logits(weights, batches.plain(0, pictures.size()));
    }
    float[] images = new float[pictures.pixels().length];
    for (int i = 0; i < pictures.size(); i++) {
      float[] one = pictures.prepared(by).images().get(i);
      System.arraycopy(one, 0, images, i * one.length, one.length);
    }
    Tensor x =
        Tensor.of(
            Shape.of(Model.TYPED_BATCH, a.channels(), a.resolution(), a.resolution()), images);
    float[] exported =
        Interpreter.run(Export.graph(a, weights), Map.of(Architecture.INPUT, x))
            .firstEntry()
            .getValue()
            .floats();
    assertThat(exported).hasSameSizeAs(trained);
    for (int i = 0; i < trained.length; i++) {
      assertThat(exported[i]).isCloseTo(trained[i], org.assertj.core.data.Offset.offset(1e-4f));
    }
  }

  @Test
  void aShortTrainingLearnsWhatIsEasy() {
    Architecture a = Shapes.residual();
    Pictures pictures = Shapes.bars(160, a.resolution(), a.channels(), a.classes(), 5);
    Normalisation by = Normalisation.of(pictures);
    try (TorchNetwork torch = new TorchNetwork(a)) {
      Trainer trainer = new Trainer(torch, Recipe.of(40, 32, false, 1), pictures, by);
      Checkpoint start = Checkpoint.start(Weights.initial(a, new Random(1)));
      Checkpoint end = trainer.train(start, 40, () -> false);
      assertThat(trainer.accuracy(end.average(), pictures)).isGreaterThan(0.9);
    }
  }

  @Test
  void aTrainingThatGoesOnFromItsMiddleEndsWhereAnUndisturbedOneDoes() {
    Architecture a = Shapes.mobile();
    Pictures pictures = Shapes.bars(60, a.resolution(), a.channels(), a.classes(), 5);
    try (TorchNetwork torch = new TorchNetwork(a)) {
      Trainer trainer =
          new Trainer(torch, Recipe.of(8, 16, true, 3), pictures, Normalisation.of(pictures));
      Checkpoint start = Checkpoint.start(Weights.initial(a, new Random(1)));
      Checkpoint whole = trainer.train(start, 8, () -> false);
      Checkpoint half = trainer.train(trainer.train(start, 3, () -> false), 8, () -> false);
      IntStream.range(0, whole.weights().tensors().size())
          .forEach(t -> assertThat(half.average().get(t)).containsExactly(whole.average().get(t)));
    }
  }
}
