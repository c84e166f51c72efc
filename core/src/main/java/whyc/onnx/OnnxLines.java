package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import whyc.op.ArgMax;
import whyc.op.Binary;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Concat;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Equal;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.IsInf;
import whyc.op.MatMul;
import whyc.op.MaxPool;
import whyc.op.MaxPoolGradient;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.Mod;
import whyc.op.OneHot;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.QuantizeLinear;
import whyc.op.Reduction;
import whyc.op.Requantize;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Sign;
import whyc.op.Slice;
import whyc.op.Softmax;
import whyc.op.Squeeze;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Unary;
import whyc.op.Unsqueeze;
import whyc.op.Where;
import whyc.op.Window;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Each primitive in standard ONNX operators, in the words of the operator set that the model is of:
 * lists moved from attributes to operands over the years, and the oldest sets lack comparisons.
 */
final class OnnxLines extends OnnxNodes {
  OnnxLines(GraphProto.Builder proto, Version version, String prefix, UnaryOperator<String> fresh) {
    super(proto, version, prefix, fresh);
  }

  /** Writes one line and returns the name of its result. */
  String write(Primitive op, List<String> x, List<TensorType> types, TensorType type) {
    return switch (op) {
      case Input input -> input.input();
      case Constant c -> constant(c.value());
      case Unary u -> unary(u, x.getFirst(), types.getFirst());
      case Binary b -> binary(b, x, types);
      case ArgMax a -> node("ArgMax", x, integer("axis", a.axis()), integer("keepdims", 1));
      case Cast c -> cast(x.getFirst(), c.element());
      case Concat c -> node("Concat", x, integer("axis", c.axis()));
      case Conv c -> node("Conv", x, windowed(c.window(), true, integer("group", c.groups())));
      case ConvTranspose c -> convTranspose(c, x);
      case Expand e when opset() < 8 ->
          plus(
              x.getFirst(),
              constant(Tensor.filled(types.getFirst().with(new Shape(e.dims())), 0)),
              type);
      case ExpandAs e when opset() < 8 -> plus(x.getFirst(), zerosLike(x.get(1), type), type);
      case Expand e -> node("Expand", List.of(x.getFirst(), shape(e.dims())));
      case ExpandAs e -> node("Expand", List.of(x.get(0), node("Shape", x.get(1))));
      case Gate g -> gate(x, types);
      case Gather g -> node("Gather", x, integer("axis", g.axis()));
      case GatherElements g -> gatherElements(g, x, types);
      case IntegerConv c -> integerConv(c, x, types);
      case IntegerConvTranspose c -> throw inFloats(c);
      case IntegerMatMul m -> integerMatMul(m, x, types);
      case MatMul m -> node("MatMul", x);
      case MaxPool m -> node("MaxPool", x, windowed(m.window(), isDilated(m.window())));
      case MaxPoolGradient m ->
          throw new RefusedArgument(
              "MaxPoolGradient is no ONNX operator; the pass LowerForOnnx writes it in others");
      case MaxPoolRoute m -> throw notInFiles(m);
      case MaxPoolSwitches m -> throw notInFiles(m);
      case OneHot o -> oneHot(o, x.getFirst(), types.getFirst());
      case Pad p -> pad(p, x.getFirst(), type);
      case QuantizeLinear q -> quantize(x, types);
      case Reduction r -> reduction(r, x.getFirst());
      case Requantize r -> throw inFloats(r);
      case Reshape r -> node("Reshape", List.of(x.getFirst(), shape(r.dims())));
      case ReshapeAs r -> node("Reshape", List.of(x.get(0), node("Shape", x.get(1))));
      case Slice s -> slice(s, x.getFirst());
      case Softmax s -> softmax(s, x.getFirst(), type);
      case Squeeze s -> listed("Squeeze", x.getFirst(), s.axes(), 13);
      case SumPool s -> sumPool(s, x.getFirst(), type);
      case Transpose t -> node("Transpose", x, integers("perm", t.permutation()));
      case Unsqueeze u -> listed("Unsqueeze", x.getFirst(), u.axes(), 13);
      case Where w -> where(x, type);
    };
  }

