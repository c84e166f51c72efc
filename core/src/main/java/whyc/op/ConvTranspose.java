package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Transposed convolution: the derivative of a {@link Conv} with the same window.
 *
 * <pre>{@code
 * y[n, group(o)*C/G + c, i*sy + u*dy - top, j*sx + v*dx - left] += x[n,o,i,j] * w[o,c,u,v]
 *     x: [n,O,h',w']   w: [O,C/G,kh,kw]   y: [n,C,h,w]
 * dx = Conv(dy, w)
 * }</pre>
 *
 * @param extraHeight rows below those that the window reaches, so that y gets back the height of
 *     the image whose convolution is transposed: less than a stride
 */
public record ConvTranspose(Window window, int groups, int extraHeight, int extraWidth)
    implements Primitive {

  /** The transpose of the convolution that takes images of {@code in} to images of {@code out}. */
  static ConvTranspose of(Window window, int groups, Shape in, Shape out) {
    ConvTranspose least = new ConvTranspose(window, groups, 0, 0);
    return new ConvTranspose(
        window,
        groups,
        in.dim(2) - least.outputHeight(out.dim(2)),
        in.dim(3) - least.outputWidth(out.dim(3)));
  }

  private int outputHeight(int extent) {
    return Math.toIntExact(
        (extent - 1L) * window.strideY()
            + window.dilationY() * (window.height() - 1L)
            + 1
            - window.top()
            - window.bottom()
            + extraHeight);
  }

  private int outputWidth(int extent) {
    return Math.toIntExact(
        (extent - 1L) * window.strideX()
            + window.dilationX() * (window.width() - 1L)
            + 1
            - window.left()
            - window.right()
            + extraWidth);
  }

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && operands.get(0).element() == operands.get(1).element()
            && operands.get(0).shape().rank() == 4
            && operands.get(1).shape().rank() == 4,
        this,
        "x: [n,o,h,w] and w: [o,c/groups,kh,kw] of one element type",
        operands);
    return operands.get(0).with(result(this, operands));
  }

  /** The shape for x: [n,o,h,w] and w: [o,c/groups,kh,kw] of an operator with this window. */
  Shape result(Op op, List<TensorType> operands) {
    Shape x = operands.get(0).shape();
    Shape w = operands.get(1).shape();
    Refuse.unless(
        groups >= 1 && x.dim(1) == w.dim(0) && w.dim(0) % groups == 0,
        op,
        "channels that divide into " + groups + " groups",
        operands);
    Refuse.unless(
        w.dim(2) == window.height() && w.dim(3) == window.width(),
        op,
        "a weight of " + window.height() + " x " + window.width(),
        operands);
    int h = outputHeight(x.dim(2));
    int v = outputWidth(x.dim(3));
    Refuse.unless(h > 0 && v > 0, op, "padding that leaves an image", operands);
    return Shape.of(x.dim(0), w.dim(1) * groups, h, v);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(List.of(operands.get(0).type(), operands.get(1).type()));
    Shape in = operands.get(0).shape();
    Shape out = type.shape();
    double[] x = operands.get(0).doubles();
    double[] w = operands.get(1).doubles();
    double[] y = new double[out.size()];
    int perGroup = out.dim(1) / groups;
    int inputsPerGroup = in.dim(1) / groups;
    for (int n = 0; n < in.dim(0); n++) {
      for (int o = 0; o < in.dim(1); o++) {
        int x0 = (n * in.dim(1) + o) * in.dim(2) * in.dim(3);
        for (int c = 0; c < perGroup; c++) {
          int channel = o / inputsPerGroup * perGroup + c;
          int y0 = (n * out.dim(1) + channel) * out.dim(2) * out.dim(3);
          int w0 = (o * perGroup + c) * window.area();
          for (int tap = 0; tap < window.area(); tap++) {
            scatter(x, x0, in, w[w0 + tap], tap, y, y0, out);
          }
        }
      }
    }
    return Tensor.of(type, y);
  }

  /** Adds one input plane, through one tap, to one output plane. */
  private void scatter(
      double[] x, int x0, Shape in, double weight, int tap, double[] y, int y0, Shape out) {
    int offsetY = tap / window.width() * window.dilationY() - window.top();
    int offsetX = tap % window.width() * window.dilationX() - window.left();
    int stride = window.strideX();
    int first = offsetX < 0 ? Math.ceilDiv(-offsetX, stride) : 0;
    int last = Math.min(in.dim(3), Math.floorDiv(out.dim(3) - 1 - offsetX, stride) + 1);
    for (int i = 0; i < in.dim(2); i++) {
      int row = i * window.strideY() + offsetY;
      if (row < 0 || row >= out.dim(2)) {
        continue;
      }
      int to = y0 + row * out.dim(3) + offsetX;
      int from = x0 + i * in.dim(3);
      for (int j = first; j < last; j++) {
        y[to + j * stride] += weight * x[from + j];
      }
    }
  }

  /** The weight's cotangent is that of the convolution, with image and cotangent exchanged. */
  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Conv conv = new Conv(window, groups);
    return operand == 0
        ? g.emit(conv, at.cotangent(), at.operand(1))
        : conv.vjp(
            g, new Site(List.of(at.cotangent(), at.operand(1)), at.operand(0), at.operand(0)), 1);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    Shape weight = operands.get(1).shape();
    return new Cost((long) operands.get(0).shape().size() * weight.dim(1) * window.area(), 0);
  }
}
