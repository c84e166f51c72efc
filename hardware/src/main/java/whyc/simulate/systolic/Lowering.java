package whyc.simulate.systolic;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;
import whyc.simulate.Loops;

/**
 * A layer as matrix products.
 *
 * <p>A convolution is one product for each group, of the image as a matrix with a row for each
 * output place and a column for each tap of each input channel (im2col), padding included. A
 * transposed one is written as {@link Transposed} says; in phases, along one axis:
 *
 * <pre>{@code
 * output o meets tap u  if  (o + top - u*dilation) mod stride = 0
 * phase q:  taps with u*dilation mod stride = q,  outputs with (o + top) mod stride = q
 * }</pre>
 *
 * @param groups how often the products are done, each time with other values
 * @param products of one group, in the order in which they run; none where nothing is multiplied
 * @param inputs values of one group's input image [c,h,w]
 * @param outputs values of one group's output image, also those that no tap meets
 */
public record Lowering(int groups, List<Product> products, long inputs, long outputs) {
  public static Lowering of(Loops loops, Transposed transposed) {
    return new Lowering(
        loops.groups(),
        loops.scatters() && transposed == Transposed.PHASES
            ? phases(loops)
            : List.of(product(loops, loops.output().size(), loops.window().area())),
        loops.inputs() / loops.groups(),
        loops.outputs() / loops.groups());
  }

  /** Multiply-adds of all groups, those with padding or zeros between inputs included. */
  public long multiplyAdds() {
    return groups * products.stream().mapToLong(Product::multiplyAdds).sum();
  }

  private static Product product(Loops loops, long places, long taps) {
    return new Product(places, loops.inputChannels() * taps, loops.outputChannels());
  }

  private static List<Product> phases(Loops loops) {
    var w = loops.window();
    var down = Phase.of(w.height(), w.dilationY(), w.strideY(), w.top(), loops.output().height());
    var along = Phase.of(w.width(), w.dilationX(), w.strideX(), w.left(), loops.output().width());
    List<Product> products = new ArrayList<>();
    for (Phase y : down) {
      for (Phase x : along) {
        products.add(product(loops, y.outputs * x.outputs, y.taps * x.taps));
      }
    }
    return List.copyOf(products);
  }

  /** Along one axis: how many taps meet how many outputs. */
  private record Phase(long taps, long outputs) {
    static List<Phase> of(int taps, int dilation, int stride, int before, int extent) {
      SequencedMap<Integer, Long> tapsOf = new TreeMap<>();
      for (long u = 0; u < taps; u++) {
        tapsOf.merge((int) (u * dilation % stride), 1L, Long::sum);
      }
      return tapsOf.entrySet().stream()
          .map(e -> new Phase(e.getValue(), outputs(e.getKey(), stride, before, extent)))
          .filter(phase -> phase.outputs > 0)
          .toList();
    }

    /** How many o of 0 to {@code extent - 1} have {@code (o + before) mod stride = phase}. */
    private static long outputs(int phase, int stride, int before, int extent) {
      int first = Math.floorMod(phase - before, stride);
      return first >= extent ? 0 : (extent - 1 - first) / stride + 1;
    }
  }
}