  private static IllegalArgumentException notInFiles(Primitive op) {
    return new RefusedArgument(
        op.name() + " is no ONNX operator; the pass StoreDecisions is not for files");
  }

  private static IllegalArgumentException inFloats(Primitive op) {
    return new RefusedArgument(
        op.name() + " is no ONNX operator; the pass IntegersAsFloats writes it in others");
  }

  // Elementwise.

  private String unary(Unary op, String x, TensorType type) {
    return switch (op) {
      case IsInf i ->
          node(
              "IsInf",
              List.of(x),
              integer("detect_negative", i.negative() ? 1 : 0),
              integer("detect_positive", i.positive() ? 1 : 0));
      case Clip c when opset() < 11 ->
          node(
              "Clip",
              List.of(x),
              real("min", Math.max(c.low(), -Float.MAX_VALUE)),
              real("max", Math.min(c.high(), Float.MAX_VALUE)));
      case Clip c -> node("Clip", List.of(x, scalar(type, c.low()), scalar(type, c.high())));
      case Sign s when opset() < 9 -> {
        String zero = scalar(type, 0);
        yield node(
            "Sub",
            List.of(
                cast(node("Greater", List.of(x, zero)), type.element()),
                cast(node("Less", List.of(x, zero)), type.element())));
      }
      default -> node(op.name(), x);
    };
  }

  private String binary(Binary op, List<String> x, List<TensorType> types) {
    return switch (op) {
      case Mod m ->
          node(
              "Mod",
              x,
              integer("fmod", m.truncated() || types.getFirst().element().isFloating() ? 1 : 0));
      case Equal e when opset() < 11 && types.getFirst().element().isFloating() ->
          node("And", List.of(node("Not", node("Greater", x)), node("Not", node("Less", x))));
      default -> node(op.name(), x);
    };
  }

  /**
   * A gate as a product with a mask: a hard sigmoid steep enough that every positive number above
   * the denormal ones is 1. Runtimes do that three times faster than a comparison and a choice.
   * 16-bit floats cannot hold the slope.
   */
  private String gate(List<String> x, List<TensorType> types) {
    TensorType type = types.get(1);
    if (types.get(0).element() == ElementType.BOOL) {
      return open(x.get(0), x.get(1), type);
    }
    if (type.element() != ElementType.FLOAT16) {
      String mask =
          node("HardSigmoid", List.of(x.get(0)), real("alpha", Float.MAX_VALUE), real("beta", 0));
      return node("Mul", List.of(mask, x.get(1)));
    }
    return open(node("Greater", List.of(x.get(0), scalar(type, 0))), x.get(1), type);
  }

  /** What a decision lets through. */
  private String open(String decision, String x, TensorType type) {
    return opset() >= 9
        ? node("Where", List.of(decision, x, scalar(type, 0)))
        : node("Mul", List.of(cast(decision, type.element()), x));
  }

  /** Without {@code Where}, the unchosen side is multiplied away: both sides have to be finite. */
  private String where(List<String> x, TensorType type) {
    if (opset() >= 9) {
      return node("Where", x);
    }
    String chosen = cast(x.get(0), type.element());
    String other = cast(node("Not", x.get(0)), type.element());
    return node(
        "Add",
        List.of(node("Mul", List.of(chosen, x.get(1))), node("Mul", List.of(other, x.get(2)))));
  }

  private String quantize(List<String> x, List<TensorType> types) {
    Shape scale = types.get(1).shape();
    if (scale.size() == 1) {
      String empty = constant(Tensor.of(Shape.of(1), 1L));
      String factor = node("Reshape", List.of(x.get(1), empty));
      String zero = node("Reshape", List.of(x.get(2), empty));
      return node(
          "QuantizeLinear",
          List.of(
              x.get(0),
              listed("Squeeze", factor, List.of(0), 13),
              listed("Squeeze", zero, List.of(0), 13)));
    }
    int axis =
        IntStream.range(0, scale.rank()).filter(i -> scale.dim(i) > 1).findFirst().orElseThrow();
    String row = constant(Tensor.of(Shape.of(1), -1L));
    return node(
        "QuantizeLinear",
        List.of(
            x.get(0),
            node("Reshape", List.of(x.get(1), row)),
            node("Reshape", List.of(x.get(2), row))),
        integer("axis", axis + types.get(0).shape().rank() - scale.rank()));
  }

