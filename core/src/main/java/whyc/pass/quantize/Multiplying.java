package whyc.pass.quantize;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import whyc.graph.Builder;
import whyc.graph.Node;
import whyc.op.Add;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MatMul;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.Transpose;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** Products with known weights. */
final class Multiplying {
  private final Draft draft;
  private final Roles roles;
  private final Scales scales;
  private final Quantize.Options options;
  private final Builder b;
  private final Map<Value, List<Double>> weights = new HashMap<>();
  private final Map<Tensor, Value> products = new HashMap<>();
  private final Map<Value, Value> turned = new HashMap<>();
  private final Map<Tensor, Stored> stored = new HashMap<>();

  Multiplying(Draft draft) {
    this.draft = draft;
    this.roles = draft.roles;
    this.scales = draft.scales;
    this.options = draft.options;
    this.b = draft.builder;
  }

  /** Scales of the weights of each product, by its sums. */
  Map<Value, List<Double>> weights() {
    return weights;
  }

  /** For products with a weight turned back the one that has it as it is. */
  Map<Value, Value> turned() {
    return turned;
  }

  Form bias(Value line) {
    Node n = draft.graph.node(line);
    int k = roles.biasOperand(n);
    if (!(draft.form(n, 1 - k) instanceof Form.Product p)) {
      return draft.real(line);
    }
    Tensor term = roles.known(n.operands().get(k)).orElseThrow();
    Tensor flat = term.reshape(Shape.of(term.size()));
    Tensor bias = p.bias().map(t -> new Add().evaluate(List.of(t, flat))).orElse(flat);
    return new Form.Product(p.line(), p.operand(), p.weight(), Optional.of(bias));
  }

  /** A weight in codes, and the scale of each of its outputs. */
  private record Stored(Value codes, List<Double> scales) {}

  Value product(Form.Product p, Codes as) {
    boolean turnsBack = p.line().op() instanceof ConvTranspose && p.bias().isEmpty();
    return options.turned() != Quantize.Turned.OWN && turnsBack && stored.containsKey(p.weight())
        ? backwards(p, stored.get(p.weight()), as)
        : onOwnWeight(p, as);
  }

  private Value onOwnWeight(Form.Product p, Codes as) {
    Value x = draft.coded(p.operand());
    Codes in = scales.of(p.operand());
    boolean wide = in.element() == ElementType.INT16 || options.weights() == Width.INT16;
    int[] outputs = outputs(p.line(), p.weight().shape());
    int count = IntStream.of(outputs).max().orElseThrow() + 1;
    WeightCodes w =
        WeightCodes.of(
            p.weight().doubles(),
            outputs,
            biases(p, count),
            new WeightCodes.Frame(
                in.scale(),
                as.scale(),
                options.weights().top(),
                Draft.mostShift(wide ? ElementType.INT64 : ElementType.INT32, as),
                options.multiplierBits(),
                wide,
                options.turned() == Quantize.Turned.ONE_SCALE));
    Value weight =
        b.constant(Tensor.of(p.weight().type().with(options.weights().element()), w.codes()));
    Value sums = b.emit(integer(p.line()), x, weight);
    List<Double> each = Arrays.stream(w.scales()).boxed().toList();
    weights.put(sums, each);
    paired(p, sums);
    if (p.line().op() instanceof Conv) {
      stored.putIfAbsent(p.weight(), new Stored(weight, each));
    }
    Shape shape = perOutput(p.line(), count);
    if (Arrays.stream(w.biases()).anyMatch(bias -> bias != 0)) {
      TensorType type = new TensorType(b.type(sums).element(), shape);
      sums = b.add(sums, b.constant(Tensor.of(type, w.biases())));
    }
    return draft.requantised(sums, w.factors(), shape, as.element());
  }

  /**
   * The transpose of a product with its very codes. Their scales belong to what is summed over
   * here, so the operand is multiplied by them first, the largest taken for 1:
   *
   * <pre>{@code
   * sum_o g[o] * s[o] * w[o,c]  =  largest * sum_o (g[o] * s[o] / largest) * w[o,c]
   * }</pre>
   */
  private Value backwards(Form.Product p, Stored w, Codes as) {
    Codes in = scales.of(p.operand());
    double largest = w.scales.stream().mapToDouble(x -> x).max().orElseThrow();
    double[] ratios = w.scales.stream().mapToDouble(x -> x / largest).toArray();
    Value operand = draft.coded(p.operand());
    boolean isScaled = DoubleStream.of(ratios).allMatch(x -> x == 1);
    Value scaled = isScaled ? operand : scaled(operand, ratios, in);
    Value sums = b.emit(integer(p.line()), scaled, w.codes);
    weights.put(sums, w.scales);
    paired(p, sums);
    Tensor scale = Tensor.scalar(ElementType.FLOAT64, in.scale() * largest);
    return draft.rounded(new Form.Sums(sums, scale, Double.POSITIVE_INFINITY), as);
  }

  private Value scaled(Value operand, double[] ratios, Codes in) {
    Factors factors = draft.factors(ratios, b.type(operand).element(), in);
    return draft.requantised(operand, factors, Shape.of(ratios.length, 1, 1), in.element());
  }

  /** Finds the product whose weight is turned back, or waits for the one that turns it. */
  private void paired(Form.Product p, Value sums) {
    switch (p.line().op()) {
      case ConvTranspose c ->
          Optional.ofNullable(products.get(p.weight())).ifPresent(f -> turned.put(sums, f));
      case MatMul m -> {
        Tensor transposed = new Transpose(List.of(1, 0)).evaluate(List.of(p.weight()));
        Optional.ofNullable(products.get(transposed))
            .ifPresentOrElse(
                f -> turned.put(sums, f), () -> products.putIfAbsent(p.weight(), sums));
      }
      default -> products.putIfAbsent(p.weight(), sums);
    }
  }

  private static double[] biases(Form.Product p, int count) {
    double[] biases = new double[count];
    p.bias()
        .ifPresent(t -> {
          for (int o = 0; o < count; o++) {
            biases[o] = t.at(t.size() == 1 ? 0 : o);
          }
        });
    return biases;
  }

  static Primitive integer(Node product) {
    return switch (product.op()) {
      case Conv c -> new IntegerConv(c.window(), c.groups(), 0, Product.exact());
      case ConvTranspose c ->
          new IntegerConvTranspose(
              c.window(), c.groups(), c.extraHeight(), c.extraWidth(), Product.exact());
      case MatMul m -> new IntegerMatMul(Product.exact());
      default -> throw new IllegalStateException(product.op().name() + " has no weight");
    };
  }

  /** A vector of one number for each output as it broadcasts to the sums. */
  private static Shape perOutput(Node product, int count) {
    return product.op() instanceof MatMul ? Shape.of(count) : Shape.of(count, 1, 1);
  }

  /** The output that each weight belongs to. */
  private static int[] outputs(Node product, Shape w) {
    int inner = w.product(1, w.rank());
    return IntStream.range(0, w.size())
        .map(i ->
            switch (product.op()) {
              case Conv c -> i / inner;
              case ConvTranspose c -> {
                int group = i / inner / (w.dim(0) / c.groups());
                yield group * w.dim(1) + i % inner / w.product(2, 4);
              }
              default -> i % w.dim(1);
            })
        .toArray();
  }
}
