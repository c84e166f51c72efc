package whyc.engine.jvm;

import java.util.List;
import java.util.stream.IntStream;
import whyc.graph.Node;
import whyc.op.Concat;
import whyc.op.Pad;
import whyc.op.Slice;
import whyc.schedule.Step;

/** Images put together from pieces of others: slices, zeros around, channels side by side. */
final class PieceFamily implements Family {
  @Override
  public boolean computes(Node line, Context context) {
    return context.fed()
        && line.type().shape().rank() == 4
        && Families.isNumber(line)
        && context.varying().size() == line.operands().size()
        && isPiecewise(line);
  }

  private static boolean isPiecewise(Node line) {
    return switch (line.op()) {
      case Slice s -> s.axis() > 1 || (s.axis() == 1 && s.step() == 1);
      case Pad p -> p.value() == 0 && p.before().getFirst() + p.after().getFirst() == 0;
      case Concat c -> c.axis() == 1;
      default -> false;
    };
  }

  @Override
  public boolean takesTail() {
    return true;
  }

  @Override
  public Recipe recipe(Arrangement arrangement, Weights weights, Step step) {
    return PieceRecipe.of(arrangement, weights, step);
  }

  /**
   * A piece of an operand and where it goes: result channel {@code at + i} is the operand's channel
   * {@code from + i}, for {@code i < channels}; result row r is the operand's row {@code firstRow +
   * (r - rows.from) * rowStep}, for the rows of the range, and columns likewise.
   */
  record Piece(int operand, int at, int from, int channels, Range rows, Range columns) {}

  /**
   * Places of the result that a piece fills.
   *
   * @param first the operand's place that comes first
   * @param step from one place of the operand to the next
   */
  record Range(int from, int to, int first, int step) {
    static Range all(int extent) {
      return new Range(0, extent, 0, 1);
    }
  }

  /** The pieces of a line, in the order of their channels; what they leave is zero. */
  static List<Piece> pieces(Node line, List<Layout.Image> operands) {
    Layout.Image x = operands.getFirst();
    int height = line.type().shape().dim(2);
    int width = line.type().shape().dim(3);
    return switch (line.op()) {
      case Slice s ->
          List.of(
              new Piece(
                  0,
                  0,
                  s.axis() == 1 ? s.start() : 0,
                  line.type().shape().dim(1),
                  s.axis() == 2 ? new Range(0, height, s.start(), s.step()) : Range.all(height),
                  s.axis() == 3 ? new Range(0, width, s.start(), s.step()) : Range.all(width)));
      case Pad p ->
          List.of(
              new Piece(
                  0,
                  p.before().get(1),
                  0,
                  x.channels(),
                  new Range(p.before().get(2), height - p.after().get(2), 0, 1),
                  new Range(p.before().get(3), width - p.after().get(3), 0, 1)));
      case Concat _ ->
          IntStream.range(0, operands.size())
              .mapToObj(i ->
                  new Piece(
                      i,
                      operands.subList(0, i).stream().mapToInt(Layout.Image::channels).sum(),
                      0,
                      operands.get(i).channels(),
                      Range.all(height),
                      Range.all(width)))
              .toList();
      default -> throw new IllegalArgumentException(line.op().name() + " has no pieces");
    };
  }
}
