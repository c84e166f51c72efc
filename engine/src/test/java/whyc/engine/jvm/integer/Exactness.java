package whyc.engine.jvm.integer;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import whyc.op.IntegerConv;
import whyc.op.IntegerMatMul;
import whyc.op.Product;
import whyc.op.Window;
import whyc.op.route.Route;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Compares prepared products with what their operators say, bit for bit. Runs as a program of its
 * own, too, so that vectors of other widths can be asked for.
 */
final class Exactness {
  static final int[] AWKWARD = {1, 3, 7, 15, 16, 17, 31, 33, 65};
  private static final List<ElementType> BYTES = List.of(ElementType.UINT8, ElementType.INT8);

  private Exactness() {}

  public static void main(String[] args) {
    for (Kernels kernels : kernels()) {
      for (Map.Entry<String, Product> circuit : Circuits.all().entrySet()) {
        for (ElementType left : BYTES) {
          for (ElementType right : BYTES) {
            everyProduct(kernels, circuit.getValue(), left, right);
          }
        }
        for (long seed = 0; seed < 6; seed++) {
          convolution(kernels, circuit.getValue(), seed);
          matrixProduct(kernels, circuit.getValue(), seed);
        }
      }
    }
    System.out.println("exact");
  }

  /** The twins, and plain loops over panels of other widths. */
  static List<Kernels> kernels() {
    return List.of(new VectorKernels(), new PlainKernels(5, 7));
  }

  /** The routes that compute a product: the chosen one, the one of most terms, and the table. */
  private static Map<String, Route> routes(Product p, boolean left, boolean right, int mostTerms) {
    Map<String, Route> routes = new LinkedHashMap<>();
    routes.put("chosen", Route.of(p, left, right, mostTerms));
    routes.put("terms", Route.of(p, left, right, 8));
    routes.put("look-up", new Route.LookUp());
    return routes;
  }

  /** All 65,536 products: a column of all codes times a row of all codes. */
  static void everyProduct(Kernels kernels, Product p, ElementType left, ElementType right) {
    byte[] codes = new byte[Product.CODES];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (byte) i;
    }
    Tensor a = Tensor.ofBytes(left, Shape.of(codes.length, 1), codes);
    Tensor b = Tensor.ofBytes(right, Shape.of(1, codes.length), codes);
    compare(kernels, new IntegerMatMul(p), a, b);
  }

  static void matrixProduct(Kernels kernels, Product p, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int depth = awkward(random);
    Tensor a = draw(random, 2, awkward(random), depth);
    Tensor b = draw(random, depth, awkward(random));
    compare(kernels, new IntegerMatMul(p), a, b);
  }

  private static void compare(Kernels kernels, IntegerMatMul op, Tensor a, Tensor b) {
    long[] expected = op.evaluate(List.of(a, b)).longs();
    int rows = a.shape().product(0, a.shape().rank() - 1);
    routes(op.product(), isSigned(a), isSigned(b), kernels.mostTerms())
        .forEach((name, route) -> {
          IntegerMatrixProduct m = IntegerMatrixProduct.of(op, a.type(), b, kernels, route);
          int[] y = new int[expected.length + 6];
          Arrays.fill(y, 77);
          m.run(behind(a.bytes(), 5), 5, rows, y, 3, used(m.workspace()));
          check(expected, y, 3, op + " of " + a.type() + " and " + b.type() + " by " + route);
        });
  }

  static void convolution(Kernels kernels, Product p, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int h = awkward(random);
    int w = awkward(random);
    Window window =
        new Window(
            random.nextInt(1, Math.min(4, h + 1)),
            random.nextInt(1, Math.min(4, w + 1)),
            random.nextInt(1, 4),
            random.nextInt(1, 4),
            random.nextInt(3),
            random.nextInt(4),
            random.nextInt(3),
            random.nextInt(4),
            random.nextInt(1, 3),
            random.nextInt(1, 3));
    if (window.outputHeight(h) < 1 || window.outputWidth(w) < 1) {
      window = Window.of(1, 1, 2);
    }
    int groups = random.nextInt(1, 4);
    int perGroup = random.nextInt(1, 5);
    Tensor x = draw(random, 2, groups * perGroup, h, w);
    int outputs = groups * random.nextInt(1, 18);
    Tensor weight = draw(random, outputs, perGroup, window.height(), window.width());
    int padding = random.nextInt(128);
    compare(kernels, new IntegerConv(window, groups, padding, p), x, weight);
  }

  static void compare(Kernels kernels, IntegerConv op, Tensor x, Tensor weight) {
    long[] expected = op.evaluate(List.of(x, weight)).longs();
    routes(op.product(), isSigned(x), isSigned(weight), kernels.mostTerms())
        .forEach((name, route) -> {
          IntegerConvolution c = IntegerConvolution.of(op, x.type(), weight, kernels, route);
          int[] y = new int[expected.length + 6];
          Arrays.fill(y, 77);
          c.run(behind(x.bytes(), 5), 5, y, 3, used(c.workspace()));
          check(expected, y, 3, op + " of " + x.type() + " and " + weight.type() + " by " + route);
        });
  }

  /** Nothing but the result is written, and all of it. */
  private static void check(long[] expected, int[] y, int at, String what) {
    for (int i = 0; i < y.length; i++) {
      boolean inside = i >= at && i < at + expected.length;
      if (y[i] != (inside ? expected[i - at] : 77)) {
        throw new AssertionError(
            "element "
                + (i - at)
                + " is "
                + y[i]
                + (inside ? ", not " + expected[i - at] : ", past the end")
                + ": "
                + what);
      }
    }
  }

  /** A workspace with leftovers of others, and somewhere in larger arrays. */
  private static Workspace used(Workspace.Extent extent) {
    byte[] bytes = new byte[extent.bytes() + 7];
    float[] floats = new float[extent.floats() + 7];
    int[] ints = new int[extent.ints() + 7];
    Arrays.fill(bytes, (byte) 99);
    Arrays.fill(floats, Float.NaN);
    Arrays.fill(ints, 99);
    return new Workspace(bytes, 7, floats, 7, ints, 7);
  }

  private static byte[] behind(byte[] values, int count) {
    byte[] moved = new byte[values.length + count];
    System.arraycopy(values, 0, moved, count, values.length);
    return moved;
  }

  static Tensor draw(SplittableRandom random, int... dims) {
    byte[] bytes = new byte[Shape.of(dims).size()];
    random.nextBytes(bytes);
    return Tensor.ofBytes(BYTES.get(random.nextInt(2)), Shape.of(dims), bytes);
  }

  private static int awkward(SplittableRandom random) {
    return AWKWARD[random.nextInt(AWKWARD.length)];
  }

  private static boolean isSigned(Tensor t) {
    return IntegerConvolution.isSigned(new TensorType(t.element(), t.shape()));
  }
}
