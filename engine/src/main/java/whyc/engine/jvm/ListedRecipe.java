package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Tensor;

/**
 * A convolution with a known weight of an image that has zeros, by {@link ListedConv} where they
 * are many.
 *
 * @param dense the same without lists, with the same weights
 * @param tile for which numbers are listed
 */
record ListedRecipe(ConvRecipe dense, ConvRecipe.Tile tile) implements Recipe {

  /**
   * Of the numbers of a tile the share, at most, for which lists pay where the weights of a tile
   * stay in the first cache: making lists takes up to a tenth of the time.
   */
  private static final double MOST_NEAR = 0.85;

  /**
   * The same where weights come from the second cache. Read in order they come ahead of time; by
   * list they do not, and a number takes up to 1.5 times as long.
   */
  private static final double MOST_FAR = 0.7;

  /** Bytes of weights that stay in the first cache. */
  private static final int NEAR = 32 << 10;

  /** Pixels of a block: as many as make reading the weights again cheap. */
  private static final int PIXELS = 64;

  /** Fewer vectors of results do not pay for lists. */
  private static final int LEAST_VECTORS = 4;

  /** What is expected of an image that may have zeros: half of them, some side by side. */
  private static final double EXPECTED_TIME = 0.85;

  /** The way to compute a step so; none where its form does not allow it, or nothing is zero. */
  static List<Choice.Candidate> candidates(Arrangement a, Step step) {
    Node n = a.graph().node(step.heart());
    Layout.Image x = a.image(n.operands().getFirst());
    Layout.Image y = a.image(step.heart());
    boolean inForm =
        ConvRecipe.Groups.of(a, n).count() == 1
            && x.channels() == x.pixelStride()
            && x.channels() % a.lanes().count() == 0
            && y.pixelStride() / a.lanes().count() >= LEAST_VECTORS
            && Sweep.of(n).columns().stream()
                .allMatch(c -> c.spacing() == 1 || c.taps().size() == 1);
    if (!inForm || !a.hasZeros(n.operands().getFirst()) || !isFinite(a, n.operands().get(1))) {
      return List.of();
    }
    return List.of(
        new Choice.Candidate(
            EXPECTED_TIME * ConvRecipe.candidate(a, step).nanoseconds(),
            weights -> of(ConvRecipe.of(a, weights, step))));
  }

  /** Zero times infinity is no zero, and must not be left out. */
  private static boolean isFinite(Arrangement a, Value weight) {
    Tensor t = a.constant(weight).value();
    for (float w : t.floats()) {
      if (!Float.isFinite(w)) {
        return false;
      }
    }
    return true;
  }

  /** A tile of about as many pixels as vectors: few pixels have more zeros in common. */
  static ListedRecipe of(ConvRecipe dense) {
    int packed = dense.vectors();
    int groups =
        dense.a().image(dense.step().heart()).pixelStride() / dense.a().lanes().count() / packed;
    int together = ConvRecipe.Tile.divisors(groups, Math.max(1, 4 / packed)).getLast();
    int vectors = packed * together;
    int pixels = Math.min(4, Sums.most(dense.a().lanes()) / vectors);
    return new ListedRecipe(dense, new ConvRecipe.Tile(pixels, vectors));
  }

  private Arrangement a() {
    return dense.a();
  }

  private Node node() {
    return a().graph().node(dense.step().heart());
  }

  private Layout.Image x() {
    return a().image(node().operands().getFirst());
  }

  private Layout.Image y() {
    return a().image(dense.step().heart());
  }

  @Override
  public String name() {
    return "listed %dx%d".formatted(tile.pixels(), tile.vectors());
  }

  @Override
  public int scratch() {
    return phases().stream().mapToInt(Phase::scratch).sum();
  }

  private List<Phase> phases() {
    return Sweep.of(node()).map((rows, columns) -> new Phase(rows, columns));
  }

  @Override
  public Kernel bind(Places places) {
    int scratch = places.scratch();
    List<Kernel> kernels = new ArrayList<>();
    for (Phase phase : phases()) {
      kernels.add(phase.bind(places, scratch));
      scratch += phase.scratch();
    }
    return Together.of(kernels);
  }

  /** Some places of the result. */
  private final class Phase {
    private final Axis rows;
    private final Axis columns;

    Phase(Axis rows, Axis columns) {
      this.rows = rows;
      this.columns = columns;
    }

    /** Whether the image is seen at all. */
    private boolean sees() {
      return !rows.taps().isEmpty() && !columns.taps().isEmpty();
    }