  // Products of 8-bit integers.

  private String integerConv(IntegerConv c, List<String> x, List<TensorType> types) {
    refuseUnlessExact(c, c.product(), types);
    Window w = c.window();
    String image = x.get(0);
    if (c.padding() != 0 && w.top() + w.left() + w.bottom() + w.right() > 0) {
      String pads = shape(List.of(0, 0, w.top(), w.left(), 0, 0, w.bottom(), w.right()));
      image = node("Pad", List.of(image, pads, scalar(types.get(0), c.padding())));
      w = w.padded(0, 0, 0, 0);
    }
    return integerProduct(
        "ConvInteger",
        List.of(image, x.get(1)),
        types,
        windowed(w, true, integer("group", c.groups())));
  }

  private String integerMatMul(IntegerMatMul m, List<String> x, List<TensorType> types) {
    refuseUnlessExact(m, m.product(), types);
    return integerProduct("MatMulInteger", x, types);
  }

  private void refuseUnlessExact(Primitive op, Product product, List<TensorType> types) {
    if (types.stream().anyMatch(t -> t.element().bytes() > 1)) {
      throw inFloats(op);
    }
    if (opset() < 10) {
      throw new RefusedArgument(op.name() + " wants operator set 10 or newer, got " + opset());
    }
    switch (product) {
      case Product.Exact e -> {}
      case Product.Table t ->
          throw new RefusedArgument(
              op.name() + " in ONNX wants the exact product, got the table of " + t.name());
    }
  }

