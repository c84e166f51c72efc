package whyc.assign;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.onnx.OnnxModel;
import whyc.onnx.OnnxWriter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Tiny networks. */
final class Nets {
  private final SplittableRandom random;
  private final Builder b = new Builder();

  private Nets(long seed) {
    this.random = new SplittableRandom(seed);
  }

  private static Model model(Builder b, String name, Value scores, boolean dynamicBatch) {
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put(name, scores);
    Graph graph = b.finish(outputs);
    byte[] bytes = OnnxWriter.write(graph, dynamicBatch).toByteArray();
    return Model.read(OnnxModel.parse("tiny", bytes), Optional.empty());
  }

  /** {@code relu(x A) B} with x: [n,2], A: [2,2], B: [2,2]; layers "a" and "b". */
  static Subject twoProducts(float[] a, float[] b) {
    Nets n = new Nets(0);
    Value x = n.b.emit(new Input("x", new TensorType(ElementType.FLOAT32, Shape.of(3, 2))));
    Value h = n.b.matMul(x, n.b.constant(Tensor.of(Shape.of(2, 2), a)));
    n.b.name(h, "a");
    Value y = n.b.matMul(n.b.relu(h), n.b.constant(Tensor.of(Shape.of(2, 2), b)));
    n.b.name(y, "b");
    return Subject.of(model(n.b, "b", y, true));
  }

  /** {@code x A} with x: [n,2]; the one layer "a". */
  static Subject oneProduct(float[] a) {
    Nets n = new Nets(0);
    Value x = n.b.emit(new Input("x", new TensorType(ElementType.FLOAT32, Shape.of(3, 2))));
    Value h = n.b.matMul(x, n.b.constant(Tensor.of(Shape.of(2, 2), a)));
    n.b.name(h, "a");
    return Subject.of(model(n.b, "a", h, true));
  }

  /** What stands between the layers of {@link #residual}. */
  enum Activation {
    RELU,
    TANH
  }

  /**
   * A residual block between a first and a last layer, on images [n,2,5,4]: layers "first", "left",
   * "right", "dead" and "last". What "dead" computes is multiplied by 0 before it is added.
   *
   * @param batch that is fixed in the file; 0 leaves it open
   */
  static Subject residual(long seed, Activation activation, int batch) {
    Nets n = new Nets(seed);
    Shape image = Shape.of(batch == 0 ? 3 : batch, 2, 5, 4);
    Value x = n.b.emit(new Input("image", new TensorType(ElementType.FLOAT32, image)));
    Value first = n.activate(activation, n.conv("first", x, 3));
    Value left = n.conv("right", n.activate(activation, n.conv("left", first, 4)), 3);
    Value dead = n.b.scale(n.activate(activation, n.conv("dead", first, 3)), 0);
    Value joined = n.activate(activation, n.b.add(n.b.add(left, first), dead));
    Value flat = n.b.reshape(joined, -1, 3 * 5 * 4);
    Value scores = n.b.matMul(flat, n.random(Shape.of(3 * 5 * 4, 3)));
    Value biased = n.b.add(scores, n.random(Shape.of(3)));
    n.b.name(biased, "last");
    return Subject.of(model(n.b, "last", biased, batch == 0));
  }

  /**
   * A layer "same" and a block that halves the size in its second layer: "first", "same", then
   * "reduce" and "strided" beside "shortcut", and "last". Images are [n,2,6,4].
   */
  static Subject halving() {
    Nets n = new Nets(1);
    Value x =
        n.b.emit(new Input("image", new TensorType(ElementType.FLOAT32, Shape.of(3, 2, 6, 4))));
    Value same = n.b.relu(n.conv("same", n.b.relu(n.conv("first", x, 3)), 3));
    Window single = Window.of(1, 1, 1);
    Value reduced = n.b.relu(n.conv("reduce", same, 2, single));
    Value strided = n.conv("strided", reduced, 3, Window.of(3, 3, 2).padded(1, 1, 1, 1));
    Value shortcut = n.conv("shortcut", same, 3, Window.of(1, 1, 2));
    Value joined = n.b.relu(n.b.add(strided, shortcut));
    Value flat = n.b.reshape(joined, -1, 3 * 3 * 2);
    Value scores = n.b.matMul(flat, n.random(Shape.of(3 * 3 * 2, 3)));
    n.b.name(scores, "last");
    return Subject.of(model(n.b, "last", scores, true));
  }

  private Value activate(Activation a, Value x) {
    return switch (a) {
      case RELU -> b.relu(x);
      case TANH -> b.tanh(x);
    };
  }

  /** Three by three, same size, with a bias. */
  private Value conv(String name, Value x, int channels) {
    return conv(name, x, channels, Window.of(3, 3, 1).padded(1, 1, 1, 1));
  }

  private Value conv(String name, Value x, int channels, Window window) {
    Value w = random(Shape.of(channels, b.shape(x).dim(1), window.height(), window.width()));
    Value biased = b.add(b.emit(new Conv(window, 1), x, w), random(Shape.of(1, channels, 1, 1)));
    b.name(biased, name);
    return biased;
  }

  private Value random(Shape shape) {
    return b.constant(Tensor.of(shape, floats(random, shape.size(), 0.4)));
  }

  static float[] floats(SplittableRandom random, int count, double deviation) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian(0, deviation);
    }
    return values;
  }

  /** Images for {@link #residual}, asked about classes 0, 1, 2, 0 ... */
  static List<Example> examples(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed + 1000);
    return IntStream.range(0, count)
        .mapToObj(i -> new Example(Tensor.of(Shape.of(1, 2, 5, 4), floats(random, 40, 1)), i % 3))
        .toList();
  }
}
