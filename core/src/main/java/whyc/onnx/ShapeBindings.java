package whyc.onnx;

import static whyc.onnx.Binding.partial;
import static whyc.onnx.Binding.several;
import static whyc.onnx.Binding.single;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.Expand;
import whyc.op.Reshape;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Operators that ask for shapes, give values another shape, or make values from nothing. */
final class ShapeBindings {
  private ShapeBindings() {}

  static final Map<String, Binding> TABLE =
      Map.ofEntries(
          Map.entry("Constant", partial(ShapeBindings::constant)),
          Map.entry("ConstantOfShape", single(ShapeBindings::constantOfShape)),
          Map.entry("Dropout", several(ShapeBindings::dropout)),
          Map.entry("Expand", single(ShapeBindings::expand)),
          Map.entry("EyeLike", single(ShapeBindings::eyeLike)),
          Map.entry(
              "Flatten", single(n -> n.emit(flatten(n.shape(0), flattenAxis(n)), n.operand(0)))),
          Map.entry("Identity", partial(n -> n.optional(0))),
          Map.entry("Range", partial(ShapeBindings::range)),
          Map.entry("Reshape", single(ShapeBindings::reshape)),
          Map.entry("Shape", partial(ShapeBindings::shape)),
          Map.entry(
              "Size", single(n -> n.g.constant(Tensor.of(Shape.of(), (long) n.shape(0).size())))),
          Map.entry("Squeeze", single(ShapeBindings::squeeze)),
          Map.entry("Transpose", single(ShapeBindings::transpose)),
          Map.entry("Unsqueeze", single(ShapeBindings::unsqueeze)));

  private static Optional<Value> constant(OnnxNode n) {
    if (n.hasAttribute("value_float")) {
      return Optional.of(n.g.constant(Tensor.of(Shape.of(), (float) n.real("value_float", 0))));
    }
    if (n.hasAttribute("value_int")) {
      return Optional.of(n.g.constant(Tensor.of(Shape.of(), n.integer("value_int", 0))));
    }
    if (n.hasAttribute("value_ints")) {
      return n.vector(n.longs("value_ints"));
    }
    if (n.hasAttribute("value_floats")) {
      double[] values = n.reals("value_floats").stream().mapToDouble(Double::doubleValue).toArray();
      return values.length == 0
          ? Optional.empty()
          : Optional.of(
              n.g.constant(Tensor.of(TensorType.of(ElementType.FLOAT32, values.length), values)));
    }
    return n.tensor("value").map(n.g::constant);
  }

  private static int flattenAxis(OnnxNode n) {
    int axis = Math.toIntExact(n.integer("axis", 1));
    return axis < 0 ? axis + n.rank(0) : axis;
  }

  /** Two axes: those before {@code axis}, and the rest. The batch stays unsaid where it can. */
  static Reshape flatten(Shape x, int axis) {
    return switch (axis) {
      case 0 -> new Reshape(List.of(1, -1));
      case 1 -> new Reshape(List.of(0, -1));
      default -> new Reshape(List.of(-1, x.product(axis, x.rank())));
    };
  }

  /** A shape stands in an attribute before operator set 5. An empty one makes a scalar. */
  private static Value reshape(OnnxNode n) {
    List<Integer> dims = n.integers("shape", 1).orElse(List.of());
    if (n.integer("allowzero", 0) != 0 && dims.contains(0)) {
      throw new IllegalArgumentException("wants extents of at least 1, got " + dims);
    }
    return n.emit(new Reshape(dims), n.operand(0));
  }

  private static Value expand(OnnxNode n) {
    return n.emit(new Expand(n.integers("shape", 1).orElse(List.of())), n.operand(0));
  }

  private static Value constantOfShape(OnnxNode n) {
    Tensor value =
        n.hasAttribute("value")
            ? n.tensor("value").orElseThrow()
            : Tensor.scalar(ElementType.FLOAT32, 0);
    Shape shape = new Shape(n.integers("shape", 0).orElse(List.of()));
    Limits.made(shape.size());
    return n.g.constant(Tensor.filled(value.type().with(shape), value.at(0)));
  }

