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
      case MaxPoolSwitches m ->
          pools.pool(kernels.maxPoolSwitch(operands.type(site.x())), m.window());
      case SumPool s -> pools.pool(kernels.sumPool(operands.type(site.x())), s.window());
      case MaxPoolRoute m -> pools.route(m);
      case Softmax s -> folds.softmax(s);
      case MatMul m -> rows.matMul(Product.exact());
      case IntegerMatMul m -> rows.matMul(m.product());
      case Conv c ->
          isTiled(c.groups(), c.window())
              ? new ConvTiles(site, c).heart()
              : rows.convRows(c.window(), c.groups(), Product.exact(), 0);
      case IntegerConv c -> rows.convRows(c.window(), c.groups(), c.product(), c.padding());
      case ConvTranspose c ->
          isTiled(c.groups(), c.window())
              ? new ConvTransposeTiles(site, c).heart()
              : rows.convTransposeRows(c, Product.exact());
      case IntegerConvTranspose c -> rows.convTransposeRows(c.transposed(), c.product());
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

  /** Whether a convolution runs in registers: one group of floats, weights that are known. */
  private boolean isTiled(int groups, Window w) {
    return groups == 1
        && operands.type(site.x()) == CType.FLOAT
        && operands.isKnown(node.operands().get(1))
        && out.dim(1) > 1
        && (node.op() instanceof Conv || (w.dilationY() == 1 && w.dilationX() == 1));
  }
}
