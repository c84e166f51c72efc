package whyc.target.c;

import java.util.List;
import java.util.Optional;
import whyc.graph.Node;
import whyc.op.ArgMax;
import whyc.op.Binary;
import whyc.op.Cast;
import whyc.op.Composite;
import whyc.op.Concat;
import whyc.op.Constant;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Expand;
import whyc.op.ExpandAs;
import whyc.op.Gate;
import whyc.op.Gather;
import whyc.op.GatherElements;
import whyc.op.Input;
import whyc.op.IntegerConv;
import whyc.op.IntegerConvTranspose;
import whyc.op.IntegerMatMul;
import whyc.op.MatMul;
import whyc.op.MaxPool;
import whyc.op.MaxPoolGradient;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.OneHot;
import whyc.op.Op;
import whyc.op.Pad;
import whyc.op.Primitive;
import whyc.op.Product;
import whyc.op.QuantizeLinear;
import whyc.op.Reduction;
import whyc.op.Requantize;
import whyc.op.Reshape;
import whyc.op.ReshapeAs;
import whyc.op.Slice;
import whyc.op.Softmax;
import whyc.op.Squeeze;
import whyc.op.SumPool;
import whyc.op.Transpose;
import whyc.op.Unary;
import whyc.op.Unsqueeze;
import whyc.op.Where;
import whyc.op.Window;
import whyc.tensor.Shape;

/** For every primitive the loops and the kernel that compute it: the switch of this target. */
final class Hearts {
  private final Site site;
  private final Operands operands;
  private final Kernels kernels;
  private final Node node;
  private final Shape out;

  Hearts(Site site) {
    this.site = site;
    this.operands = site.operands();
    this.kernels = site.kernels();
    this.node = site.node();
    this.out = site.out();
  }

  /** Whether a line is computed from one element of each operand at the same place. */
  static boolean isPointwise(Op op) {
    return op instanceof QuantizeLinear || whyc.schedule.RowMajorStorage.isElementwise(op);
  }

  Heart of() {
    return switch (node.op()) {
      case Primitive p -> of(p);
      case Composite c -> throw unexpected();
    };
  }

  private Heart of(Primitive op) {
    Rearrangements rearranged = new Rearrangements(site);
    Folds folds = new Folds(site);
    Pools pools = new Pools(site);
    ProductRows rows = new ProductRows(site);
    return switch (op) {
      case Unary u -> pointwise();
      case Binary b -> pointwise();
      case Where w -> pointwise();
      case Gate g -> pointwise();
      case Cast c -> pointwise();
      case Requantize r -> pointwise();
      case QuantizeLinear q -> pointwise();
      case Expand e -> rearranged.moved(site.within(), 0);
      case ExpandAs e -> rearranged.moved(site.within(), 0);
      case Transpose t ->
          rearranged.moved(
              t.permutation().stream().mapToInt(p -> site.strides(site.x())[p]).toArray(), 0);
      case Slice s -> rearranged.slice(s);
      case Concat c -> rearranged.concat(c);
      case Pad p -> rearranged.pad(p);
      case Gather g -> rearranged.gather(g);
      case GatherElements g -> rearranged.gatherElements(g);
      case OneHot o -> rearranged.oneHot();
      case ArgMax a -> folds.argMax(a);
      case Reduction r -> folds.reduction(r);
      case MaxPool m -> pools.maxPoolRows(m.window());
      case MaxPoolSwitches m -> pools.switches(m.window());
      case SumPool s -> pools.pool(kernels.sumPool(operands.type(site.x())), s.window());
      case MaxPoolRoute m -> pools.route(m);
      case Softmax s -> folds.softmax(s);
      case MatMul m -> rows.matMul(Product.exact());
      case IntegerMatMul m -> rows.matMul(m.product());
      case Conv c -> convolution(c.window(), c.groups(), Product.exact(), 0);
      case IntegerConv c -> convolution(c.window(), c.groups(), c.product(), c.padding());
      case ConvTranspose c -> transposed(c, Product.exact());
      case IntegerConvTranspose c -> transposed(c.transposed(), c.product());
      case MaxPoolGradient m ->
          throw TargetException.at(
              node, "windows of at most 255 taps", m.window().area() + " taps");
      case Constant c -> throw unexpected();
      case Input i -> throw unexpected();
      case Reshape r -> throw unexpected();
      case ReshapeAs r -> throw unexpected();
      case Squeeze s -> throw unexpected();
      case Unsqueeze u -> throw unexpected();
    };
  }

  private IllegalStateException unexpected() {
    return new IllegalStateException("no step computes " + node.op().name());
  }

  private Heart pointwise() {
    return site.expression(Axes.joined(out, site.tail()), List.of(), Optional.empty());
  }

  private Heart convolution(Window w, int groups, Product product, int padding) {
    if (!isExact(product) || padding != 0) {
      return new ProductRows(site).convRows(w, groups, product, padding);
    }
    if (ConvPlanes.fit(site, groups)) {
      return new ConvPlanes(site, w).heart();
    }
    if (!isTiled(groups)) {
      return new ProductRows(site).convRows(w, groups, product, padding);
    }
    return ConvPoints.fit(site, w) ? new ConvPoints(site).heart() : new ConvTiles(site, w).heart();
  }

  private Heart transposed(ConvTranspose c, Product product) {
    Window w = c.window();
    return isExact(product) && isTiled(c.groups()) && w.dilationY() == 1 && w.dilationX() == 1
        ? new ConvTransposeTiles(site, w).heart()
        : new ProductRows(site).convTransposeRows(c, product);
  }

  /** Whether products are what they say, and sums of them fill vectors of 32 bits. */
  private boolean isExact(Product product) {
    return product.equals(Product.exact())
        && (site.type() == CType.FLOAT || site.type() == CType.I32);
  }

  /** Whether a convolution runs in registers: one group, weights that are known. */
  private boolean isTiled(int groups) {
    return groups == 1 && operands.isKnown(node.operands().get(1)) && out.dim(1) > 1;
  }
}
