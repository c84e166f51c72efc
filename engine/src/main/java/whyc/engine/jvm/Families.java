package whyc.engine.jvm;

import java.util.List;
import java.util.stream.Stream;
import whyc.graph.Node;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;

/** Every kind of kernel, the special before the general. */
final class Families {
  /**
   * Operations and loads after a heart. They are written for each vector of its tile, sixteen of
   * them, and the code must stay small enough to be compiled.
   */
  private static final int MAX_TAIL = 8;

  /** Operations of a step without a heart, whose lines are there for few vectors. */
  private static final int MAX_WEIGHT = 96;

  private static final Family PLAIN = new PlainFamily();

  private static final List<Family> ALL =
      List.of(
          new IntegerFamily(),
          new ChannelwiseFamily(),
          new WovenFamily(),
          new ConvFamily(),
          new MatMulFamily(true),
          new MaxPoolFamily(false),
          new MaxPoolFamily(true),
          new MaxPoolRouteFamily(),
          new PieceFamily(),
          new ReductionFamily(false),
          new ReductionFamily(true),
          new ElementwiseFamily(true),
          new MoveFamily(true),
          new MoveFamily(false),
          new MatMulFamily(false),
          new ElementwiseFamily(false));

  private Families() {}

  /** The family that computes a line; every line has one. */
  static Family of(Node line, Family.Context context) {
    return ALL.stream().filter(f -> f.computes(line, context)).findFirst().orElse(PLAIN);
  }

  /** Whether a line may run in the step of another: its vectors follow from the heart's. */
  static boolean follows(Arrangement a, Step step, Value line) {
    Family heart = a.family(step.heart());
    return heart.takesTail()
        && a.family(line) instanceof ElementwiseFamily e
        && heart.onImages() == e.onImages()
        && a.graph().type(line).shape().equals(a.graph().type(step.heart()).shape())
        && (heart instanceof ElementwiseFamily
            ? weight(a, step, line) <= MAX_WEIGHT && joins(a, line)
            : weight(a, step, line) + loads(a, step, line) <= MAX_TAIL);
  }

  /** Operations of a step after its heart, with one more line. */
  private static int weight(Arrangement a, Step step, Value line) {
    return Stream.concat(step.lines().stream().skip(1), Stream.of(line))
        .mapToInt(v -> Elementwise.weight(a.graph().node(v).op()))
        .sum();
  }

  /** What the lines after a heart read that is not a result of the step. */
  private static long loads(Arrangement a, Step step, Value line) {
    return Stream.concat(step.lines().stream().skip(1), Stream.of(line))
        .flatMap(v -> a.graph().node(v).operands().stream())
        .filter(v -> !step.lines().contains(v) && a.graph().type(v).shape().size() > 1)
        .distinct()
        .count();
  }

  /** Whether a line leaves the loops of a step at four. */
  private static boolean joins(Arrangement a, Value line) {
    Shape shape = a.graph().type(line).shape();
    return shape.rank() <= 4
        || a.graph().node(line).operands().stream()
            .map(v -> a.graph().type(v).shape())
            .allMatch(s -> s.equals(shape) || s.size() == 1);
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
