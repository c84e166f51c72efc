package whyc.onnx;

import static whyc.onnx.Binding.single;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import whyc.op.Resample;
import whyc.op.Sampling;
import whyc.op.Sampling.Coordinates;
import whyc.op.Sampling.Nearest;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Resize and its older self, Upsample. */
final class ResizeBindings {
  private ResizeBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Resize", single(ResizeBindings::resize)),
          Map.entry("Upsample", single(ResizeBindings::upsample)));

  /** What one axis is resized by. */
  private record Target(int axis, int extent, double scale) {}

  /** Operator sets 7 to 9: places are {@code i / scale}, the nearest one is rounded down. */
  private static Value upsample(OnnxNode n) {
    List<Double> scales = n.has(1) ? reals(n, 1) : n.reals("scales");
    return simple(n, scaled(n, axes(n), scales), Nearest.FLOOR, Nearest.FLOOR);
  }

  /** The rule before operator set 11. */
  private static Value simple(OnnxNode n, List<Target> targets, Nearest up, Nearest down) {
    Value y = n.operand(0);
    String mode = n.text("mode", "nearest");
    for (Target t : targets) {
      Sampling s = sampling(n, y, t, Coordinates.ASYMMETRIC, 0, 1);
      y =
          switch (mode) {
            case "nearest" -> nearest(n, y, t.axis, s, t.scale < 1 ? down : up);
            case "linear", "bilinear" -> resample(n, y, Resample.linear(t.axis, s));
            default ->
                throw new IllegalArgumentException("wants a mode nearest or linear, got " + mode);
          };
    }
    return y;
  }

  private static Value resize(OnnxNode n) {
    if (n.opset() < 11) {
      return simple(n, scaled(n, axes(n), reals(n, 1)), Nearest.FLOOR, Nearest.CEIL);
    }
    Coordinates coordinates = coordinates(n.text("coordinate_transformation_mode", "half_pixel"));
    String mode = n.text("mode", "nearest");
    List<Integer> axes = axes(n);
    List<Double> roi = n.has(1) ? reals(n, 1) : List.of();
    if (coordinates == Coordinates.CROP && roi.size() != 2 * axes.size()) {
      throw new IllegalArgumentException(
          "wants a start and an end for each axis as roi, got " + roi);
    }
    Value y = n.operand(0);
    for (Target t : targets(n, axes)) {
      int i = axes.indexOf(t.axis);
      double start = coordinates == Coordinates.CROP ? roi.get(i) : 0;
      double end = coordinates == Coordinates.CROP ? roi.get(i + axes.size()) : 1;
      Sampling s = sampling(n, y, t, coordinates, start, end);
      if (mode.equals("nearest")) {
        y = nearest(n, y, t.axis, s, nearestMode(n));
      } else {
        Resample.Edge edge =
            n.integer("exclude_outside", 0) != 0
                ? Resample.Edge.EXCLUDE
                : coordinates == Coordinates.CROP ? Resample.Edge.ZERO : Resample.Edge.REPEAT;
        y =
            resample(
                n,
                y,
                new Resample(
                    t.axis,
                    s,
                    kernel(mode),
                    n.real("cubic_coeff_a", -0.75),
                    n.integer("antialias", 0) != 0,
                    edge));
      }
      y = coordinates == Coordinates.CROP ? extrapolated(n, y, t.axis, s) : y;
    }
    return y;
  }

  private static Sampling sampling(
      OnnxNode n, Value x, Target t, Coordinates coordinates, double start, double end) {
    int in = n.g.shape(x).dim(t.axis);
    boolean known = n.text("mode", "nearest").equals("nearest");
    Limits.made(known ? t.extent : (long) t.extent * in);
    return new Sampling(coordinates, in, t.extent, t.scale, start, end);
  }

  private static Coordinates coordinates(String mode) {
    return switch (mode) {
      case "half_pixel" -> Coordinates.HALF_PIXEL;
      case "half_pixel_symmetric" -> Coordinates.HALF_PIXEL_SYMMETRIC;
      case "pytorch_half_pixel" -> Coordinates.PYTORCH_HALF_PIXEL;
      case "align_corners" -> Coordinates.ALIGN_CORNERS;
      case "asymmetric" -> Coordinates.ASYMMETRIC;
      case "tf_half_pixel_for_nn" -> Coordinates.HALF_PIXEL_CENTRES;
      case "tf_crop_and_resize" -> Coordinates.CROP;
      default ->
          throw new IllegalArgumentException(
              "wants a coordinate transformation of ONNX, got " + mode + "; nearest: half_pixel");
    };
  }

  private static Resample.Kernel kernel(String mode) {
    return switch (mode) {
      case "linear" -> Resample.Kernel.LINEAR;
      case "cubic" -> Resample.Kernel.CUBIC;
      default ->
          throw new IllegalArgumentException("wants a mode nearest, linear or cubic, got " + mode);
    };
  }

  private static Nearest nearestMode(OnnxNode n) {
    String mode = n.text("nearest_mode", "round_prefer_floor");
    return switch (mode) {
      case "round_prefer_floor" -> Nearest.ROUND_PREFER_FLOOR;
      case "round_prefer_ceil" -> Nearest.ROUND_PREFER_CEIL;
      case "floor" -> Nearest.FLOOR;
      case "ceil" -> Nearest.CEIL;
      default ->
          throw new IllegalArgumentException(
              "wants a nearest_mode round_prefer_floor, round_prefer_ceil, floor or ceil, got "
                  + mode);
    };
  }

  private static Value nearest(OnnxNode n, Value x, int axis, Sampling s, Nearest mode) {
    long[] places = s.nearest(mode);
    return n.g.gather(x, n.g.constant(Tensor.of(Shape.of(places.length), places)), axis);
  }

  /** Integer images are resized in double precision and cut off, as a cast does. */
  private static Value resample(OnnxNode n, Value x, Resample r) {
    ElementType element = n.g.type(x).element();
    return element.isFloating()
        ? n.emit(r, x)
        : n.g.cast(n.emit(r, n.g.cast(x, ElementType.FLOAT64)), element);
  }

  /** Samples that lie outside of the image are a given value. */
  private static Value extrapolated(OnnxNode n, Value y, int axis, Sampling s) {
    double[] outside =
        IntStream.range(0, s.out()).mapToDouble(i -> s.isOutside(i) ? 1 : 0).toArray();
    if (DoubleStream.of(outside).sum() == 0) {
      return y;
    }
    int rank = n.g.shape(y).rank();
    Shape along = new Shape(Collections.nCopies(rank, 1)).with(axis, outside.length);
    Value mask = n.g.constant(Tensor.of(new TensorType(ElementType.BOOL, along), outside));
    return n.g.where(mask, n.g.scalar(n.real("extrapolation_value", 0), y), y);
  }

  private static List<Integer> axes(OnnxNode n) {
    return n.hasAttribute("axes")
        ? n.integers("axes").stream().map(n.shape(0)::axis).toList()
        : IntStream.range(0, n.rank(0)).boxed().toList();
  }

  private static List<Double> reals(OnnxNode n, int operand) {
    return DoubleStream.of(n.known(operand).doubles()).boxed().toList();
  }

  private static List<Target> targets(OnnxNode n, List<Integer> axes) {
    return n.has(3) ? sized(n, axes) : scaled(n, axes, n.has(2) ? reals(n, 2) : List.of());
  }

  /** Axes whose extent changes, or whose places do. */
  private static List<Target> scaled(OnnxNode n, List<Integer> axes, List<Double> scales) {
    if (scales.size() != axes.size()) {
      throw new IllegalArgumentException(
          "wants a scale for each of the axes " + axes + ", known at compile time, got " + scales);
    }
    return IntStream.range(0, axes.size())
        .filter(i -> scales.get(i) != 1 || crops(n))
        .mapToObj(i ->
            new Target(
                axes.get(i),
                (int) Math.floor(n.shape(0).dim(axes.get(i)) * scales.get(i)),
                scales.get(i)))
        .toList();
  }

  private static boolean crops(OnnxNode n) {
    return n.text("coordinate_transformation_mode", "").equals("tf_crop_and_resize");
  }

  private static List<Target> sized(OnnxNode n, List<Integer> axes) {
    List<Integer> sizes = n.integers("sizes", 3).orElseThrow();
    if (sizes.size() != axes.size()) {
      throw new IllegalArgumentException(
          "wants a size for each of the axes " + axes + ", got " + sizes);
    }
    DoubleStream ratios =
        IntStream.range(0, axes.size())
            .mapToDouble(i -> (double) sizes.get(i) / n.shape(0).dim(axes.get(i)));
    String policy = n.text("keep_aspect_ratio_policy", "stretch");
    if (policy.equals("stretch")) {
      double[] scales = ratios.toArray();
      return IntStream.range(0, axes.size())
          .filter(i -> scales[i] != 1 || crops(n))
          .mapToObj(i -> new Target(axes.get(i), sizes.get(i), scales[i]))
          .toList();
    }
    double scale = (policy.equals("not_larger") ? ratios.min() : ratios.max()).orElseThrow();
    return axes.stream()
        .map(a -> new Target(a, (int) Math.floor(scale * n.shape(0).dim(a) + 0.5), scale))
        .toList();
  }
}
