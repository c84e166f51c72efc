package whyc.op;

import java.util.List;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The sum under a sliding window; padding adds nothing. An average is this times the reciprocal of
 * the count.
 *
 * <pre>{@code
 * y[n,c,i,j] = sum_{u,v} x[n,c, i*sy + u*dy - top, j*sx + v*dx - left]     x: [n,c,h,w]
 * dx = depthwise ConvTranspose(dy, ones), or dy repeated where the windows tile the image
 * }</pre>
 */
public record SumPool(Window window) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1 && operands.getFirst().shape().rank() == 4,
        this,
        "x: [n,c,h,w]",
        operands);
    return MaxPool.pooled(this, window, operands.getFirst());
  }

  private static Tensor ones(Window window, TensorType x, int channels) {
    Shape shape = Shape.of(channels, 1, window.height(), window.width());
    return Tensor.filled(x.with(shape), 1);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    int channels = x.shape().dim(1);
    return new Conv(window, channels).evaluate(List.of(x, ones(window, x.type(), channels)));
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value x = at.operand(0);
    Value dy = at.cotangent();
    Shape in = g.shape(x);
    Shape out = g.shape(dy);
    if (window.isTiling()
        && in.dim(2) == out.dim(2) * window.height()
        && in.dim(3) == out.dim(3) * window.width()) {
      Value tile =
          g.constant(
              Tensor.filled(
                  g.type(dy).with(Shape.of(1, 1, 1, window.height(), 1, window.width())), 1));
      return g.reshapeAs(g.mul(g.unsqueeze(dy, 3, 5), tile), x);
    }
    Value kernel = g.constant(ones(window, g.type(dy), in.dim(1)));
    return g.emit(ConvTranspose.of(window, in.dim(1), in, out), dy, kernel);
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary((long) infer(operands).shape().size() * window.area());
  }
}
