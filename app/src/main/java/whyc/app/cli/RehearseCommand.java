package whyc.app.cli;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import whyc.graph.Builder;
import whyc.onnx.OnnxWriter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * {@code whyc rehearse}: explains a picture of noise with a network of noise. The launcher's run
 * that shows the ahead-of-time cache which classes and methods a start needs.
 */
@Command(name = "rehearse", hidden = true, description = "Rehearses a start.")
final class RehearseCommand implements Callable<Integer> {
  private static final int SIDE = 224;
  private static final int CHANNELS = 16;
  private static final int CLASSES = 1000;
  private static final int TIMES = 4;

  private final Random random = new Random(1);

  @Option(names = "-o", required = true, paramLabel = "DIR", description = "an empty folder")
  private Path folder = Path.of("");

  @Option(names = "--engine", paramLabel = "NAME", description = "who computes; default ort")
  private List<String> engines = List.of("ort");

  @Override
  public Integer call() throws IOException {
    Path model = folder.resolve("noise.onnx");
    Files.write(model, model());
    Path picture = folder.resolve("noise.jpg");
    ImageIO.write(picture(), "jpg", picture.toFile());
    for (int i = 0; i < TIMES; i++) {
      engines.forEach(e -> explain(model, picture, e));
    }
    return 0;
  }

  private void explain(Path model, Path picture, String engine) {
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Console console = new Console(nowhere, nowhere, false);
      String out = folder.resolve("out").toString();
      String[] arguments = {
        "explain",
        model.toString(),
        picture.toString(),
        "-o",
        out,
        "--overwrite",
        "-m",
        "gradcam,saliency",
        "--engine",
        engine
      };
      CommandLine line = new CommandLine(CommandLine.Model.CommandSpec.create());
      Commands.add(line, arguments, console);
      int status = line.execute(arguments);
      if (status != 0) {
        throw new IllegalStateException(
            "a rehearsal must end in 0, got %d of %s"
                .formatted(status, String.join(" ", arguments)));
      }
    }
  }

  private BufferedImage picture() {
    BufferedImage image = new BufferedImage(2 * SIDE, 2 * SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        image.setRGB(x, y, random.nextInt(1 << 24));
      }
    }
    return image;
  }

  private byte[] model() {
    Builder b = new Builder();
    Value image =
        b.emit(new Input("image", TensorType.of(ElementType.FLOAT32, 1, 3, SIDE, SIDE)), List.of());
    Value first = b.relu(conv(b, image, CHANNELS, 3, 4));
    Value halved = b.emit(new MaxPool(Window.of(2, 2, 2)), first);
    Value left = b.relu(conv(b, halved, CHANNELS, CHANNELS, 1));
    Value right = b.relu(conv(b, halved, CHANNELS, CHANNELS, 1));
    Value second = b.concat(1, List.of(left, b.add(left, right)));
    Value pooled = b.squeeze(b.mean(second, 2, 3), 2, 3);
    Value scores = b.matMul(pooled, noise(b, 2 * CHANNELS, CLASSES));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("scores", scores);
    return OnnxWriter.write(b.finish(outputs), true).toByteArray();
  }

  private Value conv(Builder b, Value x, int out, int in, int stride) {
    Window window = Window.of(3, 3, stride).padded(1, 1, 1, 1);
    return b.emit(new Conv(window, 1), x, noise(b, out, in, 3, 3));
  }

  private Value noise(Builder b, int... extents) {
    Shape shape = Shape.of(extents);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian() / 8;
    }
    return b.constant(Tensor.of(shape, values));
  }
}
