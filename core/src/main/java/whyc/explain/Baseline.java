package whyc.explain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import whyc.graph.Builder;
import whyc.graph.Interpreter;
import whyc.op.Emit;
import whyc.op.Input;
import whyc.op.Value;
import whyc.refusal.RefusedArgument;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * The image without information that a path starts from. All are meant in the space of the
 * preprocessed image, which is what the model is given.
 */
public sealed interface Baseline {

  /** Zero everywhere: every peer's default. */
  record Zero() implements Baseline {}

  /** Each channel's own mean over the image. */
  record Mean() implements Baseline {}

  /**
   * The image, blurred: a Gaussian with a standard deviation of a sixteenth of the longer side, cut
   * off at the edges and scaled to the sum 1 (Sturmfels, Lundberg, Lee 2020, whose 20 of 299 pixels
   * that is).
   */
  record Blur() implements Baseline {}

  /** One value everywhere. */
  record Constant(double value) implements Baseline {}

  /** A preprocessed image: [c,h,w], [1,c,h,w], or whatever else repeats to the image's shape. */
  record Given(Tensor image) implements Baseline {}

  /** {@code zero}, {@code mean}, {@code blur} or a number; absent if it is none of these. */
  static Optional<Baseline> parse(String text) {
    return switch (text) {
      case "zero" -> Optional.of(new Zero());
      case "mean" -> Optional.of(new Mean());
      case "blur" -> Optional.of(new Blur());
      default -> number(text).map(Constant::new);
    };
  }

  private static Optional<Double> number(String text) {
    try {
      return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** The baseline of an image, a value that broadcasts to it; absent for zero. */
  default Optional<Value> of(Emit g, Value image) {
    return switch (this) {
      case Zero z -> Optional.empty();
      case Mean m -> Optional.of(g.mean(image, ImageAxes.spatial(g, image)));
      case Blur b -> Optional.of(blurred(g, image));
      case Constant c -> Optional.of(g.scalar(c.value, image));
      case Given given -> Optional.of(given(g, given.image, image));
    };
  }

  /** The baselines of a batch of images, of their type. */
  default Tensor like(Tensor images) {
    Builder b = new Builder();
    Value image = b.emit(new Input("images", images.type()));
    Value start = of(b, image).orElseGet(() -> b.scalar(0, image));
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("baseline", b.add(b.scale(image, 0), start));
    return Interpreter.run(b.finish(outputs), Map.of("images", images)).firstEntry().getValue();
  }

  private static Value given(Emit g, Tensor baseline, Value image) {
    Shape sample = g.shape(image).with(0, 1);
    if (!baseline.shape().broadcastsTo(sample)) {
      throw new RefusedArgument(
          "a baseline wants the shape of the image, " + sample + ", got " + baseline.shape());
    }
    return g.constant(baseline.cast(g.type(image).element()));
  }

  private static Value blurred(Emit g, Value image) {
    Shape shape = g.shape(image);
    if (!ImageAxes.isImage(shape)) {
      throw new RefusedArgument("blurring wants an image [n,c,h,w], got " + shape);
    }
    int height = ImageAxes.height(shape);
    int width = ImageAxes.width(shape);
    double deviation = Math.max(height, width) / 16.0;
    Value first = ImageAxes.channelsFirst(g, image);
    Value rows = g.values(Shape.of(height, height), gaussian(height, deviation), image);
    Value columns = g.values(Shape.of(width, width), gaussian(width, deviation), image);
    Value blurred = g.matMul(g.matMul(rows, first), g.transposeMatrix(columns));
    return ImageAxes.isChannelsLast(shape) ? g.transpose(blurred, 0, 2, 3, 1) : blurred;
  }

  /** Row by row: the weights of all elements in each blurred one. */
  private static double[] gaussian(int extent, double deviation) {
    double[] matrix = new double[extent * extent];
    for (int i = 0; i < extent; i++) {
      for (int k = 0; k < extent; k++) {
        double t = (i - k) / deviation;
        matrix[i * extent + k] = StrictMath.exp(-t * t / 2);
      }
      double sum = Arrays.stream(matrix, i * extent, (i + 1) * extent).sum();
      for (int k = 0; k < extent; k++) {
        matrix[i * extent + k] /= sum;
      }
    }
    return matrix;
  }
}
