package whyc.target.c;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/** A convolution of each channel by itself: some rows of the result at a time, as one row. */
final class ConvPlanes {
  /** What vectors may run past the end of an array. */
  private static final int PAST = 16;

  /** Places that one call computes, about. */
  private static final int PLACES = 256;

  private final Site site;
  private final Window window;
  private final Shape out;
  private final int count;

  ConvPlanes(Site site, Window window) {
    this.site = site;
    this.window = window;
    this.out = site.out();
    this.count = count();
  }

  /** Whether each channel of the result is one of the image, and a plane is written as one row. */
  static boolean fit(Site site, int groups) {
    return groups > 1
        && site.operands().shape(site.x()).dim(1) == groups
        && Axes.isOne(site.out(), 2, 3, site.tail());
  }

  /** Rows at a time: as many as are about enough places, so that all calls have the same. */
  private int count() {
    int most = Math.clamp(PLACES / out.dim(3), 1, out.dim(2));
    int times = Math.ceilDiv(out.dim(2), most);
    return IntStream.rangeClosed(times, out.dim(2))
        .filter(t -> out.dim(2) % t == 0)
        .map(t -> out.dim(2) / t)
        .findFirst()
        .orElseThrow();
  }

  /** Elements of the image once for each tap of a row. */
  private int spread() {
    int deep = count + (window.height() - 1) * window.dilationY() / window.strideY();
    return window.width() * window.strideY() * deep * out.dim(3) + PAST;
  }

  Heart heart() {
    Axes axes = Axes.each(out).withLastTwoJoined();
    List<Loop> outer = new ArrayList<>();
    String n = out.dim(0) > 1 ? "n" : "0";
    if (out.dim(0) > 1) {
      outer.add(Loop.to("n", out.dim(0)));
    }
    outer.add(Loop.to("c", out.dim(1)));
    boolean isCut = count < out.dim(2);
    if (isCut) {
      outer.add(new Loop("y", String.valueOf(out.dim(2)), count));
    }
    String start = isCut ? Axes.position(new int[] {out.dim(3)}, List.of("y"), 0) : "0";
    Part part =
        new Part(
            outer,
            List.of(call(n, isCut ? "y" : "0")),
            List.of(Loop.to("x", count * out.dim(3))),
            List.of(n, "c", isCut ? start + " + x" : "x"),
            List.of(n, "c", start),
            List.of(),
            Optional.of(Heart.ROWS + "[x]"));
    return new Heart(
        axes,
        List.of(
            Heart.Buffer.rows(site.type(), count * out.dim(3) + PAST),
            new Heart.Buffer("spread", site.numbers().x(), spread())),
        List.of(part));
  }

  private String call(String n, String y) {
    Shape image = site.operands().shape(site.x());
    Value weight = site.node().operands().get(1);
    int perGroup = out.dim(1) / image.dim(1);
    String channel = perGroup == 1 ? "c" : "(c / %d)".formatted(perGroup);
    int[] planes = {image.product(1, 4), image.product(2, 4)};
    return "%s(%s, spread, %s, %s, %s, %d, %d, %s, %d, %d);"
        .formatted(
            site.kernels().convPlane(site.numbers(), window),
            Heart.ROWS,
            site.from(site.x(), Axes.position(planes, List.of(n, channel), 0)),
            site.from(weight, Axes.position(new int[] {window.area()}, List.of("c"), 0)),
            Windows.text(window),
            image.dim(2),
            image.dim(3),
            y,
            count,
            out.dim(3));
  }
}
