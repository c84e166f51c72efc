package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * A convolution by one tap, which is a product of matrices: the weight's by an image's, whose rows
 * are channels. Places lie side by side, so vectors are made of those; so many places at a time
 * that their channels stay near the processor while all outputs are computed.
 */
final class ConvPoints {
  /** Places of the longest vector. */
  private static final int LANES = 16;

  /** Numbers of an image that the nearest memory holds. */
  private static final int NEAR = 8192;

  private static final int MOST = 8;

  private final Site site;
  private final Axes axes;
  private final TiledWeights weights;
  private final int channels;
  private final int places;
  private final int chunk;

  ConvPoints(Site site) {
    this.site = site;
    Shape out = site.out();
    this.axes = Axes.each(out).withLastTwoJoined();
    this.weights = TiledWeights.of(site.weight(), site.node().operands().get(1), MOST);
    this.channels = site.operands().shape(site.x()).dim(1);
    this.places = out.product(2, 4);
    this.chunk = chunk();
  }

  /** Whether a plane has a vector of places, and is read and written as one row. */
  static boolean fit(Site site, Window window) {
    Shape out = site.out();
    return window.equals(Window.of(1, 1, 1))
        && out.product(2, 4) >= LANES
        && Axes.isOne(out, 2, 3, site.tail());
  }

  /** Places at a time, the last time no less than a vector. */
  private int chunk() {
    int wanted = Math.clamp(NEAR / channels, 2 * LANES, 8 * LANES) / LANES * LANES;
    return places <= wanted + LANES
        ? places
        : IntStream.iterate(wanted, c -> c < places, c -> c + LANES)
            .filter(c -> places % c == 0 || places % c >= LANES)
            .findFirst()
            .orElse(places);
  }

  Heart heart() {
    return new Heart(
        axes,
        List.of(Heart.Buffer.rows(site.type(), chunk * weights.largest())),
        weights.blocks().stream().map(this::part).toList());
  }

  private Part part(TiledWeights.Block b) {
    List<Loop> outer = new ArrayList<>();
    Shape out = site.out();
    String n = out.dim(0) > 1 ? "n" : "0";
    if (out.dim(0) > 1) {
      outer.add(Loop.to("n", out.dim(0)));
    }
    boolean isCut = chunk < places;
    if (isCut) {
      outer.add(new Loop("row", String.valueOf(places), chunk));
    }
    if (b.isLoop()) {
      outer.add(new Loop("o", String.valueOf(b.end()), b.outputs()));
    }
    String count =
        places % chunk == 0
            ? String.valueOf(chunk)
            : "(%1$d - row < %2$d ? %1$d - row : %2$d)".formatted(places, chunk);
    String channel = b.isLoop() ? "o + k" : b.first() == 0 ? "k" : b.first() + " + k";
    int together = b.isLoop() ? b.outputs() : b.end() - b.first();
    return new Part(
        outer,
        List.of(call(b, n, count)),
        List.of(Loop.to("k", together), new Loop("x", count, 1)),
        List.of(n, channel, isCut ? "row + x" : "x"),
        List.of(n, channel, isCut ? "row" : "0"),
        List.of(),
        Optional.of("%s[k * %s + x]".formatted(Heart.ROWS, count)));
  }

  private String call(TiledWeights.Block b, String n, String count) {
    Shape image = site.operands().shape(site.x());
    String first = b.isLoop() ? "o" : String.valueOf(b.first());
    String name = site.weights().arranged(weights.name(), weights::numbers);
    return "%s(%s, %s, %s, %d, %d, %s);"
        .formatted(
            site.kernels().convPoint(site.numbers(), b.outputs()),
            Heart.ROWS,
            site.from(
                site.x(),
                Axes.position(
                    new int[] {image.product(1, 4), 1},
                    List.of(n, chunk < places ? "row" : "0"),
                    0)),
            first.equals("0") ? name : "%s + %s * %d".formatted(name, first, channels),
            channels,
            places,
            count);
  }
}
