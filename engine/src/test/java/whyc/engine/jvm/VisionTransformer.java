package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.onnx.Model;
import whyc.op.Conv;
import whyc.op.Gelu;
import whyc.op.Input;
import whyc.op.Softmax;
import whyc.op.Standardize;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.Expand;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * A vision transformer (Dosovitskiy et al. 2021, figure 1) with drawn weights: patches by a
 * convolution, a class token, positions, blocks of attention and of a perceptron, a linear head.
 *
 * @param image pixels of a side
 * @param width numbers of a token
 */
record VisionTransformer(int image, int patch, int width, int heads, int blocks, int classes) {

  /** From the input "image" [n,3,s,s] to the output "logits" [n,classes]. */
  Graph graph(long seed) {
    return new Expand().apply(new Writing(new SplittableRandom(seed)).write());
  }

  private final class Writing {
    private final Builder b = new Builder();
    private final RandomGenerator random;

    Writing(RandomGenerator random) {
      this.random = random;
    }

    private Value drawn(double scale, int... dims) {
      float[] values = new float[Shape.of(dims).size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (scale * random.nextGaussian());
      }
      return b.constant(Tensor.of(Shape.of(dims), values));
    }

    Graph write() {
      TensorType type = TensorType.of(ElementType.FLOAT32, Model.TYPED_BATCH, 3, image, image);
      Value x = b.emit(new Input("image", type), List.of());
      Value filter = drawn(1 / Math.sqrt(3.0 * patch * patch), width, 3, patch, patch);
      Value patches = b.emit(new Conv(Window.of(patch, patch, patch), 1), x, filter);
      int tokens = image / patch * (image / patch);
      Value t = b.transpose(b.reshape(patches, 0, 0, tokens), 0, 2, 1);
      Value token = b.expandAs(drawn(1, 1, 1, width), b.slice(t, 1, 0, 1, 1));
      t = b.add(b.concat(1, List.of(token, t)), drawn(0.3, 1, tokens + 1, width));
      for (int i = 0; i < blocks; i++) {
        t = b.add(t, attention(normal(t), tokens + 1));
        t = b.add(t, perceptron(normal(t)));
      }
      Value head = b.reshape(b.slice(normal(t), 1, 0, 1, 1), 0, -1);
      SequencedMap<String, Value> outputs = new LinkedHashMap<>();
      outputs.put("logits", linear(head, width, classes));
      return b.finish(outputs);
    }

    private Value normal(Value t) {
      Value y = b.emit(new Standardize(List.of(2), 1e-5), t);
      return b.add(b.mul(y, b.shift(drawn(0.1, width), 1)), drawn(0.1, width));
    }

    private Value linear(Value x, int from, int to) {
      return b.add(b.matMul(x, drawn(1 / Math.sqrt(from), from, to)), drawn(0.1, to));
    }

    private Value attention(Value t, int tokens) {
      List<Value> parts = new ArrayList<>();
      int size = width / heads;
      Value all = linear(t, width, 3 * width);
      for (int i = 0; i < 3; i++) {
        Value part = b.slice(all, 2, i * width, (i + 1) * width, 1);
        parts.add(b.transpose(b.reshape(part, 0, tokens, heads, size), 0, 2, 1, 3));
      }
      Value scores = b.matMul(parts.get(0), b.transpose(parts.get(1), 0, 1, 3, 2));
      Value weights = b.emit(new Softmax(3), b.scale(scores, 1 / Math.sqrt(size)));
      Value mixed = b.transpose(b.matMul(weights, parts.get(2)), 0, 2, 1, 3);
      return linear(b.reshape(mixed, 0, tokens, width), width, width);
    }

    private Value perceptron(Value t) {
      Value hidden = b.emit(new Gelu(false), linear(t, width, 4 * width));
      return linear(hidden, 4 * width, width);
    }
  }
}
