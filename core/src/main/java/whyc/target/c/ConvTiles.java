package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.op.Conv;
import whyc.op.Window;
import whyc.tensor.Shape;

/** A convolution of so many channels at once that their sums fill registers. */
final class ConvTiles {
  /** Places at once for which a convolution by one tap takes an image as one row. */
  private static final int PLANE_AS_ROW = 256;

  private final Tiles tiles;
  private final Shape out;
  private final Window window;
  private final Axes axes;
  private final boolean asRow;
  private final TiledWeights tiled;
  private final Shape image;

  ConvTiles(Site site, Conv c) {
    this.tiles = new Tiles(site);
    this.out = site.out();
    this.window = c.window();
    this.image = site.operands().shape(site.x());
    Axes each = Axes.each(out);
    this.asRow =
        window.equals(Window.of(1, 1, 1))
            && out.product(2, 4) <= PLANE_AS_ROW
            && Axes.isOne(out, 2, 3, site.tail());
    this.axes = asRow ? each.withLastTwoJoined() : each;
    this.tiled = TiledWeights.of(site.weight(), site.node().operands().get(1));
  }

  private int columns() {
    return axes.extent(axes.count() - 1);
  }

  Heart heart() {
    return new Heart(
        axes,
        CType.FLOAT,
        Tiles.padded(columns()) * tiled.most(),
        tiled.blocks().stream().map(this::part).toList());
  }

  private Part part(TiledWeights.Block b) {
    Tiles.BlockLoops loops = tiles.loops(b);
    List<Loop> outer = new ArrayList<>(loops.outer());
    String y = asRow || out.dim(2) == 1 ? "0" : "y";
    if (!y.equals("0")) {
      outer.add(Loop.to(y, out.dim(2)));
    }
    List<String> at = new ArrayList<>(List.of(loops.n(), loops.channel(), y, "x"));
    if (asRow) {
      at.remove(2);
    }
    List<String> start = new ArrayList<>(at);
    start.set(at.size() - 1, "0");
    int height = asRow ? 1 : image.dim(2);
    int width = asRow ? image.product(2, 4) : image.dim(3);
    return new Part(
        outer,
        List.of(tiles.call(tiled, b, Heart.ROWS, window, loops.n(), height, width, y, columns())),
        List.of(Loop.to("k", loops.channels()), Loop.to("x", columns())),
        at,
        start,
        List.of(),
        Optional.of("%s[k * %d + x]".formatted(Heart.ROWS, Tiles.padded(columns()))));
  }
}
