package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.MaxPoolSwitches;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** Convolutions with a known weight, transposed ones and those in groups, too. */
final class ConvFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return (line.op() instanceof Conv || line.op() instanceof ConvTranspose)
        && context.varying().size() == 1
        && Families.isNumber(line);
  }

  @Override
  public Border border(Node line, int operand, Graph graph) {
    if (operand != 0) {
      return Border.NONE;
    }
    Shape x = graph.type(line.operands().getFirst()).shape();
    Border direct = Sweep.of(line).border(x);
    return WinogradRecipe.hasForm(line)
        ? direct.union(tiled(line, x, Winograd.TWO)).union(tiled(line, x, Winograd.FOUR))
        : direct;
  }

  /** What completed tiles at the ends want. */
  private static Border tiled(Node line, Shape x, Winograd transform) {
    Shape y = line.type().shape();
    int m = transform.outputs();
    Shape whole = y.with(2, Math.ceilDiv(y.dim(2), m) * m).with(3, Math.ceilDiv(y.dim(3), m) * m);
    return Sweep.straight(((Conv) line.op()).window(), whole).border(x);
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public boolean readsNumbers() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    List<Choice.Candidate> candidates = new ArrayList<>();
    candidates.add(ConvRecipe.candidate(arrangement, step));
    if (!decidesWinners(arrangement.graph(), step) && !isOfIntegers(arrangement, step)) {
      candidates.addAll(WinogradRecipe.candidates(arrangement, step));
    }
    Choice.Candidate best = arrangement.setting().choice().of(arrangement, step, candidates);
    Recipe recipe = best.recipe().apply(weights);
    return recipe instanceof ConvRecipe c && ListedRecipe.takes(c) ? ListedRecipe.of(c) : recipe;
  }

  /**
   * Whether the winner of a pooling depends on a step, whose gradient then goes to that winner.
   * Equal patches of an image, such as an even background, give equal numbers by definition, and of
   * equal numbers the first wins. Winograd rounds each place of a tile in its own way, so that
   * another would win and its gradient land elsewhere: 6 % of SqueezeNet's saliency on a
   * photograph.
   */
  private static boolean decidesWinners(Graph graph, Step step) {
    List<Value> switches =
        IntStream.range(0, graph.nodes().size())
            .filter(i -> graph.nodes().get(i).op() instanceof MaxPoolSwitches)
            .mapToObj(Value::new)
            .toList();
    boolean[] needed = graph.neededFor(switches);
    return step.lines().stream().anyMatch(v -> needed[v.index()]);
  }

  /** Whether a weight holds whole numbers, whose sums are exact, but for Winograd's fractions. */
  private static boolean isOfIntegers(Arrangement a, Step step) {
    Value weight = a.graph().node(step.heart()).operands().get(1);
    if (!a.isConstant(weight)) {
      return false;
    }
    Tensor w = a.constant(weight).value();
    return IntStream.range(0, w.size()).allMatch(i -> w.at(i) == Math.rint(w.at(i)));
  }
}