  /** Runtimes take unsigned bytes alone; signed ones become such with a zero point of 128. */
  private String integerProduct(
      String op, List<String> x, List<TensorType> types, AttributeProto... attributes) {
    List<String> codes = new ArrayList<>();
    List<String> zeros = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      boolean signed = types.get(i).element() == ElementType.INT8;
      codes.add(signed ? unsigned(x.get(i)) : x.get(i));
      zeros.add(scalar(ElementType.UINT8, signed ? 128 : 0));
    }
    return node(op, List.of(codes.get(0), codes.get(1), zeros.get(0), zeros.get(1)), attributes);
  }

  private String unsigned(String x) {
    String wide = cast(x, ElementType.INT32);
    String shifted = node("Add", List.of(wide, scalar(ElementType.INT32, 128)));
    return cast(shifted, ElementType.UINT8);
  }

  // Windows.

  private static boolean isDilated(Window w) {
    return w.dilationY() != 1 || w.dilationX() != 1;
  }

  /** The attributes of a convolution. */
  static AttributeProto[] window(Window w, int groups) {
    return windowed(w, true, integer("group", groups));
  }

  private static AttributeProto[] windowed(Window w, boolean dilations, AttributeProto... others) {
    List<AttributeProto> attributes = new ArrayList<>();
    attributes.add(integers("kernel_shape", List.of(w.height(), w.width())));
    attributes.add(integers("strides", List.of(w.strideY(), w.strideX())));
    attributes.add(integers("pads", List.of(w.top(), w.left(), w.bottom(), w.right())));
    if (dilations) {
      attributes.add(integers("dilations", List.of(w.dilationY(), w.dilationX())));
    }
    attributes.addAll(List.of(others));
    return attributes.toArray(AttributeProto[]::new);
  }

  private String convTranspose(ConvTranspose c, List<String> x) {
    return node(
        "ConvTranspose",
        x,
        windowed(
            c.window(),
            true,
            integer("group", c.groups()),
            integers("output_padding", List.of(c.extraHeight(), c.extraWidth()))));
  }

  /** An average over all taps, padding included, times their number. */
  private String sumPool(SumPool s, String x, TensorType type) {
    if (s.window().dilationY() != 1 || s.window().dilationX() != 1) {
      int channels = type.shape().dim(1);
      Shape ones = Shape.of(channels, 1, s.window().height(), s.window().width());
      return node(
          "Conv",
          List.of(x, constant(Tensor.filled(type.with(ones), 1))),
          windowed(s.window(), true, integer("group", channels)));
    }
    String mean =
        node(
            "AveragePool",
            List.of(x),
            windowed(s.window(), false, integer("count_include_pad", 1)));
    return s.window().area() == 1
        ? mean
        : node("Mul", List.of(mean, scalar(type, s.window().area())));
  }

  // Shapes.

  /** Repeats by adding zeros. */
  private String plus(String x, String zeros, TensorType type) {
    return node(type.element() == ElementType.BOOL ? "Or" : "Add", List.of(x, zeros));
  }

  /** Zeros even where {@code like} is infinite or no number. */
  private String zerosLike(String like, TensorType type) {
    String any = cast(like, ElementType.BOOL);
    return cast(node("And", List.of(any, node("Not", any))), type.element());
  }

  private String pad(Pad p, String x, TensorType type) {
    List<Integer> pads = Stream.concat(p.before().stream(), p.after().stream()).toList();
    return opset() >= 11
        ? node("Pad", List.of(x, shape(pads), scalar(type, p.value())))
        : node("Pad", List.of(x), integers("pads", pads), real("value", p.value()));
  }

  private String slice(Slice s, String x) {
    long end = s.step() < 0 && s.end() < 0 ? Long.MIN_VALUE + 1 : s.end();
    if (opset() < 10) {
      if (s.step() != 1) {
        throw new RefusedArgument("Slice by steps wants operator set 10 or newer, got " + opset());
      }
      return node(
          "Slice",
          List.of(x),
          integers("starts", List.of(s.start())),
          integers("ends", List.of(s.end())),
          integers("axes", List.of(s.axis())));
    }
    return node(
        "Slice", List.of(x, vector(s.start()), vector(end), vector(s.axis()), vector(s.step())));
  }

  private String reduction(Reduction r, String x) {
    String name =
        switch (r) {
          case whyc.op.ReduceSum s -> "ReduceSum";
          case whyc.op.ReduceMean m -> "ReduceMean";
          case whyc.op.ReduceMax m -> "ReduceMax";
          case whyc.op.ReduceProduct p -> "ReduceProd";
        };
    return listed(name, x, r.axes(), name.equals("ReduceSum") ? 13 : 18);
  }

  private String softmax(Softmax s, String x, TensorType type) {
    if (opset() < 13 && s.axis() != type.shape().rank() - 1) {
      throw new RefusedArgument(
          "Softmax along an inner axis wants operator set 13 or newer, got " + opset());
    }
    return node("Softmax", List.of(x), integer("axis", s.axis()));
  }

  private String oneHot(OneHot o, String index, TensorType type) {
    if (opset() >= 9) {
      ElementType written =
          o.element() == ElementType.INT64 ? ElementType.INT64 : ElementType.FLOAT32;
      String values =
          constant(Tensor.of(new TensorType(written, Shape.of(2)), new double[] {0, 1}));
      String y = node("OneHot", List.of(index, vector(o.depth()), values), integer("axis", -1));
      return written == o.element() ? y : cast(y, o.element());
    }
    long[] classes = IntStream.range(0, o.depth()).asLongStream().toArray();
    int rank = type.shape().rank();
    String hits =
        node(
            "Equal",
            List.of(
                listed("Unsqueeze", index, List.of(rank), 13),
                constant(Tensor.of(Shape.of(o.depth()), classes))));
    return cast(hits, o.element());
  }

  private String gatherElements(GatherElements g, List<String> x, List<TensorType> types) {
    if (opset() >= 11) {
      return node("GatherElements", x, integer("axis", g.axis()));
    }
    Shape values = types.get(0).shape();
    if (types.get(1).shape().dim(g.axis()) != 1) {
      throw new RefusedArgument(
          "GatherElements of several places wants operator set 11 or newer, got " + opset());
    }
    long[] places = IntStream.range(0, values.dim(g.axis())).asLongStream().toArray();
    Shape along = new Shape(Collections.nCopies(values.rank(), 1)).with(g.axis(), places.length);
    String hits = node("Equal", List.of(x.get(1), constant(Tensor.of(along, places))));
    String picked = node("Mul", List.of(cast(hits, types.get(0).element()), x.get(0)));
    return listed("ReduceSum", picked, List.of(g.axis()), 13);
  }
}
