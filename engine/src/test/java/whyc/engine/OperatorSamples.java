package whyc.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.op.*;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/** For every primitive a small graph on awkward sizes, which engines must agree on. */
public final class OperatorSamples {
  private static final int[] AWKWARD = {1, 4, 6, 8, 13, 16, 25, 63, 64, 65};

  /** A graph of few lines around one operator, on tensors that the builder and the seed make. */
  public interface Sample {
    Value build(Draw d);
  }

  /** Inputs and extents, drawn. */
  public static final class Draw {
    final Builder b = new Builder();
    final SplittableRandom random;
    final Map<String, Tensor> inputs = new LinkedHashMap<>();

    private Draw(long seed) {
      random = new SplittableRandom(seed);
    }

    int extent() {
      return AWKWARD[random.nextInt(AWKWARD.length)];
    }

    int small() {
      return AWKWARD[random.nextInt(6)];
    }

    Value in(double low, double high, int... dims) {
      double[] values = new double[Shape.of(dims).size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextDouble(low, high);
      }
      return given(Tensor.of(TensorType.of(ElementType.FLOAT32, dims), values));
    }

    Value indices(int bound, int... dims) {
      long[] values = random.longs(Shape.of(dims).size(), 0, bound).toArray();
      return given(Tensor.of(Shape.of(dims), values));
    }

    /** Signed or unsigned bytes. */
    Value bytes(int... dims) {
      return random.nextBoolean()
          ? b.cast(in(-128, 127, dims), ElementType.INT8)
          : b.cast(in(0, 255, dims), ElementType.UINT8);
    }

    /** Signed bytes that do not depend on the input. */
    Value knownBytes(int... dims) {
      byte[] bytes = new byte[Shape.of(dims).size()];
      random.nextBytes(bytes);
      return b.constant(Tensor.ofBytes(ElementType.INT8, Shape.of(dims), bytes));
    }

    private Value given(Tensor t) {
      String name = "x" + inputs.size();
      inputs.put(name, t);
      return b.emit(new Input(name, t.type()), List.of());
    }

    Window window(int height, int width) {
      int h = random.nextInt(1, Math.min(4, height + 1));
      int w = random.nextInt(1, Math.min(4, width + 1));
      return new Window(
          h,
          w,
          random.nextInt(1, 3),
          random.nextInt(1, 3),
          random.nextInt(h),
          random.nextInt(w),
          random.nextInt(h),
          random.nextInt(w),
          1,
          1);
    }
  }

  private static Sample unary(Op op, double low, double high) {
    return d -> d.b.emit(op, d.in(low, high, d.small(), d.extent()));
  }

  private static Sample truth(Op op, double low, double high) {
    return d -> d.b.cast(d.b.emit(op, d.in(low, high, d.extent())), ElementType.FLOAT32);
  }

  /** The second operand is repeated along the first axis. */
  private static Sample binary(Op op, double low, double high) {
    return d -> {
      int n = d.extent();
      Value y = d.b.emit(op, d.in(low, high, d.small(), n), d.in(low, high, 1, n));
      return d.b.cast(y, ElementType.FLOAT32);
    };
  }

  private static Sample logic(Op op) {
    return d -> {
      int n = d.extent();
      Value a = d.b.greater(d.in(-1, 1, n), d.b.constant(Tensor.of(Shape.of(), 0f)));
      Value c = d.b.greater(d.in(-1, 1, n), d.b.constant(Tensor.of(Shape.of(), 0f)));
      return d.b.cast(d.b.emit(op, a, c), ElementType.FLOAT32);
    };
  }

  private static Sample reduction(Function<List<Integer>, Op> op) {
    return d -> d.b.emit(op.apply(List.of(1, 3)), d.in(0.8, 1.2, 2, d.small(), 3, d.small()));
  }

  private static final Map<String, Sample> SAMPLES = samples();

  /** A graph with the output "y", and tensors for its inputs. */
  public record Case(Graph graph, Map<String, Tensor> inputs) {}

  /** The names of all primitives that have a sample. */
  public static Set<String> names() {
    return SAMPLES.keySet();
  }

  public static Case draw(String name, long seed) {
    Draw d = new Draw(seed);
    SequencedMap<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", Objects.requireNonNull(SAMPLES.get(name)).build(d));
    return new Case(d.b.finish(outputs), d.inputs);
  }

  private OperatorSamples() {}

