package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * The weight of a convolution, [o,c,kh,kw], in blocks of output channels that run together:
 * [o/16][c][kh][kw][16], what is left over of the channels in a block of 16, 8 or 4 with zeros
 * behind them.
 *
 * @param most channels of a block: 16 or 8
 */
record TiledWeights(Tensor weight, String name, int most) {
  /** Channels of a block of a convolution whose vectors are made of channels. */
  static final int MOST = 16;

  /**
   * Output channels from one to another.
   *
   * @param outputs channels of a block
   */
  record Block(int first, int end, int outputs) {
    /** Whether these are several blocks. */
    boolean isLoop() {
      return end - first > outputs;
    }
  }

  static TiledWeights of(Tensor weight, Value v, int most) {
    return new TiledWeights(weight, "w%d_by_%d".formatted(v.index(), most), most);
  }

  /**
   * What a transposed convolution multiplies with where it computes every so many rows and columns:
   * the taps that meet there, turned round, as the weight of a convolution.
   *
   * @param weight [o,c,kh,kw]
   */
  static TiledWeights of(Tensor weight, Value v, Phase rows, Phase columns) {
    Shape s = weight.shape();
    Shape turned = Shape.of(s.dim(1), s.dim(0), rows.taps(), columns.taps());
    double[] from = weight.doubles();
    double[] to = new double[turned.size()];
    int at = 0;
    for (int c = 0; c < s.dim(1); c++) {
      for (int o = 0; o < s.dim(0); o++) {
        for (int a = 0; a < rows.taps(); a++) {
          for (int b = 0; b < columns.taps(); b++) {
            int row = (o * s.dim(1) + c) * s.dim(2) + rows.tap(a);
            to[at++] = from[row * s.dim(3) + columns.tap(b)];
          }
        }
      }
    }
    String name = "w%d_by_%d_%d_%d".formatted(v.index(), MOST, rows.first, columns.first);
    return new TiledWeights(Tensor.of(weight.type().with(turned), to), name, MOST);
  }

  /**
   * Rows of the result of a transposed convolution, {@code first, first + stride ...}, in all of
   * which the same taps of the weight meet.
   *
   * @param all taps of the weight
   * @param before padding
   */
  record Phase(int first, int stride, int all, int before) {
    private int least() {
      return (first + before) % stride;
    }

    int taps() {
      return least() < all ? Math.ceilDiv(all - least(), stride) : 0;
    }

    /** The weight's tap that is this one of the convolution. */
    int tap(int a) {
      return least() + stride * (taps() - 1 - a);
    }

    /** Padding of the convolution; negative where it begins within the image. */
    int padding() {
      return taps() - 1 - (first + before - least()) / stride;
    }

    /** Rows out of so many. */
    int count(int extent) {
      return Math.ceilDiv(extent - first, stride);
    }
  }

  List<Block> blocks() {
    int outputs = weight.shape().dim(0);
    int full = outputs / most * most;
    List<Block> blocks = new ArrayList<>();
    if (full > 0) {
      blocks.add(new Block(0, full, most));
    }
    int rest = outputs - full;
    if (rest > 0) {
      blocks.add(new Block(full, outputs, rest > 8 ? 16 : rest > 4 ? 8 : 4));
    }
    return blocks;
  }

  /** Channels of the largest block. */
  int largest() {
    return blocks().stream().mapToInt(Block::outputs).max().orElseThrow();
  }

  /** Numbers for one output channel. */
  int perOutput() {
    return weight.shape().product(1, 4);
  }

  Tensor numbers() {
    double[] w = weight.doubles();
    int taps = perOutput();
    int channels =
        blocks().stream()
            .mapToInt(b -> b.first + Math.ceilDiv(b.end - b.first, b.outputs) * b.outputs)
            .max()
            .orElseThrow();
    double[] tiled = new double[channels * taps];
    for (Block b : blocks()) {
      for (int o = b.first; o < b.end; o++) {
        int block = o - (o - b.first) % b.outputs;
        for (int t = 0; t < taps; t++) {
          tiled[block * taps + t * b.outputs + o - block] = w[o * taps + t];
        }
      }
    }
    return Tensor.of(weight.type().with(Shape.of(tiled.length)), tiled);
  }
}
