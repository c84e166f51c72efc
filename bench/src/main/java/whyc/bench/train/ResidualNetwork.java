package whyc.bench.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A small residual network for pictures of 32 x 32 pixels (He et al. 2016, section 4.2), as data.
 * With the widths 16, 32, 64 and one block a stage it is of the size of the ResNet-8 of MLPerf Tiny
 * (Banbury et al. 2021): 12.5 million multiplications a picture, 78 thousand parameters.
 *
 * <pre>{@code
 * stem:   relu(bn(conv3x3(x)))
 * block:  relu(bn(conv3x3(relu(bn(conv3x3(x))))) + shortcut(x))     the first stride is 2 from stage 2 on
 *         shortcut is x itself, or bn(conv1x1(x)) with stride 2 where the shape changes
 * head:   mean over all positions, then one linear layer
 * }</pre>
 *
 * @param units the convolutions in an order in which they can be computed
 * @param features channels that reach the linear layer
 */
record ResidualNetwork(List<Unit> units, int features) {
  static final String INPUT = "input";
  static final float BATCH_NORM_EPSILON = 1e-5f;

  /** The network with these channels in its stages and so many blocks in each. */
  static ResidualNetwork of(List<Integer> widths, int blocks) {
    List<Unit> units = new ArrayList<>();
    int channels = widths.getFirst();
    units.add(new Unit("stem", INPUT, ImageSet.COLOURS, channels, 3, 1, Optional.empty(), true));
    for (int stage = 0; stage < widths.size(); stage++) {
      for (int block = 0; block < blocks; block++) {
        int stride = stage > 0 && block == 0 ? 2 : 1;
        String name = "stage%d.block%d".formatted(stage + 1, block + 1);
        units.addAll(block(name, units.getLast().name(), channels, widths.get(stage), stride));
        channels = widths.get(stage);
      }
    }
    return new ResidualNetwork(List.copyOf(units), channels);
  }

  private static List<Unit> block(String name, String input, int from, int to, int stride) {
    List<Unit> units = new ArrayList<>();
    String shortcut = input;
    if (from != to || stride != 1) {
      shortcut = name + ".shortcut";
      units.add(new Unit(shortcut, input, from, to, 1, stride, Optional.empty(), false));
    }
    String first = name + ".conv1";
    units.add(new Unit(first, input, from, to, 3, stride, Optional.empty(), true));
    units.add(new Unit(name + ".conv2", first, to, to, 3, 1, Optional.of(shortcut), true));
    return units;
  }

  /** All tensors: those of the units in order, then those of the linear layer. */
  List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    units.forEach(unit -> parameters.addAll(unit.parameters()));
    parameters.add(
        new Parameter("linear.weight", Parameter.Role.WEIGHT, List.of(ImageSet.CLASSES, features)));
    parameters.add(new Parameter("linear.bias", Parameter.Role.BIAS, List.of(ImageSet.CLASSES)));
    return List.copyOf(parameters);
  }
}
