package whyc.op;

import java.util.List;

/**
 * Channels damped by their neighbours (Krizhevsky et al. 2012, section 3.3).
 *
 * <pre>{@code
 * y[n,c,..] = x[n,c,..] / (bias + alpha / size * sum_k x[n,k,..]^2)^beta
 *     k from c - floor((size - 1) / 2) to c + ceil((size - 1) / 2), as far as there are channels
 * }</pre>
 */
public record LocalResponseNorm(int size, double alpha, double beta, double bias)
    implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    int channels = g.shape(x).dim(1);
    Window window = new Window(size, 1, 1, 1, (size - 1) / 2, 0, size / 2, 0, 1, 1);
    Value planes = g.reshape(g.square(x), 0, 1, channels, -1);
    Value sums = g.reshapeAs(g.emit(new SumPool(window), planes), x);
    Value damping = g.shift(g.scale(sums, alpha / size), bias);
    return g.div(x, g.emit(new Pow(), damping, g.scalar(beta, x)));
  }
}
