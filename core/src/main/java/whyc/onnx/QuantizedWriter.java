package whyc.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Cast;
import whyc.op.Clip;
import whyc.op.Constant;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.Op;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.QuantizeLinear;
import whyc.op.Relu;
import whyc.op.Requantize;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Writes a graph of bytes with the quantised operators of ONNX: {@code QLinearConv}, {@code
 * MatMulInteger}, sums between {@code DequantizeLinear} and {@code QuantizeLinear}.
 *
 * <p>All bytes in the file are unsigned, weights, too; a signed code c is stored as {@code c + 128}
 * with the zero point 128. For signed weights ONNX Runtime's kernels on processors without dot
 * products of bytes add pairs of products in 16 bits, which saturate; for unsigned ones they do
 * not. Codes of 16 bits are stored in 32, since few runtimes know 16.
 *
 * <p>Every factor between integers is a float that {@link Requantize} has exactly, so the integers
 * of a runtime are those of the graph, at every level of optimisation.
 */
public final class QuantizedWriter {
  private static final int OPSET = 17;
  private static final int IR_VERSION = 8;
  private static final int OFFSET = 128;

  private final Graph g;
  private final Map<Value, Double> scales;
  private final GraphProto.Builder proto = GraphProto.newBuilder().setName("whyc");
  private final Set<String> taken = new HashSet<>();
  private final OnnxLines lines;
  private final Map<Value, String> names = new HashMap<>();
  private final QuantizedForms forms;

  private QuantizedWriter(Graph g, Map<Value, Double> scales) {
    this.g = g;
    this.scales = scales;
    this.lines = new OnnxLines(proto, new OnnxNodes.Version(OPSET, IR_VERSION), "", this::fresh);
    this.forms = new QuantizedForms(g);
    taken.addAll(g.outputs().keySet());
    g.inputs().forEach(i -> taken.add(i.input()));
  }

  /**
   * The model, if all of its lines have such a form: of explanations and of 16 bits they do not.
   *
   * @param scales what one step of a code stands for, by value; for those who read the file
   * @param dynamicBatch whether the first extent of inputs and outputs is left open
   */
  public static Optional<ModelProto> write(
      Graph g, Map<Value, Double> scales, boolean dynamicBatch) {
    QuantizedWriter writer = new QuantizedWriter(g, scales);
    return writer.forms.areThere() ? Optional.of(writer.write(dynamicBatch)) : Optional.empty();
  }

  private ModelProto write(boolean dynamicBatch) {
    Optional<String> batch = dynamicBatch ? Optional.of("N") : Optional.empty();
    for (Input input : g.inputs()) {
      proto.addInput(OnnxWriter.info(input.input(), input.type(), batch));
    }
    boolean[] needed = g.neededFor(g.outputs().values());
    Set<Value> absorbed = forms.absorbed();
    for (int i = 0; i < needed.length; i++) {
      Value v = new Value(i);
      if (needed[i] && !absorbed.contains(v) && !(g.node(v).op() instanceof Constant)) {
        names.put(v, line(v));
      }
    }
    g.outputs()
        .forEach((name, v) -> {
          lines.node("Identity", name, List.of(name(v)));
          proto.addOutput(OnnxWriter.info(name, g.type(v), batch));
        });
    return ModelProto.newBuilder()
        .setIrVersion(IR_VERSION)
        .setProducerName("whyc")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
        .setGraph(proto)
        .build();
  }

  private String fresh(String kind) {
    for (int i = taken.size(); ; i++) {
      String name = kind + "_" + i;
      if (taken.add(name)) {
        return name;
      }
    }
  }

  /** A value's tensor; known numbers are stored as the file stores such values. */
  private String name(Value v) {
    return names.computeIfAbsent(
        v,
        x -> {
          Tensor t = ((Constant) g.node(x).op()).value();
          return switch (t.element()) {
            case INT8 -> lines.constant(unsigned(t));
            case INT16 -> lines.constant(t.cast(ElementType.INT32));
            default -> lines.constant(t);
          };
        });
  }

