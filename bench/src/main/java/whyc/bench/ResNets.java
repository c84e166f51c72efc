package whyc.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import whyc.graph.Builder;
import whyc.graph.Graph;
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
 * ResNet-18 and ResNet-34 (He et al. 2016, table 1) with random weights, batch normalisation
 * folded: networks for measuring time, for which weights need not be trained. Weights have the
 * variance {@code 2 / fan-in} (He et al. 2015, eq. 10), which keeps activations in range through
 * all layers.
 */
final class ResNets {
  private static final int[] CHANNELS = {64, 128, 256, 512};
  private static final int CLASSES = 1000;

  private final Builder b = new Builder();
  private final SplittableRandom random = new SplittableRandom(1);

  private ResNets() {}

  /**
   * A network as a graph with the input {@code input} [n,3,224,224] and the output {@code logits}.
   *
   * @param layers 18 or 34
   */
  static Graph of(int layers) {
    int[] blocks =
        Map.of(18, new int[] {2, 2, 2, 2}, 34, new int[] {3, 4, 6, 3})
            .getOrDefault(layers, new int[0]);
    if (blocks.length == 0) {
      throw new IllegalArgumentException("a residual network wants 18 or 34 layers, got " + layers);
    }
    return new ResNets().build(blocks);
  }

  /**
   * ResNet-18 as it is trained on CIFAR-10, with a quarter of the channels: {@code input}
   * [1,3,32,32], no pooling before the first stage, convolutions with names.
   */
  static Graph thin() {
    ResNets r = new ResNets();
    Value x =
        r.b.emit(new Input("input", TensorType.of(ElementType.FLOAT32, 1, 3, 32, 32)), List.of());
    x = r.b.relu(r.conv(x, CHANNELS[0] / 4, 3, 1));
    for (int stage = 0; stage < CHANNELS.length; stage++) {
      for (int block = 0; block < 2; block++) {
        x = r.block(x, CHANNELS[stage] / 4, stage > 0 && block == 0 ? 2 : 1);
        r.b.name(x, "stage" + (stage + 1) + "." + block);
      }
    }
    Value features = r.b.reshape(r.b.mean(x, 2, 3), 0, -1);
    Value weight = r.weight(Shape.of(CHANNELS[3] / 4, 10), CHANNELS[3] / 4);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("logits", r.b.add(r.b.matMul(features, weight), r.bias(Shape.of(10))));
    return r.b.finish(outputs);
  }

  private Graph build(int[] blocks) {
    TensorType image = TensorType.of(ElementType.FLOAT32, 3, 3, 224, 224);
    Value x = b.emit(new Input("input", image), List.of());
    x = b.relu(conv(x, 64, 7, 2));
    x = b.emit(new MaxPool(Window.of(3, 3, 2).padded(1, 1, 1, 1)), x);
    for (int stage = 0; stage < blocks.length; stage++) {
      for (int block = 0; block < blocks[stage]; block++) {
        x = block(x, CHANNELS[stage], stage > 0 && block == 0 ? 2 : 1);
      }
    }
    Value features = b.reshape(b.mean(x, 2, 3), 0, -1);
    Value weight = weight(Shape.of(512, CLASSES), 512);
    Value logits = b.add(b.matMul(features, weight), bias(Shape.of(CLASSES)));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("logits", logits);
    return b.finish(outputs);
  }

  private Value block(Value x, int channels, int stride) {
    Value shortcut = stride == 1 ? x : conv(x, channels, 1, stride);
    Value y = b.relu(conv(x, channels, 3, stride));
    return b.relu(b.add(conv(y, channels, 3, 1), shortcut));
  }

  private Value conv(Value x, int channels, int kernel, int stride) {
    int inputs = b.shape(x).dim(1);
    int pad = kernel / 2;
    Window window = Window.of(kernel, kernel, stride).padded(pad, pad, pad, pad);
    Value w = weight(Shape.of(channels, inputs, kernel, kernel), inputs * kernel * kernel);
    return b.add(b.emit(new Conv(window, 1), x, w), bias(Shape.of(channels, 1, 1)));
  }

  private Value weight(Shape shape, int fanIn) {
    return normal(shape, Math.sqrt(2.0 / fanIn));
  }

  private Value bias(Shape shape) {
    return normal(shape, 0.01);
  }

  private Value normal(Shape shape, double deviation) {
    float[] values = new float[shape.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian(0, deviation);
    }
    return b.constant(Tensor.of(shape, values));
  }
}
