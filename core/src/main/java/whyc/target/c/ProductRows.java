package whyc.target.c;

import java.util.List;
import whyc.graph.Node;
import whyc.op.ConvTranspose;
import whyc.op.Product;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/** Products of matrices and convolutions of any kind, a row of the result by each call. */
final class ProductRows {
  private final Site site;
  private final Operands operands;
  private final Kernels kernels;
  private final Node node;
  private final Shape out;

  ProductRows(Site site) {
    this.site = site;
    this.operands = site.operands();
    this.kernels = site.kernels();
    this.node = site.node();
    this.out = site.out();
  }

  Heart matMul(Product product) {
    Axes axes = Axes.each(out);
    Value b = node.operands().get(1);
    CType sums = site.type();
    int depth = operands.shape(site.x()).dim(-1);
    int columns = out.dim(-1);
    int[] left = matrices(operands.shape(site.x()), depth);
    int[] right = matrices(operands.shape(b), 0);
    String call =
        "%s(%s, %s, %s, %d, %d);"
            .formatted(
                kernels.matMulRow(operands.type(site.x()), operands.type(b), sums, product),
                Heart.ROWS,
                site.from(site.x(), Axes.position(left, Nest.names(axes), 0)),
                site.from(b, Axes.position(right, Nest.names(axes), 0)),
                depth,
                columns);
    return site.rows(axes, axes.count() - 1, sums, call);
  }

  /** Strides of one operand's matrices along the result's leading axes, and of its rows. */
  private int[] matrices(Shape operand, int row) {
    int[] strides = new int[out.rank()];
    int[] own = operand.strides();
    int shift = out.rank() - operand.rank();
    for (int i = 0; i < operand.rank() - 2; i++) {
      strides[i + shift] = operand.dim(i) == 1 ? 0 : own[i];
    }
    strides[out.rank() - 2] = row;
    return strides;
  }

  Heart convRows(Window w, int groups, Product product, int padding) {
    Axes axes = Axes.each(out);
    Value weight = node.operands().get(1);
    CType sums = site.type();
    Shape image = operands.shape(site.x());
    Shape taps = operands.shape(weight);
    List<String> at = Nest.names(axes);
    String kernel =
        kernels.convRow(
            operands.type(site.x()),
            operands.type(weight),
            sums,
            product,
            w,
            padding != 0 || !product.equals(Product.exact()));
    int perGroup = out.dim(1) / groups;
    String from = group(at, image, groups, perGroup, taps.dim(1));
    String call =
        "%s(%s, %s, %s, %s, %d, %d, %d, %s, %d, %s);"
            .formatted(
                kernel,
                Heart.ROWS,
                site.from(site.x(), from),
                site.from(
                    weight, Axes.position(new int[] {taps.product(1, 4)}, at.subList(1, 2), 0)),
                Windows.text(w),
                taps.dim(1),
                image.dim(2),
                image.dim(3),
                at.get(2),
                out.dim(3),
                operands.type(site.x()).literal(padding));
    return site.rows(axes, 3, sums, call);
  }

  /** Where the channels that one channel of the result looks at begin. */
  private static String group(
      List<String> at, Shape image, int groups, int perGroup, int channels) {
    String channel =
        groups == 1 || at.get(1).equals("0")
            ? "0"
            : perGroup == 1 ? at.get(1) : "(%s / %d)".formatted(at.get(1), perGroup);
    return Axes.position(
        new int[] {image.product(1, 4), channels * image.product(2, 4)},
        List.of(at.get(0), channel),
        0);
  }

  Heart convTransposeRows(ConvTranspose c, Product product) {
    Axes axes = Axes.each(out);
    Value weight = node.operands().get(1);
    CType sums = site.type();
    Shape image = operands.shape(site.x());
    Shape taps = operands.shape(weight);
    List<String> at = Nest.names(axes);
    int perGroup = taps.dim(1);
    int inputs = image.dim(1) / c.groups();
    String channel = at.get(1);
    String group =
        c.groups() == 1 || channel.equals("0") ? "0" : "(%s / %d)".formatted(channel, perGroup);
    String within =
        c.groups() == 1 || channel.equals("0")
            ? channel
            : "(%s %% %d)".formatted(channel, perGroup);
    String taken =
        Axes.position(
            new int[] {inputs * taps.product(1, 4), taps.product(2, 4)}, List.of(group, within), 0);
    String call =
        "%s(%s, %s, %s, %s, %d, %d, %d, %s, %d, %d);"
            .formatted(
                kernels.convTransposeRow(
                    operands.type(site.x()), operands.type(weight), sums, product),
                Heart.ROWS,
                site.from(site.x(), group(at, image, c.groups(), perGroup, inputs)),
                site.from(weight, taken),
                Windows.text(c.window()),
                inputs,
                image.dim(2),
                image.dim(3),
                at.get(2),
                out.dim(3),
                taps.product(1, 4));
    return site.rows(axes, 3, sums, call);
  }
}
