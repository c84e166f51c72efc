package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.Value;
import whyc.tensor.Tensor;

/**
 * A convolution with a known weight of an image that has zeros, by {@link ListedConv} where they
 * are many.
 *
 * @param dense the same without lists, with the same weights
 * @param tile for which numbers are listed
 */
record ListedRecipe(ConvRecipe dense, Tile tile) implements Recipe {

  /**
   * Of the numbers of a tile the share, at most, for which lists pay where the weights of a tile
   * stay in the first cache: making lists takes up to a tenth of the time.
   */
  private static final double MOST_NEAR = 0.85;

  /**
   * The same where weights come from the second cache. Read in order they come ahead of time; by
   * list they do not, and a number takes up to 1.5 times as long.
   */
  private static final double MOST_FAR = 0.65;

  /** Fewer vectors of results do not pay for lists. */
  private static final int LEAST_VECTORS = 4;

  /**
   * Whether a convolution may be computed so, and zeros are to be expected. It is no matter of
   * timings: what it takes depends on the image, and never is it much more than without lists.
   */
  static boolean takes(ConvRecipe dense) {
    Arrangement a = dense.a();
    Node n = a.graph().node(dense.step().heart());
    Value image = n.operands().getFirst();
    Layout.Image x = a.image(image);
    int lanes = a.lanes().count();
    return a.setting().skipsZeros()
        && a.hasZeros(image)
        && dense.groups().count() == 1
        && x.channels() % lanes == 0
        && a.image(dense.step().heart()).pixelStride() / lanes >= LEAST_VECTORS
        && Sweep.of(n).columns().stream().allMatch(c -> c.spacing() == 1 || c.taps().size() == 1)
        && Sweep.of(n).rows().stream().allMatch(r -> r.taps().size() <= 1)
        && dense.inOrder()
        && isFinite(a, n.operands().get(1));
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
    int together = Tile.divisors(groups, Math.max(1, 4 / packed)).getLast();
    int vectors = packed * together;
    int pixels = Math.min(4, dense.a().core().mostPixels(vectors));
    return new ListedRecipe(dense, new Tile(pixels, vectors));
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
    List<Kernel> probes = new ArrayList<>();
    List<Kernel> lists = new ArrayList<>();
    List<Kernel> products = new ArrayList<>();
    for (Phase phase : phases()) {
      phase.bind(places, scratch, probes, lists, products);
      scratch += phase.scratch();
    }
    return new Followed(Together.of(probes), List.of(Together.of(lists), Together.of(products)));
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

    private int run() {
      return columns.taps().size() * x().pixelStride();
    }

    private int lists() {
      return allRows() * tiles();
    }

    private int groups() {
      return y().pixelStride() / a().lanes().count() / tile.vectors();
    }

    int scratch() {
      int size = lists() * (run() + 1) + allRows() + groups();
      return sees() ? Math.ceilDiv(size, Weights.ALIGNMENT) * Weights.ALIGNMENT : 0;
    }

    void bind(
        Places places,
        int scratch,
        List<Kernel> probes,
        List<Kernel> lists,
        List<Kernel> products) {
      RoutineKernel all = dense.bind(places, rows, columns);
      if (!sees()) {
        products.add(all);
        return;
      }
      int totals = scratch + lists() * (run() + 1);
      Assembled listed = products();
      long most = (long) (most() * lists() * run());
      RoutineKernel listing = listing(places, scratch, totals, all.bordered());
      ListingKernel rest = new ListingKernel(listing, totals, most);
      probes.add(rest.probe());
      lists.add(rest);
      products.add(
          new ListedKernel(
              listed.routine(),
              listed.arguments(arguments(places, scratch, totals + allRows())),
              y().images() * groups() * rows.count(),
              all,
              totals,
              allRows(),
              most));
    }

    private double most() {
      int bytes = run() * tile.vectors() * a().lanes().count() * Float.BYTES;
      return bytes <= a().core().firstCache() ? MOST_NEAR : MOST_FAR;
    }

    private Map<String, Integer> geometry(Places places, int scratch) {
      Layout.Image x = x();
      Map<String, Integer> arguments = new HashMap<>();
      DirectConv.putColumns(arguments, columns.count(), pixels());
      arguments.put("rows", rows.count());
      arguments.put("tiles", tiles());
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

    private RoutineKernel listing(
        Places places, int scratch, int totals, List<RoutineKernel.Bordered> bordered) {
      Map<String, Integer> arguments = geometry(places, scratch);
      arguments.put("totals", totals);
      NumberLists kind = new NumberLists(a().lanes(), pixels());
      Assembled routine = Routines.of(kind, kind::assemble);
      return new RoutineKernel(
          routine.routine(), routine.arguments(arguments), allRows(), bordered);
    }

    private Assembled products() {
      ListedConv kind =
          new ListedConv(
              a().lanes(), pixels(), tile.vectors(), dense.vectors(), dense.tail().tail());
      return Routines.of(kind, kind::assemble);
    }

    private Map<String, Integer> arguments(Places places, int scratch, int seen) {
      Map<String, Integer> arguments = geometry(places, scratch);
      int lanes = a().lanes().count();
      arguments.put("groups", groups());
      arguments.put("weights", dense.packed(rows, columns));
      arguments.put("weightGroup", run() * dense.vectors() * lanes);
      arguments.put("seen", seen);
      dense.tail().bind(arguments, a(), dense.weights(), places, rows, columns);
      return arguments;
    }
  }
}
