package whyc.op;

import java.util.List;
import whyc.tensor.Shape;

/** {@code y = mean of x over the axes}, {@code dx = dy / count}, repeated along them. */
public record ReduceMean(List<Integer> axes) implements Reduction {
  @Override
  public double start() {
    return 0;
  }

  @Override
  public double fold(double accumulated, double x) {
    return accumulated + x;
  }

  @Override
  public double finish(double accumulated, int count) {
    return accumulated / count;
  }

  @Override
  public Value vjp(Emit g, Site at, int operand) {
    Value x = at.operand(0);
    Shape shape = g.shape(x);
    int count = axes.stream().mapToInt(shape::dim).reduce(1, (a, b) -> a * b);
    return g.expandAs(g.scale(at.cotangent(), 1.0 / count), x);
  }
}