  private static Map<String, Sample> samples() {
    Map<String, Sample> s = new TreeMap<>();
    for (Op op :
        List.of(
            new Abs(),
            new Neg(),
            new Exp(),
            new Sin(),
            new Cos(),
            new Tanh(),
            new Sigmoid(),
            new Erf(),
            new Relu(),
            new Softplus(),
            new Sinh(),
            new Cosh(),
            new Atan(),
            new Asinh(),
            new Floor(),
            new Ceil(),
            new Round(),
            new Sign(),
            new Clip(-0.5, 1))) {
      s.put(op.name(), unary(op, -3, 3));
    }
    for (Op op : List.of(new Log(), new Sqrt(), new Tan())) {
      s.put(op.name(), unary(op, 0.1, 1.3));
    }
    for (Op op : List.of(new Asin(), new Acos(), new Atanh())) {
      s.put(op.name(), unary(op, -0.9, 0.9));
    }
    s.put("Acosh", unary(new Acosh(), 1.1, 4));
    s.put("IsNaN", truth(new IsNaN(), -1, 1));
    s.put("IsInf", truth(new IsInf(true, true), -1, 1));
    s.put(
        "Not",
        d ->
            d.b.cast(
                d.b.emit(
                    new Not(),
                    d.b.greater(d.in(-1, 1, d.extent()), d.b.constant(Tensor.of(Shape.of(), 0f)))),
                ElementType.FLOAT32));
    for (Op op :
        List.of(
            new Add(),
            new Sub(),
            new Mul(),
            new Max(),
            new Min(),
            new Greater(),
            new Equal(),
            new Mod(true))) {
      s.put(op.name(), binary(op, 0.5, 3));
    }
    s.put("Div", binary(new Div(), 0.5, 3));
    s.put("Pow", binary(new Pow(), 0.5, 3));
    for (Op op : List.of(new And(), new Or(), new Xor())) {
      s.put(op.name(), logic(op));
    }
    s.put(
        "Where",
        d -> {
          int n = d.extent();
          Value x = d.in(-1, 1, 3, n);
          return d.b.where(d.b.greater(x, d.b.scalar(0, x)), x, d.in(-1, 1, n));
        });
    s.put(
        "Gate",
        d -> {
          int n = d.extent();
          Value y = d.in(-1, 1, 3, n);
          Value condition = d.random.nextBoolean() ? y : d.b.greater(y, d.b.scalar(0, y));
          return d.b.gate(condition, d.in(-1, 1, 3, n));
        });
    s.put(
        "Cast",
        d -> d.b.cast(d.b.cast(d.in(-9, 9, d.extent()), ElementType.INT64), ElementType.FLOAT32));
    s.put(
        "QuantizeLinear",
        d -> {
          Value x = d.in(-3, 3, d.extent());
          Value q =
              d.b.emit(
                  new QuantizeLinear(),
                  x,
                  d.b.scalar(0.03125, x),
                  d.b.constant(Tensor.scalar(ElementType.UINT8, 100)));
          return d.b.cast(q, ElementType.FLOAT32);
        });
    s.put(
        "MatMul",
        d -> {
          int k = d.extent();
          return d.b.matMul(d.in(-1, 1, 2, 3, d.extent(), k), d.in(-1, 1, 3, k, d.extent()));
        });
    s.put("Conv", d -> conv(d, false));
    s.put("ConvTranspose", d -> conv(d, true));
    s.put("IntegerConv", OperatorSamples::integerConv);
    s.put(
        "IntegerMatMul",
        d -> {
          int k = d.extent();
          Value a = d.bytes(2, d.extent(), k);
          Value y = d.b.emit(new IntegerMatMul(Product.exact()), a, d.bytes(k, d.extent()));
          return d.b.cast(y, ElementType.FLOAT32);
        });
    s.put("IntegerConvTranspose", OperatorSamples::integerConvTranspose);
    s.put(
        "Requantize",
        d -> {
          int k = d.extent();
          Value a = d.bytes(2, d.extent(), k);
          Value sums = d.b.emit(new IntegerMatMul(Product.exact()), a, d.knownBytes(k, d.extent()));
          Value factor = d.b.constant(Tensor.scalar(ElementType.INT32, 83));
          Value y = d.b.emit(new Requantize(ElementType.INT8, 17), sums, factor);
          return d.b.cast(y, ElementType.FLOAT32);
        });
    s.put(
        "MaxPool",
        d -> {
          int h = d.small();
          int w = d.small();
          return d.b.emit(new MaxPool(d.window(h, w)), d.in(-1, 1, 2, 3, h, w));
        });
    s.put(
        "MaxPoolGradient",
        d -> {
          int h = d.small();
          int w = d.small();
          Op pool = new MaxPool(d.window(h, w));
          Value x = d.in(-1, 1, 2, 3, h, w);
          Value y = d.b.emit(pool, x);
          int[] dims = d.b.shape(y).dims().stream().mapToInt(i -> i).toArray();
          return d.b.emit(new MaxPoolGradient(((MaxPool) pool).window()), x, y, d.in(-1, 1, dims));
        });
    s.put(
        "SumPool",
        d -> {
          int h = d.small();
          int w = d.small();
          return d.b.emit(new SumPool(d.window(h, w)), d.in(-1, 1, 2, 3, h, w));
        });
    s.put(
        "Softmax",
        d -> d.b.emit(new Softmax(d.random.nextInt(3)), d.in(-4, 4, 2, d.extent(), d.small())));
    s.put("ReduceSum", reduction(ReduceSum::new));
    s.put("ReduceMean", reduction(ReduceMean::new));
    s.put("ReduceMax", reduction(ReduceMax::new));
    s.put("ReduceProduct", reduction(ReduceProduct::new));
    s.put("Reshape", d -> d.b.reshape(d.in(-1, 1, 2, 6, d.extent()), 0, -1, 3));
    s.put(
        "ReshapeAs",
        d -> {
          int n = d.extent();
          return d.b.reshapeAs(d.in(-1, 1, 2, 3, n), d.in(-1, 1, 6, n));
        });
    s.put("Expand", d -> d.b.emit(new Expand(List.of(4, 1, 5)), d.in(-1, 1, d.extent(), 1)));
    s.put(
        "ExpandAs",
        d -> {
          int n = d.extent();
          return d.b.expandAs(d.in(-1, 1, 1, n), d.in(-1, 1, 3, d.small(), n));
        });
    s.put("Squeeze", d -> d.b.squeeze(d.in(-1, 1, 2, 1, d.extent(), 1), 1, 3));
    s.put("Unsqueeze", d -> d.b.unsqueeze(d.in(-1, 1, 2, d.extent()), 0, 3));
    s.put("Transpose", d -> d.b.transpose(d.in(-1, 1, 2, d.small(), 3, d.extent()), 3, 0, 2, 1));
    s.put(
        "Slice",
        d -> {
          int n = d.extent() + 4;
          Value x = d.in(-1, 1, 2, n);
          return d.random.nextBoolean() ? d.b.slice(x, 1, 1, n, 2) : d.b.slice(x, 1, n - 1, -1, -3);
        });
    s.put(
        "Pad",
        d -> d.b.emit(new Pad(List.of(0, 2), List.of(1, 3), 0.5), d.in(-1, 1, 2, d.extent())));
    s.put("Concat", d -> d.b.concat(1, List.of(d.in(-1, 1, 2, d.extent()), d.in(-1, 1, 2, 1))));
    s.put(
        "Gather",
        d -> {
          int n = d.extent();
          return d.b.gather(d.in(-1, 1, 3, n, 2), d.indices(n, 4, 2), 1);
        });
    s.put(
        "GatherElements",
        d -> {
          int n = d.extent();
          return d.b.emit(new GatherElements(1), d.in(-1, 1, 3, n), d.indices(n, 3, 5));
        });
    s.put(
        "OneHot",
        d -> {
          int n = d.extent();
          return d.b.emit(new OneHot(n, ElementType.FLOAT32), d.indices(n, 2, 3));
        });
    s.put(
        "ArgMax",
        d -> d.b.cast(d.b.emit(new ArgMax(1), d.in(-1, 1, 3, d.extent(), 2)), ElementType.FLOAT32));
    return s;
  }

