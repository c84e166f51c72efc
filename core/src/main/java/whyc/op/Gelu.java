package whyc.op;

import java.util.List;

/**
 * The Gaussian error linear unit (Hendrycks and Gimpel 2016, section 2).
 *
 * <pre>{@code
 * y = x/2 * (1 + erf(x / sqrt(2)))                                          exact
 * y = x/2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))                 approximate
 * }</pre>
 */
public record Gelu(boolean approximate) implements Composite {
  @Override
  public Value expand(Emit g, List<Value> operands) {
    Value x = Refuse.onlyReal(this, g, operands);
    Value bend =
        approximate
            ? g.tanh(
                g.scale(g.add(x, g.scale(g.mul(g.square(x), x), 0.044715)), Math.sqrt(2 / Math.PI)))
            : g.emit(new Erf(), g.scale(x, Math.sqrt(0.5)));
    return g.mul(g.scale(x, 0.5), g.shift(bend, 1));
  }
}
