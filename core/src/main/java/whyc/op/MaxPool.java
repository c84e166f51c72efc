package whyc.op;

import java.util.Arrays;
import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The largest value under a sliding window; padding never wins.
 *
 * <pre>{@code
 * y[n,c,i,j] = max_{u,v} x[n,c, i*sy + u*dy - top, j*sx + v*dx - left]     x: [n,c,h,w]
 * dx = MaxPoolGradient(x, dy)
 * }</pre>
 */
public record MaxPool(Window window) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1 && operands.getFirst().shape().rank() == 4,
        this,
        "x: [n,c,h,w]",
        operands);
    return pooled(this, window, operands.getFirst());
  }

  static TensorType pooled(Op op, Window window, TensorType x) {
    int h = window.outputHeight(x.shape().dim(2));
    int w = window.outputWidth(x.shape().dim(3));
    Refuse.unless(h > 0 && w > 0, op, "an image no smaller than the window", List.of(x));
    return x.with(Shape.of(x.shape().dim(0), x.shape().dim(1), h, w));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    TensorType type = infer(List.of(x.type()));
    double[] values = x.doubles();
    double[] y = new double[type.shape().size()];
    int[] winners = winners(window, x.shape(), type.shape(), values);
    for (int i = 0; i < y.length; i++) {
      y[i] = winners[i] < 0 ? Double.NEGATIVE_INFINITY : values[winners[i]];
    }
    return Tensor.of(type, y);
  }

  /**
   * For each result the position of the value that won: the first of the largest, in row-major
   * order of the window, or -1 where the window sees only padding.
   */
  static int[] winners(Window window, Shape in, Shape out, double[] x) {
    int[] winners = new int[out.size()];
    Arrays.fill(winners, -1);
    int at = 0;
    for (int plane = 0; plane < in.dim(0) * in.dim(1); plane++) {
      for (int i = 0; i < out.dim(2); i++) {
        for (int j = 0; j < out.dim(3); j++, at++) {
          for (int u = 0; u < window.height(); u++) {
            int row = i * window.strideY() + u * window.dilationY() - window.top();
            if (row < 0 || row >= in.dim(2)) {
              continue;
            }
            for (int v = 0; v < window.width(); v++) {
              int column = j * window.strideX() + v * window.dilationX() - window.left();
              if (column < 0 || column >= in.dim(3)) {
                continue;
              }
              int from = (plane * in.dim(2) + row) * in.dim(3) + column;
              if (winners[at] < 0 || x[from] > x[winners[at]] || Double.isNaN(x[from])) {
                winners[at] = from;
              }
            }
          }
        }
      }
    }
    return winners;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.emit(new MaxPoolGradient(window), at.operand(0), at.result(), at.cotangent());
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary((long) infer(operands).shape().size() * window.area());
  }
}
