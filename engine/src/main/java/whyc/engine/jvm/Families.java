package whyc.engine.jvm;

import java.util.List;
import whyc.graph.Node;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.ElementType;

/** Every kind of kernel, the special before the general. */
final class Families {
  /** Lines of one step: its code must stay small enough to be compiled. */
  private static final int MAX_LINES = 16;

  private static final Family REFERENCE = new ReferenceFamily();

  private static final List<Family> ALL =
      List.of(
          new ConvFamily(), new ElementwiseFamily(), new MoveFamily(true), new MoveFamily(false));

  private Families() {}

  /** The family that computes a line; every line has one. */
  static Family of(Node line, Family.Context context) {
    return ALL.stream().filter(f -> f.computes(line, context)).findFirst().orElse(REFERENCE);
  }

  /** Whether a line may run in the step of another: its vectors follow from the heart's. */
  static boolean follows(Arrangement a, Step step, Value line) {
    return step.lines().size() < MAX_LINES
        && a.family(step.heart()).takesTail()
        && a.family(line) instanceof ElementwiseFamily
        && a.graph().type(line).shape().equals(a.graph().type(step.heart()).shape());
  }

  static boolean isNumberOrTruth(Node n) {
    return switch (n.type().element()) {
      case FLOAT32, BOOL -> true;
      default -> false;
    };
  }

  static boolean isNumber(Node n) {
    return n.type().element() == ElementType.FLOAT32;
  }
}
