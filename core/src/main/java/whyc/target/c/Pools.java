package whyc.target.c;

import java.util.List;
import java.util.Optional;
import whyc.graph.Node;
import whyc.op.MaxPoolRoute;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/** Poolings, and their ways back. */
final class Pools {
  private final Site site;
  private final Operands operands;
  private final Kernels kernels;
  private final Node node;
  private final Shape out;

  Pools(Site site) {
    this.site = site;
    this.operands = site.operands();
    this.kernels = site.kernels();
    this.node = site.node();
    this.out = site.out();
  }

  Heart pool(String kernel, Window w) {
    Axes axes = Axes.each(out);
    List<String> at = site.nest(axes).at();
    Shape image = operands.shape(site.x());
    return site.expression(
        axes,
        List.of(),
        Optional.of(
            "%s(%s, %s, %d, %d, %s, %s)"
                .formatted(
                    kernel,
                    site.from(site.x(), Axes.position(Windows.planes(image), at, 0)),
                    Windows.text(w),
                    image.dim(2),
                    image.dim(3),
                    Windows.begin(at.get(2), w.strideY(), w.top()),
                    Windows.begin(at.get(3), w.strideX(), w.left()))));
  }

  Heart route(MaxPoolRoute m) {
    Axes axes = Axes.each(out);
    List<String> at = Nest.names(axes);
    Value dy = node.operands().get(1);
    Shape pooled = operands.shape(dy);
    String plane = Axes.position(Windows.planes(pooled), at, 0);
    int stride = m.window().strideX();
    int apart = Math.ceilDiv(out.dim(3), stride);
    String call =
        "%s(%s, codes, %s, %s, %s, %s, %d, %d, %s, %d, %d);"
            .formatted(
                kernels.maxPoolRoute(
                    operands.type(dy), operands.bits(site.x()).orElse(8), m.window()),
                Heart.ROWS,
                operands.name(site.x()),
                plane,
                site.from(dy, plane),
                Windows.text(m.window()),
                pooled.dim(2),
                pooled.dim(3),
                at.get(2),
                out.dim(3),
                apart);
    String element =
        stride == 1
            ? Heart.ROWS + "[x]"
            : "%s[x %% %d * %d + x / %d]".formatted(Heart.ROWS, stride, apart, stride);
    return site.rows(axes, 3, operands.type(dy), call)
        .with(
            List.of(
                Heart.Buffer.rows(operands.type(dy), stride * apart),
                new Heart.Buffer("codes", CType.U8, pooled.dim(3))),
            element);
  }

  Heart switches(Window w) {
    Axes axes = Axes.each(out);
    CType x = operands.type(site.x());
    CType taps = CType.unsigned(x.bytes());
    Shape image = operands.shape(site.x());
    List<String> at = Nest.names(axes);
    String call =
        "%s(%s, best, %s, %s, %d, %d, %s, %d);"
            .formatted(
                kernels.maxPoolSwitch(x, w),
                Heart.ROWS,
                site.from(site.x(), Axes.position(Windows.planes(image), at, 0)),
                Windows.text(w),
                image.dim(2),
                image.dim(3),
                at.get(2),
                out.dim(3));
    return site.rows(axes, 3, taps, call)
        .with(
            List.of(Heart.Buffer.rows(taps, out.dim(3)), new Heart.Buffer("best", x, out.dim(3))),
            "(uint8_t)" + Heart.ROWS + "[x]");
  }

  Heart maxPoolRows(Window w) {
    Axes axes = Axes.each(out);
    Shape image = operands.shape(site.x());
    List<String> at = Nest.names(axes);
    String call =
        "%s(%s, %s, %s, %d, %d, %s, %d);"
            .formatted(
                kernels.maxPoolRow(operands.type(site.x()), w),
                Heart.ROWS,
                site.from(site.x(), Axes.position(Windows.planes(image), at, 0)),
                Windows.text(w),
                image.dim(2),
                image.dim(3),
                at.get(2),
                out.dim(3));
    return site.rows(axes, 3, operands.type(site.x()), call);
  }
}
