package whyc.target.c;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
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
  private final Shape out;
  private final Window window;
  private final List<TiledWeights.Block> blocks;

  ConvTransposeTiles(Site site, Window window) {
    this.site = site;
    this.out = site.out();
    this.window = window;
    Shape w = site.weight().shape();
    this.blocks =
        new TiledWeights(
                Tensor.filled(site.weight().type().with(Shape.of(w.dim(1), 1, 1, 1)), 0),
                "",
                TiledWeights.MOST)
            .blocks();
  }

  private TiledWeights.Phase rows(int first) {
    return new TiledWeights.Phase(first, window.strideY(), window.height(), window.top());
  }

  private TiledWeights.Phase columns(int first) {
    return new TiledWeights.Phase(first, window.strideX(), window.width(), window.left());
  }

  /** Remainders of a row's place, and those of a column's. */
  private IntStream remainders(int stride, int extent) {
    return IntStream.range(0, Math.min(stride, extent));
  }

  private int most() {
    return blocks.stream().mapToInt(TiledWeights.Block::outputs).max().orElseThrow();
  }

  /** Rows of one remainder, a copy of the image for all of its columns. */
  private Tiles tiles(TiledWeights.Phase rows) {
    Shape image = site.operands().shape(site.x());
    List<TiledWeights.Phase> columns =
        remainders(window.strideX(), out.dim(3)).mapToObj(this::columns).toList();
    int left = columns.stream().mapToInt(TiledWeights.Phase::padding).max().orElseThrow();
    int right = columns.stream().mapToInt(c -> c.taps() - c.padding()).max().orElseThrow() + left;
    return new Tiles(
        site,
        image.dim(2),
        image.dim(3),
        rows.count(out.dim(2)),
        1,
        columns(0).count(out.dim(3)),
        Window.of(Math.max(rows.taps(), 1), Math.max(right, 1), 1),
        left);
  }

  /** Places between the rows of one remainder and those of the next. */
  private int apart() {
    return most() * tiles(rows(0)).step();
  }

  Heart heart() {
    List<Part> parts = new ArrayList<>();
    List<Heart.Buffer> images = new ArrayList<>();
    remainders(window.strideY(), out.dim(2))
        .mapToObj(this::rows)
        .forEach(rows -> {
          images.add(tiles(rows).image());
          blocks.forEach(b -> parts.add(part(b, rows)));
        });
    return new Heart(
        Axes.each(out),
        List.of(
            Heart.Buffer.rows(site.type(), apart() * window.strideX()),
            images.stream().max(Comparator.comparingInt(Heart.Buffer::elements)).orElseThrow()),
        parts);
  }

  private Part part(TiledWeights.Block b, TiledWeights.Phase rows) {
    Tiles tiles = tiles(rows);
    Tiles.BlockLoops loops = tiles.loops(b, rows.padding());
    String y = rows.stride() == 1 ? "y" : "y * " + rows.stride();
    String row = rows.first() == 0 ? y : rows.first() + " + " + y;
    return new Part(
        loops.outer(),
        rows.taps() == 0 ? List.of() : calls(b, rows, tiles),
        List.of(Loop.to("k", loops.channels()), Loop.to("x", out.dim(3))),
        List.of(loops.n(), loops.channel(), row, "x"),
        List.of(loops.n(), loops.channel(), row, "0"),
        List.of(),
        Optional.of(rows.taps() == 0 ? site.type().literal(0) : element(tiles.step())));
  }

  private String element(int step) {
    int stride = window.strideX();
    return stride == 1
        ? "%s[k * %d + x]".formatted(Heart.ROWS, step)
        : "%s[x %% %d * %d + k * %d + x / %d]".formatted(Heart.ROWS, stride, apart(), step, stride);
  }

  private List<String> calls(TiledWeights.Block b, TiledWeights.Phase rows, Tiles tiles) {
    List<String> calls = new ArrayList<>();
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
                      .padded(rows.padding(), phase.padding(), 0, 0)));
    }
    return calls;
  }
}
