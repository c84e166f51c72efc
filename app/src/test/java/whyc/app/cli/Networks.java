package whyc.app.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.onnx.OnnxWriter;
import whyc.op.Cast;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Sigmoid;
import whyc.op.Softmax;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Small untrained networks as files. */
final class Networks {
  static final int SIDE = 12;
  static final int CLASSES = 4;
  private static final int FEATURES = 6;

  private final Builder b = new Builder();
  private final Random random = new Random(7);

  private Networks() {}

  /** conv, relu, mean, linear: scores [n,4] of pictures [n,3,12,12]. */
  static Path plain(Path folder) throws IOException {
    return new Networks().write(folder.resolve("plain.onnx"), 3, CLASSES, "", 1);
  }

  /** The same, ending in a softmax. */
  static Path softmax(Path folder) throws IOException {
    return new Networks().write(folder.resolve("softmax.onnx"), 3, CLASSES, "softmax", 1);
  }

  /** One score, with a sigmoid, for two classes. */
  static Path binary(Path folder) throws IOException {
    return new Networks().write(folder.resolve("binary.onnx"), 3, 1, "sigmoid", 1);
  }

  /** Grey pictures. */
  static Path grey(Path folder) throws IOException {
    return new Networks().write(folder.resolve("grey.onnx"), 1, CLASSES, "", 1);
  }

  /** Two channels: no picture has that. */
  static Path twoChannels(Path folder) throws IOException {
    return new Networks().write(folder.resolve("two.onnx"), 2, CLASSES, "", 1);
  }

  /** Weights of which one is no number. */
  static Path notANumber(Path folder) throws IOException {
    return new Networks().write(folder.resolve("nan.onnx"), 3, CLASSES, "", Double.NaN);
  }

  /** Nothing passes the ReLU: every map is zero. */
  static Path dead(Path folder) throws IOException {
    return new Networks().write(folder.resolve("dead.onnx"), 3, CLASSES, "", 0);
  }

  /** A model with two outputs of scores, "first" and "second". */
  static Path twoOutputs(Path folder) throws IOException {
    Networks n = new Networks();
    Value pooled = n.features(3, 1);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("first", n.b.matMul(pooled, n.noise(FEATURES, 2)));
    outputs.put("second", n.b.matMul(pooled, n.noise(FEATURES, 3)));
    return n.write(folder.resolve("two-outputs.onnx"), outputs);
  }

  /** Scores by an output of a name, as a foreign model may have it. */
  static Path named(Path folder, String output) throws IOException {
    Networks n = new Networks();
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(output, n.b.matMul(n.features(3, 1), n.noise(FEATURES, CLASSES)));
    return n.write(folder.resolve("named.onnx"), outputs);
  }

  /** Eight convolutions that end in tanh, whose derivative wants all that they make. */
  static Path deep(Path folder) throws IOException {
    Networks n = new Networks();
    Value x = n.image(3);
    Window window = Window.of(3, 3, 1).padded(1, 1, 1, 1);
    for (int i = 0; i < 8; i++) {
      Value weight = n.noise(FEATURES, n.b.shape(x).dim(1), 3, 3);
      x = n.b.tanh(n.b.emit(new Conv(window, 1), x, weight));
    }
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(
        "scores", n.b.matMul(n.b.squeeze(n.b.mean(x, 2, 3), 2, 3), n.noise(FEATURES, CLASSES)));
    return n.write(folder.resolve("deep.onnx"), outputs);
  }

  /** Rounds its pictures to half precision. */
  static Path half(Path folder) throws IOException {
    Networks n = new Networks();
    Value rounded = n.b.emit(new Cast(ElementType.FLOAT16), n.image(3));
    Value x = n.b.emit(new Cast(ElementType.FLOAT32), rounded);
    Value conv = n.b.relu(n.b.emit(new Conv(Window.of(3, 3, 2), 1), x, n.noise(FEATURES, 3, 3, 3)));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(
        "scores", n.b.matMul(n.b.squeeze(n.b.mean(conv, 2, 3), 2, 3), n.noise(FEATURES, CLASSES)));
    return n.write(folder.resolve("half.onnx"), outputs);
  }

  private Value image(int channels) {
    return b.emit(
        new Input("image", TensorType.of(ElementType.FLOAT32, 1, channels, SIDE, SIDE)), List.of());
  }

  private Value features(int channels, double factor) {
    Value image = image(channels);
    Window window = Window.of(3, 3, 2).padded(1, 1, 1, 1);
    Value conv = b.emit(new Conv(window, 1), image, noise(FEATURES, channels, 3, 3));
    Value scaled = factor == 1 ? conv : b.mul(conv, b.scalar(factor, conv));
    return b.squeeze(b.mean(b.relu(scaled), 2, 3), 2, 3);
  }

  private Path write(Path file, int channels, int classes, String end, double factor)
      throws IOException {
    Value scores = b.matMul(features(channels, factor), noise(FEATURES, classes));
    Value output =
        switch (end) {
          case "softmax" -> b.emit(new Softmax(1), scores);
          case "sigmoid" -> b.emit(new Sigmoid(), scores);
          default -> scores;
        };
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("scores", output);
    return write(file, outputs);
  }

  private Path write(Path file, SequencedMap<String, Value> outputs) throws IOException {
    return Files.write(file, OnnxWriter.write(b.finish(outputs), true).toByteArray());
  }

  private Value noise(int... extents) {
    Shape shape = Shape.of(extents);
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return b.constant(Tensor.of(shape, values));
  }
}
