package whyc.explain;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Interpreter;
import whyc.op.Emit;
import whyc.op.Input;
import whyc.op.Resample;
import whyc.op.Sampling;
import whyc.op.Sampling.Coordinates;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * The ways in which a map is brought to the size of an image. Each is a fixed weighted sum along
 * rows and along columns, so it is written as two matrix products with the weights of {@link
 * Resample}:
 *
 * <pre>{@code y = R x C^T      x: [n,c,h,w]   R: [H,h]   C: [W,w]   y: [n,c,H,W]}</pre>
 *
 * No filter grows when an image shrinks: maps are enlarged.
 */
public enum Resizing {
  /** Linear, half-pixel centres, edges repeated: OpenCV, torch's {@code align_corners=False}. */
  LINEAR,
  /** Linear, corners aligned: scipy's zoom, torch's {@code align_corners=True}. */
  LINEAR_ALIGNED,
  /** Linear without any shift of centres: TensorFlow 1. */
  LINEAR_ASYMMETRIC,
  /** The element that contains the sample's upper left corner: torch's {@code nearest}. */
  NEAREST,
  /** Cubic with a = -3/4, half-pixel centres, edges repeated: torch, OpenCV. */
  CUBIC,
  /** Cubic with a = -1/2, half-pixel centres, nothing beyond the edges: TensorFlow, PIL. */
  CUBIC_KEYS;

  /** Resizes the last two axes of {@code x: [n,c,h,w]}. */
  public Value apply(Emit g, Value x, int height, int width) {
    int h = g.shape(x).dim(2);
    int w = g.shape(x).dim(3);
    Value rows = g.values(Shape.of(height, h), matrix(h, height), x);
    Value columns = g.values(Shape.of(width, w), matrix(w, width), x);
    return g.matMul(g.matMul(rows, x), g.transposeMatrix(columns));
  }

  /** A map [h,w], resized; itself where it has that size. */
  public Tensor apply(Tensor map, int height, int width) {
    Shape size = Shape.of(height, width);
    if (map.shape().equals(size)) {
      return map;
    }
    Tensor input = map.reshape(Shape.of(1, 1, map.shape().dim(0), map.shape().dim(1)));
    Builder b = new Builder();
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("resized", apply(b, b.emit(new Input("map", input.type())), height, width));
    return Interpreter.run(b.finish(outputs), Map.of("map", input))
        .firstEntry()
        .getValue()
        .reshape(size);
  }

  /** The weights of {@code in} elements in each of {@code out} samples, row by row. */
  double[] matrix(int in, int out) {
    return switch (this) {
      case LINEAR -> linear(Coordinates.HALF_PIXEL, in, out);
      case LINEAR_ALIGNED -> linear(Coordinates.ALIGN_CORNERS, in, out);
      case LINEAR_ASYMMETRIC -> linear(Coordinates.ASYMMETRIC, in, out);
      case NEAREST -> nearest(in, out);
      case CUBIC -> cubic(-0.75, Resample.Edge.REPEAT, in, out);
      case CUBIC_KEYS -> cubic(-0.5, Resample.Edge.EXCLUDE, in, out);
    };
  }

  private static double[] linear(Coordinates coordinates, int in, int out) {
    return Resample.linear(2, Sampling.of(coordinates, in, out)).matrix();
  }

  private static double[] cubic(double a, Resample.Edge edge, int in, int out) {
    Sampling sampling = Sampling.of(Coordinates.HALF_PIXEL, in, out);
    return new Resample(2, sampling, Resample.Kernel.CUBIC, a, false, edge).matrix();
  }

  private static double[] nearest(int in, int out) {
    double[] matrix = new double[out * in];
    IntStream.range(0, out).forEach(i -> matrix[i * in + (int) ((long) i * in / out)] = 1);
    return matrix;
  }
}
