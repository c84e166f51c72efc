package whyc.op;

import java.util.List;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The derivative of {@link MaxPool}: each cotangent goes to the value that won its window, the
 * first of the largest in row-major order.
 *
 * <pre>{@code
 * dx[winner(n,c,i,j)] += dy[n,c,i,j]     x, dx: [n,c,h,w]   y, dy: [n,c,h',w']
 * }</pre>
 *
 * The pooled {@code y} is an operand so that a target without switches can find the winner by
 * comparison. Itself a linear function of {@code dy}; its transpose gathers at the winners, which
 * {@code MaxPool} of second derivatives would need and no explanation here does.
 */
public record MaxPoolGradient(Window window) implements Primitive {
  @Override
  public TensorType infer(List<TensorType> operands) {
    Refuse.unless(
        operands.size() == 3
            && operands.get(0).shape().rank() == 4
            && MaxPool.pooled(this, window, operands.get(0)).shape().equals(operands.get(1).shape())
            && operands.get(1).shape().equals(operands.get(2).shape()),
        this,
        "x: [n,c,h,w], its pooled y and a cotangent of that",
        operands);
    return operands.get(0).with(operands.get(2).element());
  }

  @Override
  public Tensor evaluate(List<Tensor> operands) {
    Tensor x = operands.get(0);
    double[] dy = operands.get(2).doubles();
    double[] dx = new double[x.size()];
    int[] winners = MaxPool.winners(window, x.shape(), operands.get(1).shape(), x.doubles());
    for (int i = 0; i < dy.length; i++) {
      if (winners[i] >= 0) {
        dx[winners[i]] += dy[i];
      }
    }
    return Tensor.of(x.type().with(operands.get(2).element()), dx);
  }

  @Override
  public boolean isDifferentiable(int operand) {
    return false;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    throw new IllegalArgumentException("MaxPoolGradient is a derivative; it has none of its own");
  }

  @Override
  public Cost cost(List<TensorType> operands) {
    return Cost.elementary((long) operands.get(1).shape().size() * window.area());
  }
}
