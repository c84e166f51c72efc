package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.PieceFamily.Piece;
import whyc.engine.jvm.PieceFamily.Range;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.schedule.Step;

/** Pieces of images as one image, a run of result vectors with the same sources at a time. */
record PieceRecipe(Arrangement a, Weights weights, Step step, FusedTail tail) implements Recipe {
  static PieceRecipe of(Arrangement a, Weights weights, Step step) {
    return new PieceRecipe(a, weights, step, FusedTail.of(a, step, Optional.of(step.heart())));
  }

  private Node node() {
    return a.graph().node(step.heart());
  }

  @Override
  public String name() {
    return "pieces";
  }

  /** Lanes of a vector that come from a piece, as bits. */
  private record Source(Piece piece, int lanes) {}

  @Override
  public Kernel bind(Places places) {
    List<Layout.Image> operands = node().operands().stream().map(a::image).toList();
    List<Piece> pieces = PieceFamily.pieces(node(), operands);
    int vectors = a.image(step.heart()).pixelStride() / a.lanes().count();
    List<Kernel> runs = new ArrayList<>();
    int from = 0;
    for (int v = 1; v <= vectors; v++) {
      if (v == vectors || !sources(pieces, v).equals(sources(pieces, from))) {
        runs.add(bind(places, sources(pieces, from), from, v));
        from = v;
      }
    }
    return Together.of(runs);
  }

  private List<Source> sources(List<Piece> pieces, int vector) {
    int lanes = a.lanes().count();
    List<Source> sources = new ArrayList<>();
    for (Piece p : pieces) {
      int first = Math.max(0, p.at() - vector * lanes);
      int end = Math.min(lanes, p.at() + p.channels() - vector * lanes);
      if (first < end) {
        sources.add(new Source(p, (1 << end) - (1 << first)));
      }
    }
    return sources;
  }

  private Kernel bind(Places places, List<Source> sources, int from, int to) {
    Layout.Image y = a.image(step.heart());
    int lanes = a.lanes().count();
    boolean whole = sources.size() == 1 && sources.getFirst().lanes == (1 << lanes) - 1;
    Copying kind = new Copying(a.lanes(), sources.size(), !whole, tail.tail());
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", y.height());
    arguments.put("columns", y.width());
    arguments.put("firstVector", from);
    arguments.put("endVector", to);
    Range rows = sources.isEmpty() ? Range.all(y.height()) : sources.getFirst().piece.rows();
    Range columns = sources.isEmpty() ? Range.all(y.width()) : sources.getFirst().piece.columns();
    arguments.put("firstRow", rows.from());
    arguments.put("endRow", rows.to());
    arguments.put("firstColumn", columns.from());
    arguments.put("endColumn", columns.to());
    for (int i = 0; i < sources.size(); i++) {
      Piece p = sources.get(i).piece;
      Layout.Image x = a.image(node().operands().get(p.operand()));
      arguments.put(
          "source" + i,
          places.offset(node().operands().get(p.operand()))
              + x.origin()
              + (rows.first() - rows.from() * rows.step()) * x.rowStride()
              + (columns.first() - columns.from() * columns.step()) * x.pixelStride()
              + p.from()
              - p.at());
      arguments.put("source" + i + "Image", x.imageStride());
      arguments.put("source" + i + "Row", rows.step() * x.rowStride());
      arguments.put("source" + i + "Pixel", columns.step() * x.pixelStride());
      if (!whole) {
        arguments.put("source" + i + "Lanes", sources.get(i).lanes);
      }
    }
    tail.bind(arguments, a, weights, places);
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * y.height(),
        from == 0 ? tail.bordered(a, places) : List.of());
  }
}
