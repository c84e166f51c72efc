package whyc.engine.jvm;

import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/** Convolutions with a known weight and all channels in one group. */
final class ConvFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return line.op() instanceof Conv c
        && c.groups() == 1
        && context.varying().size() == 1
        && Families.isNumber(line);
  }

  @Override
  public Border border(Node line, int operand, Graph graph) {
    if (operand != 0) {
      return Border.NONE;
    }
    Window w = ((Conv) line.op()).window();
    Shape x = graph.type(line.operands().getFirst()).shape();
    Shape y = line.type().shape();
    return WinogradRecipe.hasForm(w)
        ? border(w, x, tiled(y, Winograd.TWO)).union(border(w, x, tiled(y, Winograd.FOUR)))
        : border(w, x, y);
  }

  /** A result with its last tiles completed. */
  private static Shape tiled(Shape y, Winograd transform) {
    int m = transform.outputs();
    return y.with(2, Math.ceilDiv(y.dim(2), m) * m).with(3, Math.ceilDiv(y.dim(3), m) * m);
  }

  /** How far a window reaches over an image. */
  static Border border(Window w, Shape x, Shape y) {
    int bottom =
        (y.dim(2) - 1) * w.strideY() + (w.height() - 1) * w.dilationY() - w.top() - x.dim(2) + 1;
    int right =
        (y.dim(3) - 1) * w.strideX() + (w.width() - 1) * w.dilationX() - w.left() - x.dim(3) + 1;
    return new Border(
        Math.max(0, w.top()), Math.max(0, w.left()), Math.max(0, bottom), Math.max(0, right));
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    String force = System.getProperty("conv", "");
    Node n = arrangement.graph().node(step.heart());
    if (!force.isEmpty() && WinogradRecipe.computes(n, arrangement.image(n.operands().get(0)), arrangement.lanes().count())) {
      Winograd t = force.charAt(0) == '2' ? Winograd.TWO : Winograd.FOUR;
      int rows = WinogradRecipe.rows(arrangement.image(step.heart()), t);
      int block = Math.min(rows, Integer.parseInt(force.substring(2)));
      return WinogradRecipe.of(arrangement, weights, step, t, block);
    }
    return ConvRecipe.of(arrangement, weights, step);
  }
}
