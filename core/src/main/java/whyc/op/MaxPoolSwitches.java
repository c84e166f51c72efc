package whyc.op;

import java.util.List;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Which tap of each window won in {@link MaxPool}: all of the image that its derivative needs, in a
 * byte for each result instead of four for each value (Zeiler and Fergus 2014, section 2.1).
 *
 * <pre>{@code
 * s[n,c,i,j] = u * kw + v of the first of the largest, in row-major order      x: [n,c,h,w]
 *              255 where the window sees only padding                          s: uint8 [n,c,h',w']
 * }</pre>
 */
public record MaxPoolSwitches(Window window) implements Flat {
  /** No tap: of so many, and no more, taps may a window be. */
  public static final int NONE = 255;

  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 1 && operands.getFirst().shape().rank() == 4 && window.area() <= NONE,
        this,
        "x: [n,c,h,w] and a window of at most " + NONE + " taps",
        operands);
    return MaxPool.pooled(this, window, operands.getFirst()).with(ElementType.UINT8);
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.getFirst();
    TensorType type = infer(List.of(x.type()));
    int[] winners = MaxPool.winners(window, x.shape(), type.shape(), x.doubles());
    byte[] switches = new byte[winners.length];
    for (int i = 0; i < switches.length; i++) {
      switches[i] = (byte) (winners[i] < 0 ? NONE : tap(i, winners[i], x.shape(), type.shape()));
    }
    return Tensor.ofBytes(type.element(), type.shape(), switches);
  }

  /** The tap through which the window at one place sees another. */
  private int tap(int result, int from, Shape in, Shape out) {
    int i = result / out.dim(3) % out.dim(2);
    int j = result % out.dim(3);
    int row = from / in.dim(3) % in.dim(2);
    int column = from % in.dim(3);
    int u = (row + window.top() - i * window.strideY()) / window.dilationY();
    int v = (column + window.left() - j * window.strideX()) / window.dilationX();
    return u * window.width() + v;
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary((long) infer(operands).shape().size() * window.area());
  }
}