  private static Tensor unsigned(Tensor t) {
    double[] x = t.doubles();
    return Tensor.of(
        t.type().with(ElementType.UINT8),
        IntStream.range(0, x.length).mapToDouble(i -> x[i] + OFFSET).toArray());
  }

  /** What is added to a code in the file. */
  private static int offset(ElementType e) {
    return e == ElementType.INT8 ? OFFSET : 0;
  }

  private String zero(ElementType e) {
    return lines.scalar(ElementType.UINT8, offset(e));
  }

  private String scale(double s) {
    return lines.scalar(ElementType.FLOAT32, s);
  }

  private double scaleOf(Value v) {
    return scales.getOrDefault(v, 1.0);
  }

  private String line(Value v) {
    Node n = g.node(v);
    return switch (n.op()) {
      case Input i -> i.input();
      case QuantizeLinear q ->
          lines.node(
              "QuantizeLinear",
              List.of(
                  name(n.operands().get(0)), name(n.operands().get(1)), zero(n.type().element())));
      case Requantize r -> requantize(v, n, r);
      case IntegerConv c -> convInteger(n, c);
      case IntegerMatMul m -> lines.node("MatMulInteger", factors(n));
      case Cast c -> cast(n, c);
      case Relu r when QuantizedForms.isBytes(n.type().element()) ->
          clip(n, 0, n.type().element().max());
      case Clip c when QuantizedForms.isBytes(n.type().element()) -> clip(n, c.low(), c.high());
      case Pad p -> {
        int offset = offset(n.type().element());
        yield plain(n, new Pad(p.before(), p.after(), p.value() + offset));
      }
      case SumPool p when n.type().element() == ElementType.INT32 -> total(n, p);
      default -> plain(n, n.op());
    };
  }

  /** A line that does with the stored numbers what it does with their meaning. */
  private String plain(Node n, Op op) {
    List<TensorType> types = n.operands().stream().map(v -> stored(g.type(v))).toList();
    List<String> operands = n.operands().stream().map(this::name).toList();
    return lines.write((Primitive) op, operands, types, stored(n.type()));
  }

  private static TensorType stored(TensorType t) {
    return switch (t.element()) {
      case INT8 -> t.with(ElementType.UINT8);
      case INT16 -> t.with(ElementType.INT32);
      default -> t;
    };
  }

  private String clip(Node n, double low, double high) {
    int offset = offset(n.type().element());
    return lines.node(
        "Clip",
        List.of(
            name(n.operands().getFirst()),
            lines.scalar(ElementType.UINT8, low + offset),
            lines.scalar(ElementType.UINT8, high + offset)));
  }

  /** The numbers themselves, without the offset. */
  private String cast(Node n, Cast c) {
    Value x = n.operands().getFirst();
    ElementType from = g.type(x).element();
    String wide = lines.cast(name(x), c.element());
    return offset(from) == 0
        ? wide
        : lines.node("Sub", List.of(wide, lines.scalar(c.element(), offset(from))));
  }

  private List<String> factors(Node n) {
    List<String> zeros = n.operands().stream().map(v -> zero(g.type(v).element())).toList();
    return List.of(
        name(n.operands().get(0)), name(n.operands().get(1)), zeros.get(0), zeros.get(1));
  }

  private String convInteger(Node n, IntegerConv c) {
    return lines.node("ConvInteger", factors(n), OnnxLines.window(c.window(), c.groups()));
  }

  /** Sums under a window as a convolution with ones, in floats that hold them exactly. */
  private String total(Node n, SumPool p) {
    int channels = n.type().shape().dim(1);
    Window w = p.window();
    Shape ones = Shape.of(channels, 1, w.height(), w.width());
    String weight = lines.constant(Tensor.filled(new TensorType(ElementType.FLOAT32, ones), 1));
    String x = lines.cast(name(n.operands().getFirst()), ElementType.FLOAT32);
    String sum = lines.node("Conv", List.of(x, weight), OnnxLines.window(w, channels));
    return lines.cast(sum, ElementType.INT32);
  }

