package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import whyc.op.ConvTranspose;
import whyc.op.Window;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * A transposed convolution with strides: for each remainder of a row and of a column by the strides
 * another convolution, of those taps that meet there. A row is put together of its columns'
 * convolutions.
 */
final class ConvTransposeTiles {
  private final Site site;
  private final Tiles tiles;
  private final Shape out;
  private final Window window;
  private final List<TiledWeights.Block> blocks;

  ConvTransposeTiles(Site site, ConvTranspose c) {
    this.site = site;
    this.tiles = new Tiles(site);
    this.out = site.out();
    this.window = c.window();
    Shape w = site.weight().shape();
    this.blocks =
        new TiledWeights(
                Tensor.filled(site.weight().type().with(Shape.of(w.dim(1), 1, 1, 1)), 0), "")
            .blocks();
  }

  private TiledWeights.Phase rows(int first) {
    return new TiledWeights.Phase(first, window.strideY(), window.height(), window.top());
  }

  private TiledWeights.Phase columns(int first) {
    return new TiledWeights.Phase(first, window.strideX(), window.width(), window.left());
  }

  private int most() {
    return blocks.stream().mapToInt(TiledWeights.Block::outputs).max().orElseThrow();
  }

  /** Places between the rows of one remainder and those of the next. */
  private int apart() {
    return most() * Tiles.padded(columns(0).count(out.dim(3)));
  }

  Heart heart() {
    List<Part> parts = new ArrayList<>();
    for (int first = 0; first < Math.min(window.strideY(), out.dim(2)); first++) {
      for (TiledWeights.Block b : blocks) {
        parts.add(part(b, rows(first)));
      }
    }
    return new Heart(Axes.each(out), CType.FLOAT, apart() * window.strideX(), parts);
  }

  private Part part(TiledWeights.Block b, TiledWeights.Phase rows) {
    Tiles.BlockLoops loops = tiles.loops(b);
    List<Loop> outer = new ArrayList<>(loops.outer());
    outer.add(Loop.to("y", rows.count(out.dim(2))));
    String y = rows.stride() == 1 ? "y" : "y * " + rows.stride();
    String row = rows.first() == 0 ? y : rows.first() + " + " + y;
    List<String> at = List.of(loops.n(), loops.channel(), row, "x");
    return new Part(
        outer,
        rows.taps() == 0 ? List.of() : calls(b, rows, loops.n()),
        List.of(Loop.to("k", loops.channels()), Loop.to("x", out.dim(3))),
        at,
        List.of(loops.n(), loops.channel(), row, "0"),
        List.of(),
        Optional.of(rows.taps() == 0 ? CType.FLOAT.literal(0) : element()));
  }

  private String element() {
    int stride = window.strideX();
    int step = Tiles.padded(columns(0).count(out.dim(3)));
    return stride == 1
        ? "%s[k * %d + x]".formatted(Heart.ROWS, step)
        : "%s[x %% %d * %d + k * %d + x / %d]".formatted(Heart.ROWS, stride, apart(), step, stride);
  }

  private List<String> calls(TiledWeights.Block b, TiledWeights.Phase rows, String n) {
    List<String> calls = new ArrayList<>();
    Shape image = site.operands().shape(site.x());
    int columns = columns(0).count(out.dim(3));
    for (int first = 0; first < Math.min(window.strideX(), out.dim(3)); first++) {
      TiledWeights.Phase phase = columns(first);
      String to = first == 0 ? Heart.ROWS : "%s + %d".formatted(Heart.ROWS, first * apart());
      calls.add(
          phase.taps() == 0
              ? "memset(%s, 0, %d * sizeof *%s);".formatted(to, apart(), Heart.ROWS)
              : tiles.call(
                  TiledWeights.of(site.weight(), site.node().operands().get(1), rows, phase),
                  b,
                  to,
                  Window.of(rows.taps(), phase.taps(), 1)
                      .padded(rows.padding(), phase.padding(), 0, 0),
                  n,
                  image.dim(2),
                  image.dim(3),
                  "y",
                  columns));
    }
    return calls;
  }
}
