package whyc.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Conv;
import whyc.op.Emit;
import whyc.op.Input;
import whyc.op.Relu;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The net of the worked example, in double precision: a 4 x 4 image with the values 0 to 15, one 3
 * x 3 convolution of ones to two channels with the biases -50 and -75, ReLU, a dense layer to four
 * equal scores with the weights 1 1 1 1 1 -1 -1 -1, ReLU.
 */
final class TinyNet {
  static final Question QUESTION =
      new Question("image", "scores", new ClassChoice.Index(0), Question.Score.LOGIT);

  private TinyNet() {}

  static Graph graph() {
    return graph(-50, -75);
  }

  static Graph graph(double firstBias, double secondBias) {
    Builder b = new Builder();
    Value image =
        b.emit(
            new Input("image", TensorType.of(ElementType.FLOAT64, 3, 1, 4, 4)), List.of(), "image");
    Value weight = b.constant(Tensor.filled(TensorType.of(ElementType.FLOAT64, 2, 1, 3, 3), 1));
    Value bias = b.values(Shape.of(1, 2, 1, 1), new double[] {firstBias, secondBias}, image);
    Value products = b.emit(new Conv(Window.of(3, 3, 1), 1), image, weight);
    Value conv = b.add(products, bias);
    b.name(conv, "conv");
    Value relu = b.emit(new Relu(), List.of(conv), "relu");
    double[] row = {1, 1, 1, 1, 1, -1, -1, -1};
    double[] dense = IntStream.range(0, 32).mapToDouble(i -> row[i / 4]).toArray();
    Value scores = b.matMul(b.reshape(relu, 0, 8), b.values(Shape.of(8, 4), dense, image));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("scores", b.relu(scores));
    return b.finish(outputs);
  }

  static Tensor image() {
    return Tensor.of(Shape.of(1, 1, 4, 4), IntStream.range(0, 16).asDoubleStream().toArray());
  }

  /** Three different images. */
  static Tensor images() {
    return Tensor.of(
        Shape.of(3, 1, 4, 4),
        IntStream.range(0, 48)
            .mapToDouble(i -> i < 16 ? i : i < 32 ? 31 - i + 3 : (i * 7) % 17)
            .toArray());
  }

  static double[] attribution(Explanation e) {
    return attribution(graph(), e, image());
  }

  static double[] attribution(Graph net, Explanation e, Tensor image) {
    Graph explained = e.explain(net, QUESTION).withBatch(image.shape().dim(0));
    return run(explained, image, Explanation.ATTRIBUTION);
  }

  static double[] run(Graph graph, Tensor image, String output) {
    return Interpreter.run(graph, Map.of("image", image)).get(output).doubles();
  }

  interface Lines {
    Value write(Emit g, Value x);
  }

  /** What some lines make of given values [1,1,h,w]. */
  static double[] of(int height, int width, double[] values, Lines lines) {
    Builder b = new Builder();
    Tensor x = Tensor.of(Shape.of(1, 1, height, width), values);
    Value in = b.emit(new Input("x", x.type()), List.of());
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", lines.write(b, in));
    return Interpreter.run(b.finish(outputs), Map.of("x", x)).get("y").doubles();
  }
}
