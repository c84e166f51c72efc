package whyc.engine.jvm;

import java.util.List;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.ConvTranspose;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.Shape;

/**
 * Transposed convolutions of a stride with so few channels that those of all phases fill a vector:
 * the derivative of a first layer, whose 3 channels would leave most lanes idle. The result is
 * row-major.
 */
final class WovenFamily implements Family {
  /** Lanes of the widest vector. */
  private static final int CHANNELS = 16;

  @Override
  public boolean computes(Node line, Context context) {
    return line.op() instanceof ConvTranspose c
        && c.groups() == 1
        && c.window().dilationY() == 1
        && c.window().dilationX() == 1
        && c.window().strideY() * c.window().strideX() > 1
        && (long) c.window().strideY() * c.window().strideX() * line.type().shape().dim(1)
            <= CHANNELS
        && context.varying().size() == 1
        && Families.isNumber(line)
        && !Phases.of(line).rows().taps().isEmpty()
        && !Phases.of(line).columns().taps().isEmpty();
  }

  /**
   * All phases of a line as windows over the same places.
   *
   * @param rows of the places; their taps are distances, from the first that any phase sees
   */
  record Phases(Axis rows, Axis columns, Sweep each) {
    static Phases of(Node line) {
      Window w = ((ConvTranspose) line.op()).window();
      Shape y = line.type().shape();
      Sweep each = Sweep.of(line);
      return new Phases(
          together(each.rows(), Math.ceilDiv(y.dim(2), w.strideY())),
          together(each.columns(), Math.ceilDiv(y.dim(3), w.strideX())),
          each);
    }

    private static Axis together(List<Axis> phases, int count) {
      List<Axis> seeing = phases.stream().filter(p -> !p.taps().isEmpty()).toList();
      int first = seeing.stream().mapToInt(Axis::offset).min().orElse(0);
      int end = seeing.stream().mapToInt(p -> p.offset() + p.taps().size()).max().orElse(0);
      return Axis.of(1, end - first, -first, 1, count);
    }
  }

  @Override
  public boolean givesImages() {
    return false;
  }

  @Override
  public Border border(Node line, int operand, Graph graph) {
    Phases phases = Phases.of(line);
    return operand == 0
        ? new Sweep(List.of(phases.rows()), List.of(phases.columns()))
            .border(graph.type(line.operands().getFirst()).shape())
        : Border.NONE;
  }

  @Override
  public boolean readsNumbers() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return new WovenRecipe(arrangement, weights, step);
  }
}
