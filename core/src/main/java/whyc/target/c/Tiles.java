package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * Blocks of channels of some rows of a convolution whose sums fill registers: what convolutions
 * that run so have in common. The rows of the image that they need are copied first, so that their
 * kernel never looks beside the image.
 *
 * @param height of the image
 * @param width of the image
 * @param count rows at a time
 * @param columns of a row of the result
 * @param reach the largest of the windows that run over one copy
 * @param left columns before the image in the copy
 */
record Tiles(
    Site site, int height, int width, int rows, int count, int columns, Window reach, int left) {
  private static final String IMAGE = "image";

  /** Places that kernels compute at once, at most. */
  private static final int PLACES = 8;

  /** Places for which weights are read once, at least. */
  private static final int WORTH = 32;

  /** Rows at a time, so that weights are worth being read. */
  static int count(int rows, int columns) {
    return Math.min(rows, Math.ceilDiv(WORTH, columns));
  }

  private int channels() {
    return site.operands().shape(site.x()).dim(1);
  }

  private int deep() {
    return (count - 1) * reach.strideY() + (reach.height() - 1) * reach.dilationY() + 1;
  }

  private int pitch() {
    int places = Math.ceilDiv(columns, PLACES) * PLACES;
    return (places - 1) * reach.strideX() + (reach.width() - 1) * reach.dilationX() + 1;
  }

  /** Places from one channel of the result to the next. */
  int step() {
    return count * columns + PLACES;
  }

  Heart.Buffer image() {
    return new Heart.Buffer(
        IMAGE, site.type().isReal() ? site.type() : CType.U32, channels() * deep() * pitch());
  }

  /** The loops around the rows of a block of channels, and the place of an element in them. */
  record BlockLoops(List<Loop> outer, String n, String channel, int channels) {}

  /**
   * Loops over some rows, for which the image is copied, and over channels.
   *
   * @param top padding above
   */
  BlockLoops loops(TiledWeights.Block b, int top) {
    Shape out = site.out();
    List<Loop> outer = new ArrayList<>();
    if (out.dim(0) > 1) {
      outer.add(Loop.to("n", out.dim(0)));
    }
    String n = out.dim(0) > 1 ? "n" : "0";
    outer.add(new Loop("y", String.valueOf(rows), count, List.of(copy(n, top))));
    if (b.isLoop()) {
      outer.add(new Loop("o", String.valueOf(b.end()), b.outputs()));
    }
    String channel = b.isLoop() ? "o + k" : b.first() == 0 ? "k" : b.first() + " + k";
    return new BlockLoops(outer, n, channel, b.isLoop() ? b.outputs() : b.end() - b.first());
  }

  private String copy(String n, int top) {
    Shape image = site.operands().shape(site.x());
    return "%s(%s, %s, %d, %d, %d, %s, %d, %d, %d);"
        .formatted(
            site.kernels().convPad(site.numbers()),
            IMAGE,
            site.from(site.x(), Axes.position(new int[] {image.product(1, 4)}, List.of(n), 0)),
            channels(),
            height,
            width,
            Windows.begin("y", reach.strideY(), top),
            left,
            deep(),
            pitch());
  }

  /** Rows of one turn of the loop over them. */
  String turn() {
    return rows % count == 0
        ? String.valueOf(count)
        : "(%1$d - y < %2$d ? %1$d - y : %2$d)".formatted(rows, count);
  }

  /**
   * One call that fills rows of a block of channels.
   *
   * @param to where they are written
   * @param window of the convolution, with its own padding
   */
  String call(TiledWeights tiled, TiledWeights.Block b, String to, Window window) {
    String name = site.weights().arranged(tiled.name(), tiled::numbers);
    String first = b.isLoop() ? "o" : String.valueOf(b.first());
    int shift = left - window.left();
    return "%s(%s, %s, %s, %s, %d, %d, y, %s, %d, %d, %d, %d);"
        .formatted(
            site.kernels().convTile(site.numbers(), b.outputs(), window),
            to,
            shift == 0 ? IMAGE : IMAGE + " + " + shift,
            first.equals("0") ? name : "%s + %s * %d".formatted(name, first, tiled.perOutput()),
            Windows.text(window),
            channels(),
            height,
            turn(),
            columns,
            deep(),
            pitch(),
            step());
  }
}