  /** At inference nothing is dropped, and the mask is true everywhere. */
  private static List<Value> dropout(OnnxNode n) {
    Value x = n.operand(0);
    boolean training = n.has(2) && n.known(2).at(0) != 0;
    boolean drops = training && (n.has(1) ? n.known(1).at(0) : n.real("ratio", 0.5)) != 0;
    if (drops) {
      throw new IllegalArgumentException(
          "in training mode is not supported; nearest: a model exported for inference");
    }
    return n.wantsOutput(1)
        ? List.of(x, n.g.expandAs(n.g.constant(Tensor.scalar(ElementType.BOOL, 1)), x))
        : List.of(x);
  }

  private static Optional<Value> shape(OnnxNode n) {
    if (!n.has(0)) {
      return n.vector(0);
    }
    int rank = n.rank(0);
    int start = clamped(n.integer("start", 0), rank);
    int end = clamped(n.integer("end", rank), rank);
    return n.vector(
        IntStream.range(start, Math.max(start, end)).mapToLong(n.shape(0)::dim).toArray());
  }

  private static int clamped(long axis, int rank) {
    return Math.toIntExact(Math.clamp(axis < 0 ? axis + rank : axis, 0L, (long) rank));
  }

  private static Optional<Value> range(OnnxNode n) {
    double start = n.known(0).at(0);
    double step = n.known(2).at(0);
    long count = (long) Math.max(0, Math.ceil((n.known(1).at(0) - start) / step));
    if (step == 0 || !Double.isFinite(start) || !Double.isFinite(step)) {
      throw new IllegalArgumentException(
          "wants a finite start and a finite step other than 0, got " + start + " and " + step);
    }
    if (count == 0) {
      return Optional.empty();
    }
    double[] values =
        IntStream.range(0, Limits.made(count)).mapToDouble(i -> start + i * step).toArray();
    return Optional.of(n.g.values(Shape.of(values.length), values, n.operand(0)));
  }

  private static Value eyeLike(OnnxNode n) {
    if (n.rank(0) != 2) {
      throw new IllegalArgumentException("wants a matrix, got " + n.typeOf(0));
    }
    ElementType element =
        n.hasAttribute("dtype")
            ? TensorData.element(Math.toIntExact(n.integer("dtype", 1)))
            : n.typeOf(0).element();
    long shift = n.integer("k", 0);
    int columns = n.shape(0).dim(1);
    double[] eye =
        IntStream.range(0, Limits.made(n.shape(0).size()))
            .mapToDouble(i -> i % columns - i / columns == shift ? 1 : 0)
            .toArray();
    return n.g.constant(Tensor.of(new TensorType(element, n.shape(0)), eye));
  }

  /** Without axes, all extents of 1 go. */
  private static Value squeeze(OnnxNode n) {
    Shape x = n.shape(0);
    int[] axes =
        n.integers("axes", 1)
            .map(list -> list.stream().mapToInt(Integer::intValue).toArray())
            .orElseGet(() -> IntStream.range(0, x.rank()).filter(i -> x.dim(i) == 1).toArray());
    return n.g.squeeze(n.operand(0), axes);
  }

  private static Value unsqueeze(OnnxNode n) {
    List<Integer> axes = n.integers("axes", 1).orElse(List.of());
    int rank = n.rank(0) + axes.size();
    int[] places = axes.stream().mapToInt(a -> a < 0 ? a + rank : a).sorted().toArray();
    return n.g.unsqueeze(n.operand(0), places);
  }

  private static Value transpose(OnnxNode n) {
    List<Integer> permutation = n.integers("perm");
    return n.emit(
        new Transpose(
            permutation.isEmpty()
                ? IntStream.range(0, n.rank(0)).map(i -> n.rank(0) - 1 - i).boxed().toList()
                : permutation),
        n.operand(0));
  }
}
