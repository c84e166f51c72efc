package whyc.op;

import java.util.List;

/** {@code y = product of x over the axes}, {@code dx = dy * y / x}, for x without zeros. */
public record ReduceProduct(List<Integer> axes) implements Reduction {
  @Override
  public double start() {
    return 1;
  }

  @Override
  public double fold(double accumulated, double x) {
    return accumulated * x;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.div(g.mul(at.cotangent(), at.result()), at.operand(0));
  }
}
