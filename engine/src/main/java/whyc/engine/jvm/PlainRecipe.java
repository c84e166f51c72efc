package whyc.engine.jvm;

import java.util.List;
import whyc.graph.Node;
import whyc.op.*;
import whyc.schedule.Step;

/**
 * Row-major values of any type, by the operator's definition in plain loops over doubles: right for
 * everything, and without allocation. What runs often has a kernel of vectors.
 */
record PlainRecipe(Arrangement a, Weights weights, Step step) implements Recipe {
  @Override
  public String name() {
    return "plain";
  }

  @Override
  public Kernel bind(Places places) {
    Node n = a.graph().node(step.heart());
    List<Cells> x = Cells.of(a, weights, n.operands(), places);
    Cells y = Cells.of(a, weights, step.heart(), places);
    return switch ((Primitive) n.op()) {
      case Unary u -> PlainElementwise.of(u, x, y);
      case Binary b -> PlainElementwise.of(b, x, y);
      case Where w -> PlainElementwise.of(w, x, y);
      case Gate g -> PlainElementwise.of(g, x, y);
      case Cast c -> PlainElementwise.of(c, x, y);
      case QuantizeLinear q -> PlainElementwise.of(q, x, y);
      case Requantize r -> PlainElementwise.of(r, x, y);
      case Expand _, ExpandAs _ -> PlainCopy.repeated(x.getFirst(), y);
      case Reshape _, ReshapeAs _, Squeeze _, Unsqueeze _ -> PlainCopy.reshaped(x.getFirst(), y);
      case Transpose t -> PlainCopy.transposed(t, x.getFirst(), y);
      case Slice s -> PlainCopy.slice(s, x.getFirst(), y);
      case Pad p -> PlainCopy.padded(p, x.getFirst(), y);
      case Concat c -> PlainCopy.joined(c, x, y);
      case Gather g -> PlainPick.gather(g, x.get(0), x.get(1), y);
      case GatherElements g -> PlainPick.gatherElements(g, x.get(0), x.get(1), y);
      case OneHot o -> new PlainPick.Hot(o, x.getFirst(), y);
      case ArgMax m -> PlainPick.argMax(m, x.getFirst(), y);
      case Reduction r -> PlainReduction.of(r, x.getFirst(), y);
      case Softmax s -> PlainReduction.softmax(s, x.getFirst(), y);
      case MatMul _ -> PlainMatMul.of(x.get(0), x.get(1), y);
      case IntegerMatMul m -> new PlainMatMul.OfIntegers(m.product(), x.get(0), x.get(1), y);
      case Conv c -> new PlainWindows.Convolution(c, x.get(0), x.get(1), y);
      case ConvTranspose c -> new PlainWindows.Transposed(c, x.get(0), x.get(1), y);
      case IntegerConv c -> new PlainWindows.IntegerConvolution(c, x.get(0), x.get(1), y);
      case IntegerConvTranspose c -> new PlainWindows.IntegerTransposed(c, x.get(0), x.get(1), y);
      case SumPool p -> new PlainWindows.Sums(p.window(), x.getFirst(), y);
      case MaxPool p -> new PlainWindows.Maxima(p.window(), x.getFirst(), y);
      case MaxPoolSwitches p -> new PlainWindows.Switches(p.window(), x.getFirst(), y);
      case MaxPoolGradient p -> new PlainWindows.ToWinners(p.window(), x.get(0), x.get(2), y);
      case MaxPoolRoute p -> new PlainWindows.ToSwitches(p.window(), x.get(0), x.get(1), y);
      case Constant _, Input _ ->
          throw new IllegalArgumentException(n.op().name() + " is given, and no step");
    };
  }
}
