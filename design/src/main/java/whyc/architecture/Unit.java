package whyc.architecture;

import java.util.List;
import java.util.Optional;
import whyc.op.Window;

/**
 * One line of a network:
 *
 * <pre>{@code
 * y = batchNorm(conv(input))  [+ addend]  [then the network's activation]
 * }</pre>
 *
 * The convolution has no bias and a padding of {@code kernel / 2} on each side.
 *
 * @param input name of the unit that is read, or {@link Architecture#INPUT}
 * @param side height and width of what is read
 * @param groups 1, or the number of channels where each has a window of its own
 * @param addend name of the unit that is added after the normalisation
 */
public record Unit(
    String name,
    String input,
    int side,
    int inputChannels,
    int outputChannels,
    int kernel,
    int stride,
    int groups,
    Optional<String> addend,
    boolean activated) {

  /** A unit of one group without an addend, activated. */
  static Unit of(String name, String input, int side, int from, int to, int kernel, int stride) {
    return new Unit(name, input, side, from, to, kernel, stride, 1, Optional.empty(), true);
  }

  Unit plus(String other) {
    return new Unit(
        name,
        input,
        side,
        inputChannels,
        outputChannels,
        kernel,
        stride,
        groups,
        Optional.of(other),
        activated);
  }

  Unit linear() {
    return new Unit(
        name, input, side, inputChannels, outputChannels, kernel, stride, groups, addend, false);
  }

  /** Each channel by itself. */
  Unit depthwise() {
    return new Unit(
        name,
        input,
        side,
        inputChannels,
        outputChannels,
        kernel,
        stride,
        inputChannels,
        addend,
        activated);
  }

  Window window() {
    int pad = kernel / 2;
    return Window.of(kernel, kernel, stride).padded(pad, pad, pad, pad);
  }

  /** Height and width of the result. */
  int outputSide() {
    return window().outputHeight(side);
  }

  List<Parameter> parameters() {
    List<Integer> channels = List.of(outputChannels);
    return List.of(
        new Parameter(
            name + ".weight",
            Parameter.Role.WEIGHT,
            List.of(outputChannels, inputChannels / groups, kernel, kernel)),
        new Parameter(name + ".gamma", Parameter.Role.SCALE, channels),
        new Parameter(name + ".beta", Parameter.Role.SHIFT, channels),
        new Parameter(name + ".mean", Parameter.Role.RUNNING_MEAN, channels),
        new Parameter(name + ".variance", Parameter.Role.RUNNING_VARIANCE, channels));
  }
}
