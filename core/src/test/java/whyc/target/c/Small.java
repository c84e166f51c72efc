package whyc.target.c;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import whyc.explain.Asked;
import whyc.explain.Methods;
import whyc.explain.Profile;
import whyc.explain.Question;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Conv;
import whyc.op.Input;
import whyc.op.MaxPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.pass.quantize.Observation;
import whyc.pass.quantize.Quantize;
import whyc.pass.quantize.Width;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Untrained networks that are small enough to be read. */
final class Small {
  private static final Window SAME = Window.of(3, 3, 1).padded(1, 1, 1, 1);

  private final Builder b = new Builder();
  private final SplittableRandom random = new SplittableRandom(7);

  private Small() {}

  private Value noise(int... dims) {
    float[] x = new float[Shape.of(dims).size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = Math.round(random.nextGaussian(0, 16)) / 32f;
    }
    return b.constant(Tensor.of(Shape.of(dims), x));
  }

  private Value conv(Value x, int outputs, Window w, String label) {
    Value weight = noise(outputs, b.shape(x).dim(1), w.height(), w.width());
    Value y = b.relu(b.add(b.emit(new Conv(w, 1), x, weight), noise(outputs, 1, 1)));
    b.name(y, label);
    return y;
  }

  private Graph scores(Value features, int classes) {
    int channels = b.shape(features).dim(1);
    Value pooled = b.reshape(b.mean(features, 2, 3), 0, channels);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("scores", b.matMul(pooled, noise(channels, classes)));
    return b.finish(outputs);
  }

  /** Two convolutions, the second with strides, and a residual: [1,2,6,6] to 3 classes. */
  static Graph residual() {
    Small s = new Small();
    Value x = s.b.emit(new Input("image", TensorType.of(ElementType.FLOAT32, 1, 2, 6, 6)));
    Value y = s.conv(x, 5, SAME, "first");
    y = s.b.add(y, s.conv(y, 5, SAME, "second"));
    return s.scores(s.conv(y, 6, SAME.withStrides(2, 2), "third"), 3);
  }

  /** A convolution, and a max-pooling of 2 x 2. */
  static Graph pooled() {
    Small s = new Small();
    Value x = s.b.emit(new Input("image", TensorType.of(ElementType.FLOAT32, 1, 1, 8, 8)));
    Value y = s.b.emit(new MaxPool(Window.of(2, 2, 2)), s.conv(x, 4, SAME, "first"));
    return s.scores(s.conv(y, 4, SAME, "second"), 3);
  }

  static Graph explained(Graph g, String method) {
    Question q = Question.top("image", "scores");
    return Asked.all(
        g,
        List.of(
            new Asked(
                method, Methods.named(method).create(g, q, Methods.Options.of(Profile.WHYC)), q)));
  }

  /** A network with Grad-CAM in bytes. */
  static Graph quantised(Graph g) {
    Graph explained = explained(g, "gradcam");
    Observation o = Observation.of(explained);
    Map<String, Tensor> image = Map.of("image", image(g, 1));
    return new Quantize(
            o.statistics(Interpreter.run(o.graph(), image)),
            Quantize.Options.of(Width.INT8).withGradients(Width.INT16, List.of("scores")))
        .apply(explained);
  }

  static Tensor image(Graph g, int seed) {
    Shape shape = g.inputs().getFirst().type().shape();
    SplittableRandom random = new SplittableRandom(seed);
    float[] x = new float[shape.size()];
    for (int i = 0; i < x.length; i++) {
      x[i] = (float) random.nextGaussian();
    }
    return Tensor.of(shape, x);
  }
}
