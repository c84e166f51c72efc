package whyc.engine.jvm;

import java.util.List;
import whyc.op.Product;
import whyc.tensor.Shape;

/** Matrix products by their definition, sums in doubles. A unit is a row of the result. */
record PlainMatMul(Cells a, Cells b, Cells y, Rows matrices) implements Kernel {
  static Kernel of(Cells a, Cells b, Cells y) {
    Shape leading = leading(y.shape());
    Rows matrices = Rows.over(leading, List.of(leading(a.shape()), leading(b.shape())));
    return new PlainMatMul(a, b, y, matrices);
  }

  private static Shape leading(Shape s) {
    return new Shape(s.dims().subList(0, s.rank() - 2));
  }

  @Override
  public int units() {
    return y.shape().size() / y.shape().dim(-1);
  }

  @Override
  public void run(Banks banks, int from, int to) {
    int m = y.shape().dim(-2);
    int n = y.shape().dim(-1);
    int depth = a.shape().dim(-1);
    for (int row = from; row < to; row++) {
      int left = (matrices.at(0, row / m) * m + row % m) * depth;
      int right = matrices.at(1, row / m) * depth * n;
      for (int j = 0; j < n; j++) {
        double sum = 0;
        for (int k = 0; k < depth; k++) {
          sum += a.get(banks, left + k) * b.get(banks, right + k * n + j);
        }
        y.set(banks, row * n + j, sum);
      }
    }
  }

  /** The same for integers with a product of their own. */
  record OfIntegers(Product product, Cells a, Cells b, Cells y) implements Kernel {
    @Override
    public int units() {
      return y.shape().size() / y.shape().dim(-1);
    }

    @Override
    public void run(Banks banks, int from, int to) {
      int n = y.shape().dim(-1);
      int depth = b.shape().dim(0);
      for (int row = from; row < to; row++) {
        for (int j = 0; j < n; j++) {
          long sum = 0;
          for (int k = 0; k < depth; k++) {
            sum +=
                product.of(
                    (int) a.integer(banks, row * depth + k), (int) b.integer(banks, k * n + j));
          }
          y.setInteger(banks, row * n + j, sum);
        }
      }
    }
  }
}
