package whyc.target.c;

import java.util.List;
import java.util.Optional;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * A convolution of so many channels at once that their sums fill registers; of several rows, which
 * are written as one where lines behind it let them.
 */
final class ConvTiles {
  private final Site site;
  private final Window window;
  private final Shape out;
  private final boolean joined;
  private final Tiles tiles;
  private final TiledWeights weights;

  ConvTiles(Site site, Window window) {
    this.site = site;
    this.window = window;
    this.out = site.out();
    this.joined = Axes.isOne(out, 2, 3, site.tail());
    this.weights = TiledWeights.of(site.weight(), site.node().operands().get(1), TiledWeights.MOST);
    Shape image = site.operands().shape(site.x());
    boolean asRow = joined && window.equals(Window.of(1, 1, 1));
    int rows = asRow ? 1 : out.dim(2);
    int columns = asRow ? out.product(2, 4) : out.dim(3);
    this.tiles =
        new Tiles(
            site,
            asRow ? 1 : image.dim(2),
            asRow ? image.product(2, 4) : image.dim(3),
            rows,
            joined ? Tiles.count(rows, columns) : 1,
            columns,
            window,
            window.left());
  }

  Heart heart() {
    Axes each = Axes.each(out);
    return new Heart(
        joined ? each.withLastTwoJoined() : each,
        List.of(Heart.Buffer.rows(site.type(), tiles.step() * weights.largest()), tiles.image()),
        weights.blocks().stream().map(this::part).toList());
  }

  private Part part(TiledWeights.Block b) {
    Tiles.BlockLoops loops = tiles.loops(b, window.top());
    int columns = tiles.columns();
    String length =
        tiles.turn().contains(" ")
            ? "%s * %d".formatted(tiles.turn(), columns)
            : String.valueOf(tiles.count() * columns);
    String start = joined ? Axes.position(new int[] {columns}, List.of("y"), 0) : "y";
    List<String> at =
        joined
            ? List.of(loops.n(), loops.channel(), start + " + x")
            : List.of(loops.n(), loops.channel(), start, "x");
    return new Part(
        loops.outer(),
        List.of(tiles.call(weights, b, Heart.ROWS, window)),
        List.of(Loop.to("k", loops.channels()), new Loop("x", length, 1)),
        at,
        joined
            ? List.of(loops.n(), loops.channel(), start)
            : List.of(loops.n(), loops.channel(), start, "0"),
        List.of(),
        Optional.of("%s[k * %d + x]".formatted(Heart.ROWS, tiles.step())));
  }
}
