package whyc.rtl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import whyc.tensor.Tensor;

/** The weight memory in the making: lines of so many lanes, each tensor's once. */
final class WeightImage {
  /** What a convolution's blocks are made of. */
  private record Blocks(Tensor weight, int groups, boolean turned) {}

  private final int lanes;
  private final List<long[]> lines = new ArrayList<>();
  private final Map<Object, Integer> addresses = new HashMap<>();

  WeightImage(int lanes) {
    this.lanes = lanes;
  }

  List<long[]> lines() {
    return List.copyOf(lines);
  }

  /**
   * Which words of input channels each group of output channels sums over: {@code step * group}.
   */
  record Reach(int words, int step) {}

  /**
   * The blocks of a convolution that has {@code out} output channels in {@code groups}: each sums
   * over the channels of its group alone. Where those are not the same words of each group of
   * lanes, all are summed over, with zeros.
   */
  Reach reach(int in, int out, int groups) {
    int all = Math.ceilDiv(in, lanes);
    int outWords = Math.ceilDiv(out, lanes);
    int perIn = in / groups;
    int perOut = out / groups;
    int words = 0;
    int step = -1;
    for (int g = 0; g < outWords; g++) {
      int first = g * lanes / perOut * perIn / lanes;
      int last = ((Math.min(out, (g + 1) * lanes) - 1) / perOut * perIn + perIn - 1) / lanes;
      words = Math.max(words, last - first + 1);
      if (g > 0) {
        boolean isEven = first % g == 0 && (step < 0 || first / g == step);
        step = isEven ? first / g : Integer.MAX_VALUE;
        if (!isEven) {
          return new Reach(all, 0);
        }
      }
    }
    int steps = Math.max(step, 0);
    return steps * (outWords - 1) + words > all ? new Reach(all, 0) : new Reach(words, steps);
  }

  /**
   * Blocks of a convolution, {@code [group of outputs][tap][word of inputs][input][output]}.
   *
   * @param weight {@code [O,C/groups,kh,kw]}
   * @return address of the first line
   */
  int convolution(Tensor weight, int groups) {
    return addresses.computeIfAbsent(
        new Blocks(weight, groups, false),
        key -> {
          int out = weight.shape().dim(0);
          int in = weight.shape().dim(1) * groups;
          return blocks(
              in,
              out,
              groups,
              weight.shape().product(2, 4),
              (o, c, tap) -> at(weight, o, c, tap, groups));
        });
  }

  /** Blocks of the transpose of a convolution in groups: C outputs sum over O inputs. */
  int transposed(Tensor weight, int groups) {
    return addresses.computeIfAbsent(
        new Blocks(weight, groups, true),
        key -> {
          int in = weight.shape().dim(0);
          int out = weight.shape().dim(1) * groups;
          return blocks(
              in,
              out,
              groups,
              weight.shape().product(2, 4),
              (o, c, tap) -> at(weight, c, o, tap, groups));
        });
  }

  private interface Weights {
    long of(int output, int input, int tap);
  }

  private static long at(Tensor w, int o, int c, int tap, int groups) {
    int perIn = w.shape().dim(1);
    int perOut = w.shape().dim(0) / groups;
    int area = w.shape().product(2, 4);
    return o / perOut == c / perIn ? (long) w.at((o * perIn + c % perIn) * area + tap) : 0;
  }

  private int blocks(int in, int out, int groups, int taps, Weights weights) {
    int first = lines.size();
    Reach reach = reach(in, out, groups);
    for (int g = 0; g < Math.ceilDiv(out, lanes); g++) {
      for (int tap = 0; tap < taps; tap++) {
        for (int word = 0; word < reach.words; word++) {
          block(g, (g * reach.step + word) * lanes, in, out, tap, weights);
        }
      }
    }
    return first;
  }

  private void block(int group, int firstInput, int in, int out, int tap, Weights weights) {
    for (int r = 0; r < lanes; r++) {
      long[] line = new long[lanes];
      for (int c = 0; c < lanes; c++) {
        int o = group * lanes + c;
        int i = firstInput + r;
        line[c] = o < out && i < in ? weights.of(o, i, tap) : 0;
      }
      lines.add(line);
    }
  }

  /** A table's rows {@code [rows,C]}, a line for each word of channels. */
  int rows(Tensor table) {
    return addresses.computeIfAbsent(
        List.of("rows", table),
        key -> {
          int first = lines.size();
          int channels = table.shape().dim(1);
          for (int row = 0; row < table.shape().dim(0); row++) {
            for (int word = 0; word < Math.ceilDiv(channels, lanes); word++) {
              long[] line = new long[lanes];
              for (int i = 0; i < lanes && word * lanes + i < channels; i++) {
                line[i] = (long) table.at(row * channels + word * lanes + i);
              }
              lines.add(line);
            }
          }
          return first;
        });
  }
}
