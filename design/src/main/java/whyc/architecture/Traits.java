package whyc.architecture;

import java.util.Arrays;

/** Numbers that networks are known by to those who predict. */
final class Traits {
  private Traits() {}

  /** Of the shape alone. */
  static double[] of(Architecture a) {
    double weights = a.layers().stream().mapToDouble(l -> l.loops().weights()).sum();
    double strides = a.stages().stream().mapToDouble(Stage::stride).reduce(1, (x, y) -> x * y);
    return new double[] {
      Math.log10((double) a.multiplyAdds()),
      Math.log10(weights),
      a.depth(),
      a.stages().size(),
      a.resolution(),
      a.resolution() / strides,
      a.stem(),
      a.features(),
      a.stages().stream().mapToDouble(Stage::kernel).average().orElse(0),
      a.stages().stream().mapToDouble(Stage::expansion).average().orElse(0),
      a.activation() == Activation.RELU6 ? 1 : 0
    };
  }

  /** Of a network after a short training: with what explanations say. */
  static double[] of(Study.Probed p) {
    double[] shape = of(p.training().architecture());
    double[] seen = p.insight().statistics();
    double[] all = Arrays.copyOf(shape, shape.length + seen.length + 1);
    System.arraycopy(seen, 0, all, shape.length, seen.length);
    all[all.length - 1] = p.accuracy();
    return all;
  }
}
