package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The derivative of {@link MaxPool} by its {@linkplain MaxPoolSwitches switches}: each cotangent
 * goes to the place that its window's switch points to.
 *
 * <pre>{@code
 * dx[n,c, i*sy + u*dy - top, j*sx + v*dx - left] += dy[n,c,i,j]     u, v: the switch s[n,c,i,j]
 *     s: uint8 [n,c,h',w']   dy: [n,c,h',w']   dx: [n,c,height,width]
 * }</pre>
 *
 * A switch that points to no tap, or beside the image, sends its cotangent nowhere.
 *
 * @param height of the image that was pooled
 */
public record MaxPoolRoute(Window window, int height, int width) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 2
            && operands.get(0).element() == ElementType.UINT8
            && operands.get(0).shape().equals(operands.get(1).shape())
            && operands.get(0).shape().rank() == 4
            && window.outputHeight(height) == operands.get(0).shape().dim(2)
            && window.outputWidth(width) == operands.get(0).shape().dim(3),
        this,
        "uint8 switches and a cotangent, both [n,c,h,w] as pooled from %d x %d"
            .formatted(height, width),
        operands);
    Shape pooled = operands.get(1).shape();
    return operands.get(1).with(Shape.of(pooled.dim(0), pooled.dim(1), height, width));
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    TensorType type = infer(List.of(operands.get(0).type(), operands.get(1).type()));
    Shape pooled = operands.get(1).shape();
    byte[] switches = operands.get(0).bytes();
    double[] dy = operands.get(1).doubles();
    double[] dx = new double[type.shape().size()];
    for (int at = 0; at < dy.length; at++) {
      int tap = switches[at] & 0xff;
      int plane = at / (pooled.dim(2) * pooled.dim(3));
      int i = at / pooled.dim(3) % pooled.dim(2);
      int j = at % pooled.dim(3);
      int row = i * window.strideY() + tap / window.width() * window.dilationY() - window.top();
      int column = j * window.strideX() + tap % window.width() * window.dilationX() - window.left();
      boolean inside = row >= 0 && row < height && column >= 0 && column < width;
      if (tap < window.area() && inside) {
        dx[(plane * height + row) * width + column] += dy[at];
      }
    }
    return Tensor.of(type, dx);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return false;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException("MaxPoolRoute is a derivative; it has none of its own");
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary(operands.getFirst().shape().size());
  }
}
