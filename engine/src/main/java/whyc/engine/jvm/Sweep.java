package whyc.engine.jvm;

import java.util.List;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.MaxPool;
import whyc.op.MaxPoolRoute;
import whyc.op.MaxPoolSwitches;
import whyc.op.SumPool;
import whyc.op.Window;
import whyc.tensor.Shape;

/**
 * How the window of a line goes over an image: for each phase of the rows with each of the columns
 * some places of the result.
 */
record Sweep(List<Axis> rows, List<Axis> columns) {
  Sweep {
    rows = List.copyOf(rows);
    columns = List.copyOf(columns);
  }

  static Sweep of(Node line) {
    Shape y = line.type().shape();
    return switch (line.op()) {
      case Conv c -> straight(c.window(), y);
      case SumPool p -> straight(p.window(), y);
      case MaxPool p -> straight(p.window(), y);
      case MaxPoolSwitches p -> straight(p.window(), y);
      case ConvTranspose c -> transposed(c.window(), y);
      case MaxPoolRoute r -> transposed(r.window(), y);
      default -> throw new IllegalArgumentException(line.op().name() + " has no window");
    };
  }

  /** Of a window that moves over the image as the result's places follow each other. */
  static Sweep straight(Window w, Shape y) {
    return new Sweep(
        List.of(Axis.of(w.strideY(), w.height(), w.top(), w.dilationY(), y.dim(2))),
        List.of(Axis.of(w.strideX(), w.width(), w.left(), w.dilationX(), y.dim(3))));
  }

  private static Sweep transposed(Window w, Shape y) {
    return new Sweep(
        Axis.transposed(w.strideY(), w.height(), w.top(), w.dilationY(), y.dim(2)),
        Axis.transposed(w.strideX(), w.width(), w.left(), w.dilationX(), y.dim(3)));
  }

  /** What it wants around an image of a shape. */
  Border border(Shape x) {
    return new Border(
        rows.stream().mapToInt(Axis::before).max().orElse(0),
        columns.stream().mapToInt(Axis::before).max().orElse(0),
        rows.stream().mapToInt(a -> a.after(x.dim(2))).max().orElse(0),
        columns.stream().mapToInt(a -> a.after(x.dim(3))).max().orElse(0));
  }

  /** Whether every place sees something of an image of a shape, not only what is around it. */
  boolean seesImage(Shape x) {
    return rows.stream().allMatch(a -> a.seesImage(x.dim(2)))
        && columns.stream().allMatch(a -> a.seesImage(x.dim(3)));
  }

  /** Something for each phase. */
  interface ForPhase<T> {
    T of(Axis rows, Axis columns);
  }

  <T> List<T> map(ForPhase<T> each) {
    return rows.stream().flatMap(r -> columns.stream().map(c -> each.of(r, c))).toList();
  }
}