  private static Value conv(Draw d, boolean transposed) {
    int h = d.small();
    int w = d.small();
    int groups = d.random.nextInt(1, 4);
    Window window = d.window(h, w);
    Value image = d.in(-1, 1, 2, groups * 2, h, w);
    Value weight = d.in(-1, 1, groups * 3, 2, window.height(), window.width());
    Value y = d.b.emit(new Conv(window, groups), image, weight);
    return transposed ? d.b.emit(new ConvTranspose(window, groups, 0, 0), y, weight) : y;
  }

  private static Value integerConvTranspose(Draw d) {
    int h = d.small();
    int w = d.small();
    int groups = d.random.nextInt(1, 4);
    Window window = d.window(h, w);
    Value image = d.bytes(2, groups * 2, h, w);
    Value weight = d.knownBytes(groups * 3, 2, window.height(), window.width());
    Value y = d.b.emit(new IntegerConv(window, groups, 0, Product.exact()), image, weight);
    Value codes =
        d.b.emit(
            new Requantize(ElementType.INT16, 3),
            y,
            d.b.constant(Tensor.scalar(ElementType.INT32, 1)));
    Value back =
        d.b.emit(new IntegerConvTranspose(window, groups, 0, 0, Product.exact()), codes, weight);
    Value narrow =
        d.b.emit(
            new Requantize(ElementType.INT16, 12),
            back,
            d.b.constant(Tensor.scalar(ElementType.INT32, 1)));
    return d.b.cast(narrow, ElementType.FLOAT32);
  }

  private static Value integerConv(Draw d) {
    int h = d.small();
    int w = d.small();
    int groups = d.random.nextInt(1, 4);
    Window window = d.window(h, w);
    Value image = d.bytes(2, groups * 2, h, w);
    Value weight = d.bytes(groups * 3, 2, window.height(), window.width());
    IntegerConv conv = new IntegerConv(window, groups, d.random.nextInt(128), Product.exact());
    return d.b.cast(d.b.emit(conv, image, weight), ElementType.FLOAT32);
  }
}