    private int pixels() {
      int most = Math.min(tile.pixels(), columns.count());
      return Math.ceilDiv(columns.count(), Math.ceilDiv(columns.count(), most));
    }

    private int tiles() {
      return Math.ceilDiv(columns.count(), pixels());
    }

    private int allRows() {
      return y().images() * rows.count();
    }

    /** Rows of a block, so that all threads have as many blocks. */
    private int block() {
      int threads = a().setting().threads();
      int held = Math.ceilDiv(PIXELS, columns.count());
      int rounds = Math.ceilDiv(Math.ceilDiv(allRows(), held), threads);
      return Math.ceilDiv(allRows(), rounds * threads);
    }

    private int run() {
      return columns.taps().size() * x().pixelStride();
    }

    private int lists() {
      return block() * tiles() * rows.taps().size();
    }

    private int scratchOfOne() {
      return Math.ceilDiv(lists() * (run() + 1) + block() + 1, Weights.ALIGNMENT)
          * Weights.ALIGNMENT;
    }

    private int parts() {
      return Math.min(Math.ceilDiv(allRows(), block()), a().setting().threads());
    }

    int scratch() {
      return sees() ? parts() * scratchOfOne() : 0;
    }

    Kernel bind(Places places, int scratch) {
      RoutineKernel all = dense.bind(places, rows, columns);
      if (!sees()) {
        return all;
      }
      ListedKernel.Part[] parts = new ListedKernel.Part[parts()];
      for (int i = 0; i < parts.length; i++) {
        int own = scratch + i * scratchOfOne();
        parts[i] =
            new ListedKernel.Part(
                listing(places, own), products(places, own), own + lists() * (run() + 1));
      }
      double ofRow = (double) tiles() * rows.taps().size() * run();
      return new ListedKernel(
          parts,
          all,
          allRows(),
          block(),
          rows.count(),
          y().pixelStride() / a().lanes().count() / dense.vectors(),
          (long) (most() * ofRow));
    }

    private double most() {
      int bytes = rows.taps().size() * run() * tile.vectors() * a().lanes().count() * Float.BYTES;
      return bytes <= NEAR ? MOST_NEAR : MOST_FAR;
    }

    private Map<String, Integer> geometry(Places places, int scratch) {
      Layout.Image x = x();
      Map<String, Integer> arguments = new HashMap<>();
      DirectConv.putColumns(arguments, columns.count(), pixels());
      arguments.put("rows", rows.count());
      arguments.put("tiles", tiles());
      arguments.put("heldRows", block());
      arguments.put("windowRows", rows.taps().size());
      arguments.put("windowRow", rows.spacing() * x.rowStride());
      arguments.put("run", run());
      arguments.put(
          "input",
          places.offset(node().operands().getFirst())
              + x.origin()
              + rows.offset() * x.rowStride()
              + columns.offset() * x.pixelStride());
      arguments.put("inputImage", x.imageStride());
      arguments.put("inputRow", rows.inputStep() * x.rowStride());
      arguments.put("inputPixel", columns.inputStep() * x.pixelStride());
      arguments.put("lists", scratch);
      arguments.put("counts", scratch + lists() * run());
      return arguments;
    }

    private ListedKernel.Bound listing(Places places, int scratch) {
      Map<String, Integer> arguments = geometry(places, scratch);
      arguments.put("totals", scratch + lists() * (run() + 1));
      NumberLists kind = new NumberLists(a().lanes(), pixels());
      return bound(Routines.of(kind, kind::assemble), arguments);
    }

    private ListedKernel.Bound products(Places places, int scratch) {
      Map<String, Integer> arguments = geometry(places, scratch);
      int lanes = a().lanes().count();
      arguments.put("groups", y().pixelStride() / lanes / tile.vectors());
      arguments.put("weights", dense.packed(rows, columns));
      arguments.put("weightGroup", rows.taps().size() * run() * dense.vectors() * lanes);
      arguments.put("seen", scratch + lists() * (run() + 1) + block());
      dense.tail().bind(arguments, a(), dense.weights(), places, rows, columns);
      ListedConv kind =
          new ListedConv(
              a().lanes(), pixels(), tile.vectors(), dense.vectors(), dense.tail().tail());
      return bound(Routines.of(kind, kind::assemble), arguments);
    }

    private static ListedKernel.Bound bound(Assembled routine, Map<String, Integer> arguments) {
      return new ListedKernel.Bound(routine.routine(), routine.arguments(arguments));
    }
  }
}
