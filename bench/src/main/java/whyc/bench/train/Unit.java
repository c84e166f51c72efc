package whyc.bench.train;

import java.util.List;
import java.util.Optional;

/**
 * One line of the network:
 *
 * <pre>{@code
 * y = batchNorm(conv(input))  [+ addend]  [then relu]
 * }</pre>
 *
 * <p>The convolution has no bias and a symmetric padding of {@code kernel / 2}.
 *
 * @param input name of the unit that is read, or {@link ResidualNetwork#INPUT}
 * @param addend name of the unit that is added after the normalization
 */
record Unit(
    String name,
    String input,
    int inputChannels,
    int outputChannels,
    int kernel,
    int stride,
    Optional<String> addend,
    boolean relu) {

  List<Parameter> parameters() {
    return List.of(
        new Parameter(name + ".weight", Parameter.Role.WEIGHT, weightShape()),
        new Parameter(name + ".gamma", Parameter.Role.SCALE, List.of(outputChannels)),
        new Parameter(name + ".beta", Parameter.Role.SHIFT, List.of(outputChannels)),
        new Parameter(name + ".mean", Parameter.Role.RUNNING_MEAN, List.of(outputChannels)),
        new Parameter(
            name + ".variance", Parameter.Role.RUNNING_VARIANCE, List.of(outputChannels)));
  }

  /** [output channels, input channels, height, width]. */
  private List<Integer> weightShape() {
    return List.of(outputChannels, inputChannels, kernel, kernel);
  }
}
