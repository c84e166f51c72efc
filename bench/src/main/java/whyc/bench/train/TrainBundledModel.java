package whyc.bench.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Trains the network that ships with whyc. Arguments: the folder of the sheets, the folder for the
 * results, the number of epochs.
 *
 * <p>A training that was stopped goes on from its last epoch. Only when all epochs are done are the
 * test pictures looked at, once; the weights kept are the moving average after the last epoch.
 */
final class TrainBundledModel {
  /** Test pictures whose scores are written down, to compare other implementations with. */
  private static final int REFERENCE_PICTURES = 100;

  private TrainBundledModel() {}

  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      throw new IllegalArgumentException(
          "TrainBundledModel wants: sheets results epochs, got %d arguments"
              .formatted(args.length));
    }
    train(Path.of(args[0]), Path.of(args[1]), Recipe.standard(Integer.parseInt(args[2])));
  }

  private static void train(Path sheets, Path results, Recipe recipe) throws IOException {
    ResidualNetwork network = ResidualNetwork.of(List.of(16, 32, 64), 1);
    CifarSheets cifar = CifarSheets.read(sheets);
    ImageSet all = cifar.training();
    ImageSet training = all.slice(recipe.validationCount(), all.count());
    ImageSet validation = all.slice(0, recipe.validationCount());
    Files.createDirectories(results);
    Path file = results.resolve("checkpoint.bin");
    try (TorchNetwork torch = new TorchNetwork(network)) {
      Trainer trainer = new Trainer(network, torch, recipe);
      Checkpoint at = Files.exists(file) ? Checkpoint.read(file, network) : trainer.start();
      while (at.epoch() < recipe.epochs()) {
        long start = System.nanoTime();
        Trainer.Epoch epoch = trainer.epoch(at, training);
        at = epoch.checkpoint();
        double seconds = (System.nanoTime() - start) / 1e9;
        at.write(file);
        log(
            results,
            String.format(
                Locale.ROOT,
                "epoch %d  seconds %.1f  rate %.5f  loss %.4f  validation %.2f %%  raw %.2f %%",
                at.epoch(),
                seconds,
                recipe.rate(at.epoch()),
                epoch.loss(),
                Accuracy.of(torch, at.average(), validation).percent(),
                Accuracy.of(torch, at.weights(), validation).percent()));
      }
      Accuracy test = Accuracy.of(torch, at.average(), cifar.test());
      log(
          results,
          String.format(
              Locale.ROOT, "test %d of %d: %.2f %%", test.correct(), test.count(), test.percent()));
      WeightsFile.write(results, network, at.average());
      Files.write(
          results.resolve("model.onnx"),
          OnnxExport.of(network, at.average(), facts(recipe, test)).toByteArray());
      float[] logits = torch.logits(at.average(), cifar.test().normalized(0, REFERENCE_PICTURES));
      NumpyFile.write(
          results.resolve("logits-first-%d.npy".formatted(REFERENCE_PICTURES)),
          logits,
          REFERENCE_PICTURES,
          ImageSet.CLASSES);
    }
  }

  /** What the ONNX file says of itself. */
  private static Map<String, String> facts(Recipe recipe, Accuracy test) {
    return Map.of(
        "whyc.training.data",
        "CIFAR-10 (Krizhevsky 2009)",
        "whyc.training.epochs",
        String.valueOf(recipe.epochs()),
        "whyc.training.test_accuracy",
        String.format(Locale.ROOT, "%.2f %%", test.percent()));
  }

  private static void log(Path results, String line) throws IOException {
    System.out.println(line);
    Files.writeString(
        results.resolve("training.log"),
        line + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }
}
