package whyc.op;

import java.util.List;

/** {@code y = sum of x over the axes}, {@code dx = dy}, repeated along them. */
public record ReduceSum(List<Integer> axes) implements Reduction {
  @Override
  public double start() {
    return 0;
  }

  @Override
  public double fold(double accumulated, double x) {
    return accumulated + x;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    return g.expandAs(at.cotangent(), at.operand(0));
  }
}
