package whyc.engine.jvm;

import java.util.List;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.schedule.Step;

/** A kind of kernel: which lines it computes, what they want for that, and how it is done. */
interface Family {

  /**
   * Whether it computes a line.
   *
   * @param line all of whose operands will be in this family's layout, constants aside
   * @param context what is known of the line's surroundings
   */
  boolean computes(Node line, Context context);

  /** Whether operands and result are images; otherwise they are row-major. */
  default boolean onImages() {
    return true;
  }

  /** Whether the result is an image. */
  default boolean givesImages() {
    return onImages();
  }

  /** The zeros that a line wants around an operand. */
  default Border border(Node line, int operand, Graph graph) {
    return Border.NONE;
  }

  /** Whether it reads images number by number, so that their channels need not fill vectors. */
  default boolean readsNumbers() {
    return false;
  }

  /** Whether lines that work element by element may follow in the same step. */
  default boolean takesTail() {
    return false;
  }

  Recipe recipe(Arrangement arrangement, Weights weights, Step step);

  /**
   * Around a line.
   *
   * @param operands the lines of its operands
   * @param fed whether the result of one of them is an image already
   */
  record Context(List<Node> operands, boolean fed) {
    public Context {
      operands = List.copyOf(operands);
    }

    /** The operands that are no constants. */
    List<Node> varying() {
      return operands.stream().filter(n -> !(n.op() instanceof Constant)).toList();
    }
  }
}
