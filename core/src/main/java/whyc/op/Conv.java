package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Convolution over two spatial axes, with channels in groups.
 *
 * <pre>{@code
 * y[n,o,i,j] = sum_{c,u,v} x[n, group(o)*C/G + c, i*sy + u*dy - top, j*sx + v*dx - left] * w[o,c,u,v]
 *     x: [n,C,h,w]   w: [O,C/G,kh,kw]   y: [n,O,h',w']
 * dx = ConvTranspose(dy, w)
 * dw = Conv(x with batch and channels exchanged, dy likewise), strides and dilations exchanged
 * }</pre>
 */
public record Conv(Window window, int groups) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && operands.get(0).element() == operands.get(1).element()
            && operands.get(0).shape().rank() == 4
            && operands.get(1).shape().rank() == 4,
        this,
        "x: [n,c,h,w] and w: [o,c/groups,kh,kw] of one element type",
        operands);
    return operands.get(0).with(result(this, window, groups, operands));
  }

  /** The shape of a convolution of x: [n,c,h,w] and w: [o,c/groups,kh,kw]. */
  static Shape result(Op op, Window window, int groups, List<TensorType> operands) {
    Shape x = operands.get(0).shape();
    Shape w = operands.get(1).shape();
    Refuse.unless(
        groups >= 1 && x.dim(1) == (long) w.dim(1) * groups && w.dim(0) % groups == 0,
        op,
        "channels that divide into " + groups + " groups",
        operands);
    Refuse.unless(
        w.dim(2) == window.height() && w.dim(3) == window.width(),
        op,
        "a weight of " + window.height() + " x " + window.width(),
        operands);
    int h = window.outputHeight(x.dim(2));
    int v = window.outputWidth(x.dim(3));
    Refuse.unless(h > 0 && v > 0, op, "an image no smaller than the window", operands);
    return Shape.of(x.dim(0), w.dim(0), h, v);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(List.of(operands.get(0).type(), operands.get(1).type()));
    Shape in = operands.get(0).shape();
    Shape weight = operands.get(1).shape();
    Shape out = type.shape();
    double[] x = operands.get(0).doubles();
    double[] w = operands.get(1).doubles();
    double[] y = new double[out.size()];
    int perGroup = weight.dim(1);
    int outputsPerGroup = out.dim(1) / groups;
    Plane image = new Plane(in.dim(2), in.dim(3));
    Plane result = new Plane(out.dim(2), out.dim(3));
    for (int n = 0; n < out.dim(0); n++) {
      for (int o = 0; o < out.dim(1); o++) {
        int y0 = (n * out.dim(1) + o) * result.size();
        for (int c = 0; c < perGroup; c++) {
          int channel = o / outputsPerGroup * perGroup + c;
          int x0 = (n * in.dim(1) + channel) * image.size();
          int w0 = (o * perGroup + c) * window.area();
          for (int tap = 0; tap < window.area(); tap++) {
            accumulate(x, x0, image, w[w0 + tap], tap, y, y0, result);
          }
        }
      }
    }
    return Tensor.of(type, y);
  }

  private record Plane(int height, int width) {
    int size() {
      return height * width;
    }
  }

  /** Adds one tap of one input plane to one output plane. */
  private void accumulate(
      double[] x, int x0, Plane image, double weight, int tap, double[] y, int y0, Plane result) {
    int offsetY = tap / window.width() * window.dilationY() - window.top();
    int offsetX = tap % window.width() * window.dilationX() - window.left();
    int stride = window.strideX();
    int first = offsetX < 0 ? Math.ceilDiv(-offsetX, stride) : 0;
    int last = Math.min(result.width(), Math.floorDiv(image.width() - 1 - offsetX, stride) + 1);
    for (int i = 0; i < result.height(); i++) {
      int row = i * window.strideY() + offsetY;
      if (row < 0 || row >= image.height()) {
        continue;
      }
      int from = x0 + row * image.width() + offsetX;
      int to = y0 + i * result.width();
      if (stride == 1) {
        for (int j = first; j < last; j++) {
          y[to + j] += weight * x[from + j];
        }
      } else {
        for (int j = first; j < last; j++) {
          y[to + j] += weight * x[from + j * stride];
        }
      }
    }
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value x = at.operand(0);
    Value w = at.operand(1);
    return operand == 0
        ? g.emit(
            ConvTranspose.of(window, groups, g.shape(x), g.shape(at.result())), at.cotangent(), w)
        : weightCotangent(g, x, w, at.cotangent());
  }

  /**
   * The cotangent of the weight is a correlation of the image with the cotangent, over positions
   * and over the batch: batch and channels change places, stride and dilation too.
   */
  private Value weightCotangent(Emit g, Value x, Value w, Value dy) {
    Shape in = g.shape(x);
    Shape weight = g.shape(w);
    Shape out = g.shape(dy);
    int perGroup = weight.dim(1);
    Value images = g.reshape(x, -1, groups, perGroup, in.dim(2), in.dim(3));
    images = g.transpose(images, 2, 1, 0, 3, 4);
    images = g.reshape(images, perGroup, -1, in.dim(2), in.dim(3));
    Value kernels = g.transpose(dy, 1, 0, 2, 3);
    Window swapped =
        new Window(
            out.dim(2),
            out.dim(3),
            window.dilationY(),
            window.dilationX(),
            window.top(),
            window.left(),
            window.bottom(),
            window.right(),
            window.strideY(),
            window.strideX());
    Value all = g.emit(new Conv(swapped, groups), images, kernels);
    all = g.slice(all, 2, 0, weight.dim(2), 1);
    all = g.slice(all, 3, 0, weight.dim(3), 1);
    return g.transpose(all, 1, 0, 2, 3);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    Shape weight = operands.get(1).shape();
    return new Cost((long) infer(operands).shape().size() * weight.dim(1) * window.area(), 0);
  }
}
