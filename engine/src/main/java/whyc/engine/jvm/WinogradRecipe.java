package whyc.engine.jvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.Value;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.Tensor;

/**
 * A convolution of 3x3 taps by {@link Winograd}: tiles of the input are transformed, multiplied
 * with transformed weights, and transformed back.
 *
 * @param block rows of tiles that go through all three at a time: few enough that their transforms
 *     stay in the cache of a core, or all of them
 */
record WinogradRecipe(
    Arrangement a,
    Weights weights,
    Step step,
    FusedTail tail,
    Winograd transform,
    int block,
    Tile tile)
    implements Recipe {

  /**
   * Between the points of transformed tiles, beyond their size: without it they would lie a power
   * of two apart and push each other out of the cache.
   */
  private static final int SKEW = 16;

  /** The ways to compute a line so; none where its form does not allow it. */
  static List<Choice.Candidate> candidates(Arrangement a, Step step) {
    Node n = a.graph().node(step.heart());
    if (!hasForm(n) || a.image(n.operands().get(0)).pixelStride() % a.lanes().count() != 0) {
      return List.of();
    }
    return Stream.of(Winograd.values())
        .map(t ->
            new Choice.Candidate(
                nanoseconds(a, step, t), weights -> of(a, weights, step, t, block(a, step, t))))
        .toList();
  }

  /** Whether a line's window is as the transforms want it. */
  static boolean hasForm(Node line) {
    return line.op() instanceof Conv c && c.groups() == 1 && hasForm(c.window());
  }

  private static boolean hasForm(Window w) {
    return w.height() == 3
        && w.width() == 3
        && w.strideY() == 1
        && w.strideX() == 1
        && w.dilationY() == 1
        && w.dilationX() == 1;
  }

  /** All rows of tiles of all images. */
  private static int rows(Layout.Image y, Winograd transform) {
    return y.images() * Math.ceilDiv(y.height(), transform.outputs());
  }

  /**
   * An estimate for one thread: products, weights as fast as they come, transforms by vectors.
   * Measured for 64 channels of 56x56 to 512 of 7x7 within ResNet-18, where it is right by 10 %.
   */
  private static double nanoseconds(Arrangement a, Step step, Winograd transform) {
    Layout.Image x = a.image(a.graph().node(step.heart()).operands().get(0));
    Layout.Image y = a.image(step.heart());
    int lanes = a.lanes().count();
    int products = transform.points() * transform.points();
    double tiles = (double) rows(y, transform) * Math.ceilDiv(y.width(), transform.outputs());
    double weights = (double) products * x.channels() * y.pixelStride();
    return 2 * weights * Math.max(4, tiles) / (a.core().matrixSpeed() * lanes)
        + Float.BYTES * weights / a.weightBandwidth()
        + tiles
            / lanes
            * (transform.inputNanoseconds() * x.pixelStride()
                + transform.outputNanoseconds() * y.pixelStride());
  }

  /**
   * Rows of tiles of a block: as many as stay in the cache, or more where the weights, which each
   * block reads again, take more than that. Where they do not, each thread has blocks of its own.
   */
  private static int block(Arrangement a, Step step, Winograd transform) {
    Layout.Image x = a.image(a.graph().node(step.heart()).operands().get(0));
    Layout.Image y = a.image(step.heart());
    long products = (long) transform.points() * transform.points() * Float.BYTES;
    long row =
        products
            * Math.ceilDiv(y.width(), transform.outputs())
            * (x.pixelStride() + y.pixelStride());
    long weights = products * x.channels() * y.pixelStride();
    int rows = rows(y, transform);
    int cache = a.core().secondCache();
    int held = Math.clamp(Math.max(cache, weights) / row, 1, rows);
    if (held == rows && weights > cache) {
      return rows;
    }
    int threads = a.setting().threads();
    int rounds = Math.ceilDiv(Math.ceilDiv(rows, held), threads);
    return Math.ceilDiv(rows, rounds * threads);
  }

  private static WinogradRecipe of(
      Arrangement a, Weights weights, Step step, Winograd transform, int block) {
    Layout.Image y = a.image(step.heart());
    int lanes = a.lanes().count();
    int columns = Math.ceilDiv(y.width(), transform.outputs());
    return new WinogradRecipe(
        a,
        weights,
        step,
        FusedTail.of(a, step, Optional.of(step.heart())),
        transform,
        block,
        Tile.ofMatrices(a.core(), block * columns, y.pixelStride() / lanes));
  }

  @Override
  public String name() {
    return "winograd%d %dx%d/%d"
        .formatted(transform.outputs(), tile.pixels(), tile.vectors(), block);
  }

  private Layout.Image x() {
    return a.image(a.graph().node(step.heart()).operands().get(0));
  }

  private Layout.Image y() {
    return a.image(step.heart());
  }

  private int tileColumns() {
    return Math.ceilDiv(y().width(), transform.outputs());
  }

  private int products() {
    return transform.points() * transform.points();
  }

  private int transformedPoint() {
    return block * tileColumns() * x().pixelStride() + SKEW;
  }

  private int productsPoint() {
    return block * tileColumns() * y().pixelStride() + SKEW;
  }

  private int scratchOfOne() {
    return products() * (transformedPoint() + productsPoint());
  }

  /** Threads that work on blocks of their own; one that all work on together. */
  private int parts() {
    int blocks = Math.ceilDiv(rows(y(), transform), block);
    return Math.min(blocks, a.setting().threads());
  }

  @Override
  public int scratch() {
    return parts() * scratchOfOne();
  }

  @Override
  public Kernel bind(Places places) {
    int rows = rows(y(), transform);
    int units = products() * (y().pixelStride() / a.lanes().count() / tile.vectors());
    WinogradKernel.Part[] parts = new WinogradKernel.Part[parts()];
    for (int i = 0; i < parts.length; i++) {
      int scratch = places.scratch() + i * scratchOfOne();
      int last = (rows - 1) % block + 1;
      parts[i] =
          new WinogradKernel.Part(
              input(places, scratch),
              products(scratch, block),
              products(scratch, last),
              output(places, scratch));
    }
    List<RoutineKernel.Bordered> bordered = tail.bordered(a, places);
    return rows <= block
        ? WinogradKernel.inPhases(parts[0], rows, units, bordered)
        : new WinogradKernel(parts, rows, block, units, bordered);
  }

  private WinogradKernel.Bound input(Places places, int scratch) {
    Node n = a.graph().node(step.heart());
    Window w = ((Conv) n.op()).window();
    Layout.Image x = x();
    Map<String, Integer> arguments = tiles();
    arguments.put("channels", x.pixelStride());
    arguments.put(
        "input",
        places.offset(n.operands().get(0))
            + x.origin()
            - w.top() * x.rowStride()
            - w.left() * x.pixelStride());
    arguments.put("inputImage", x.imageStride());
    arguments.put("inputTileRow", transform.outputs() * x.rowStride());
    arguments.put("inputTile", transform.outputs() * x.pixelStride());
    arguments.put("inputRow", x.rowStride());
    arguments.put("inputPixel", x.pixelStride());
    arguments.put("transformed", scratch);
    arguments.put("transformedPoint", transformedPoint());
    arguments.put("transformedTile", x.pixelStride());
    WinogradInput kind = new WinogradInput(a.lanes(), transform);
    return bound(Routines.of(kind, kind::assemble), arguments);
  }

  private WinogradKernel.Bound products(int scratch, int rows) {
    Layout.Image x = x();
    Layout.Image y = y();
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("groups", y.pixelStride() / a.lanes().count() / tile.vectors());
    int pixels = Tile.pixels(rows * tileColumns(), tile.pixels());
    DirectConv.putColumns(arguments, rows * tileColumns(), pixels);
    arguments.put("depth", x.channels());
    arguments.put("input", scratch);
    arguments.put("inputPoint", transformedPoint());
    arguments.put("inputRow", x.pixelStride());
    arguments.put("weights", pack());
    arguments.put("weightGroup", x.channels() * tile.vectors() * a.lanes().count());
    arguments.put("result", scratch + products() * transformedPoint());
    arguments.put("resultPoint", productsPoint());
    arguments.put("resultRow", y.pixelStride());
    MatrixProducts kind = new MatrixProducts(a.lanes(), pixels, tile.vectors());
    return bound(Routines.of(kind, kind::assemble), arguments);
  }

  private WinogradKernel.Bound output(Places places, int scratch) {
    Layout.Image y = y();
    Map<String, Integer> arguments = tiles();
    arguments.put("rows", y.height());
    arguments.put("columns", y.width());
    arguments.put("vectors", y.pixelStride() / a.lanes().count());
    arguments.put("products", scratch + products() * transformedPoint());
    arguments.put("productsPoint", productsPoint());
    arguments.put("productsTile", y.pixelStride());
    tail.bind(arguments, a, weights, places);
    WinogradOutput kind = new WinogradOutput(a.lanes(), transform, tail.tail());
    return bound(Routines.of(kind, kind::assemble), arguments);
  }

  private Map<String, Integer> tiles() {
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("tileRows", Math.ceilDiv(y().height(), transform.outputs()));
    arguments.put("tileColumns", tileColumns());
    arguments.put("heldRows", block);
    return arguments;
  }

  private static WinogradKernel.Bound bound(Assembled routine, Map<String, Integer> arguments) {
    return new WinogradKernel.Bound(routine.routine(), routine.arguments(arguments));
  }

  /** {@code [point][group][input channel][vector][lane]}. */
  private int pack() {
    Value value = a.graph().node(step.heart()).operands().get(1);
    Tensor weight = a.constant(value).value();
    List<Integer> dims = weight.shape().dims();
    int perGroup = tile.vectors() * a.lanes().count();
    int padded = y().pixelStride();
    int inputs = dims.get(1);
    return weights.place(
        List.of("winograd", transform, a.constant(value), perGroup, padded),
        products() * padded * inputs,
        (data, at) -> {
          float[] g = weight.floats();
          float[] u = new float[products()];
          for (int o = 0; o < dims.getFirst(); o++) {
            int to = at + o / perGroup * inputs * perGroup + o % perGroup;
            for (int c = 0; c < inputs; c++) {
              transform.transform(g, (o * inputs + c) * 9, u);
              for (int p = 0; p < u.length; p++) {
                data[to + (p * padded / perGroup * inputs + c) * perGroup] = u[p];
              }
            }
          }
        });
  }
}
