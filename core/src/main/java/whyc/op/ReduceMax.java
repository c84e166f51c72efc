package whyc.op;

import java.util.List;

/**
 * {@code y = the largest x over the axes}; {@code dx = dy} at the largest, shared evenly among
 * equal ones.
 */
public record ReduceMax(List<Integer> axes) implements Reduction {
  @Override
  public double start() {
    return Double.NEGATIVE_INFINITY;
  }

  @Override
  public double fold(double accumulated, double x) {
    return Math.max(accumulated, x);
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value x = at.operand(0);
    Value dy = at.cotangent();
    Value isLargest = g.equal(x, at.result());
    Value winners = g.where(isLargest, g.scalar(1, dy), g.scalar(0, dy));
    Value count = g.emit(new ReduceSum(axes), winners);
    return g.mul(winners, g.div(dy, count));
  }
}