  private String requantize(Value v, Node n, Requantize r) {
    Optional<QuantizedForms.Convolution> conv = forms.convolution(n);
    if (conv.isPresent()) {
      return qLinearConv(v, n, r, conv.get());
    }
    return forms.sum(n).map(s -> add(v, n, s)).orElseGet(() -> rounded(n, r));
  }

  private double[] factors(Node n, Requantize r) {
    double[] factors = forms.known(n, 1).doubles().clone();
    for (int i = 0; i < factors.length; i++) {
      factors[i] = Math.scalb(factors[i], -r.shift());
    }
    return factors;
  }

  private String qLinearConv(Value v, Node n, Requantize r, QuantizedForms.Convolution c) {
    Value x = c.conv().operands().getFirst();
    double in = scaleOf(x);
    double out = scaleOf(v);
    double[] weightScales = factors(n, r);
    for (int i = 0; i < weightScales.length; i++) {
      weightScales[i] *= out / in;
    }
    List<String> operands = new ArrayList<>();
    operands.addAll(List.of(name(x), scale(in), zero(g.type(x).element())));
    operands.add(name(c.conv().operands().get(1)));
    operands.add(
        lines.constant(
            Tensor.of(
                new TensorType(ElementType.FLOAT32, Shape.of(weightScales.length)), weightScales)));
    operands.add(zero(g.type(c.conv().operands().get(1)).element()));
    operands.addAll(List.of(scale(out), zero(r.element())));
    c.bias().ifPresent(t -> operands.add(lines.constant(t.reshape(Shape.of(t.size())))));
    IntegerConv conv = (IntegerConv) c.conv().op();
    return lines.node("QLinearConv", operands, OnnxLines.window(conv.window(), conv.groups()));
  }

  private String add(Value v, Node n, QuantizedForms.Sum s) {
    double out = scaleOf(v);
    String sum = lines.node("Add", List.of(real(s.left(), out), real(s.right(), out)));
    return lines.node("QuantizeLinear", List.of(sum, scale(out), zero(n.type().element())));
  }

  private String real(QuantizedForms.Term t, double out) {
    return lines.node(
        "DequantizeLinear",
        List.of(name(t.codes()), scale(t.factor() * out), zero(g.type(t.codes()).element())));
  }

  private String rounded(Node n, Requantize r) {
    Value sums = n.operands().getFirst();
    ElementType element = r.isSingle() ? ElementType.FLOAT32 : ElementType.FLOAT64;
    String real = lines.cast(without(sums), element);
    Tensor factors = Tensor.of(forms.known(n, 1).type().with(element), factors(n, r));
    String product = lines.node("Mul", List.of(real, lines.constant(factors)));
    if (QuantizedForms.isBytes(r.element()) && r.isSingle()) {
      return lines.node("QuantizeLinear", List.of(product, scale(1), zero(r.element())));
    }
    String clipped =
        lines.node(
            "Clip",
            List.of(
                lines.node("Round", product),
                lines.scalar(element, r.element().min()),
                lines.scalar(element, r.element().max())));
    if (!QuantizedForms.isBytes(r.element())) {
      return lines.cast(clipped, ElementType.INT32);
    }
    return lines.node(
        "QuantizeLinear",
        List.of(lines.cast(clipped, ElementType.FLOAT32), scale(1), zero(r.element())));
  }

  /** Integers without the offset of signed bytes. */
  private String without(Value v) {
    int offset = offset(g.type(v).element());
    return offset == 0
        ? name(v)
        : lines.node(
            "Sub",
            List.of(
                lines.cast(name(v), ElementType.INT32), lines.scalar(ElementType.INT32, offset)));
  }
}
