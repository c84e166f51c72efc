package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * Rows of blocks of channels whose sums fill registers: what convolutions that run so have in
 * common.
 */
final class Tiles {
  private final Site site;
  private final Operands operands;
  private final Kernels kernels;
  private final Weights weights;
  private final Shape out;

  Tiles(Site site) {
    this.site = site;
    this.operands = site.operands();
    this.kernels = site.kernels();
    this.weights = site.weights();
    this.out = site.out();
  }

  /** Room for rows of which kernels compute more places than there are. */
  static int padded(int columns) {
    return Math.ceilDiv(columns, TiledWeights.COLUMNS) * TiledWeights.COLUMNS;
  }

  /** The loops of a block of channels around its rows, and the place of an element in them. */
  record BlockLoops(List<Loop> outer, String n, String channel, int channels) {}

  BlockLoops loops(TiledWeights.Block b) {
    List<Loop> outer = new ArrayList<>();
    if (out.dim(0) > 1) {
      outer.add(Loop.to("n", out.dim(0)));
    }
    if (b.isLoop()) {
      outer.add(new Loop("o", String.valueOf(b.end()), b.outputs()));
    }
    String channel = b.isLoop() ? "o + k" : b.first() == 0 ? "k" : b.first() + " + k";
    return new BlockLoops(
        outer, out.dim(0) > 1 ? "n" : "0", channel, b.isLoop() ? b.outputs() : b.end() - b.first());
  }

  /**
   * One call that fills rows of a block of channels.
   *
   * @param rows where they are written
   * @param window of the convolution, with its own padding
   */
  String call(
      TiledWeights tiled,
      TiledWeights.Block b,
      String rows,
      Window window,
      String n,
      int height,
      int width,
      String y,
      int columns) {
    Shape image = operands.shape(site.x());
    String name = weights.arranged(tiled.name(), tiled::numbers);
    String first = b.isLoop() ? "o" : String.valueOf(b.first());
    String taken =
        first.equals("0") ? name : "%s + %s * %d".formatted(name, first, tiled.perOutput());
    return "%s(%s, %s, %s, %s, %d, %d, %d, %s, %d, %d);"
        .formatted(
            kernels.convTile(b.outputs(), window),
            rows,
            site.from(site.x(), Axes.position(new int[] {image.product(1, 4)}, List.of(n), 0)),
            taken,
            Windows.text(window),
            image.dim(1),
            height,
            width,
            y,
            columns,
            padded(columns));
  }
}
