package whyc.engine.jvm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.ConvTranspose;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** A convolution with a known weight, or a transposed one phase by phase, by {@link DirectConv}. */
record ConvRecipe(
    Arrangement a, Weights weights, Step step, FusedTail tail, Groups groups, int vectors)
    implements Recipe {

  /**
   * So many weights of four vectors stay in the first cache from row to row: 48 KiB. With 4x4 for
   * 64 channels of 14x14 to 384 a convolution of one tap ran at 210 GFLOP/s, with 14x1 at 168 (Zen
   * 5).
   */
  private static final int SHALLOW = 192;

  /** Channels in groups, which see no others. */
  record Groups(int count, int inputs, int outputs) {
    static Groups of(Arrangement a, Node n) {
      int count =
          switch (n.op()) {
            case Conv c -> c.groups();
            case ConvTranspose c -> c.groups();
            default -> throw new IllegalArgumentException(n.op().name() + " is no convolution");
          };
      int inputs = a.graph().type(n.operands().getFirst()).shape().dim(1);
      return new Groups(count, inputs / count, n.type().shape().dim(1) / count);
    }

    /**
     * Whether a tile's channels are those of whole groups, or lie within one. Otherwise they see
     * all channels, with zeros for weights.
     */
    boolean fit(int channels) {
      return count > 1
          && count * outputs % channels == 0
          && (channels % outputs == 0 || outputs % channels == 0);
    }

    /** Input channels that so many output channels see. */
    int seenBy(int channels) {
      return fit(channels) ? Math.ceilDiv(channels, outputs) * inputs : count * inputs;
    }
  }

  /** An estimate for one thread and a window of any form. */
  static Choice.Candidate candidate(Arrangement a, Step step) {
    Layout.Image y = a.image(step.heart());
    Shape w = a.graph().type(a.graph().node(step.heart()).operands().get(1)).shape();
    double weights = (double) w.size() / w.dim(0) * y.pixelStride();
    double pixels = (double) y.images() * y.height() * y.width();
    return new Choice.Candidate(
        2 * weights * pixels / (a.core().windowSpeed() * a.lanes().count())
            + Float.BYTES * weights / a.weightBandwidth(),
        constants -> of(a, constants, step));
  }

  /** Numbers that a result is the sum of. */
  private static int depth(Arrangement a, Node n) {
    Sweep sweep = Sweep.of(n);
    return sweep.rows().getFirst().taps().size()
        * sweep.columns().getFirst().taps().size()
        * a.graph().type(n.operands().getFirst()).shape().dim(1);
  }

  static ConvRecipe of(Arrangement a, Weights weights, Step step) {
    Node n = a.graph().node(step.heart());
    Layout.Image y = a.image(step.heart());
    int lanes = a.lanes().count();
    Groups groups = Groups.of(a, n);
    int vectors = y.pixelStride() / lanes;
    int columns = Sweep.of(n).columns().getFirst().count();
    List<Integer> choice = Tile.divisors(vectors, 3);
    if (groups.count > 1) {
      int least =
          IntStream.rangeClosed(1, Math.min(vectors, 8))
              .filter(v -> vectors % v == 0)
              .boxed()
              .min(java.util.Comparator.comparingInt(v -> groups.seenBy(v * lanes)))
              .orElseThrow();
      if (groups.fit(least * lanes)) {
        choice = List.of(least);
      }
    }
    int most =
        DirectPart.mostPixels(a.image(n.operands().get(0)), Sweep.of(n).columns().getFirst());
    Tile tile =
        groups.count == 1 && depth(a, n) <= SHALLOW
            ? Tile.ofMatrices(a.core(), columns, vectors)
            : Tile.ofWindows(a.core(), columns, choice, most);
    return new ConvRecipe(
        a, weights, step, FusedTail.of(a, step, Optional.of(step.heart())), groups, tile.vectors());
  }

  private Node node() {
    return a.graph().node(step.heart());
  }

  /** Channels of a tile. */
  private int channels() {
    return vectors * a.lanes().count();
  }

  @Override
  public String name() {
    Sweep sweep = Sweep.of(node());
    DirectPart first = part(0, sweep.rows().getFirst(), sweep.columns().getFirst());
    return "direct %dx%d".formatted(first.pixels(), vectors);
  }

  @Override
  public Kernel bind(Places places) {
    return Together.of(Sweep.of(node()).map((rows, columns) -> bind(places, rows, columns)));
  }

  private DirectPart part(int offset, Axis rows, Axis columns) {
    return new DirectPart(
        a.lanes(),
        a.image(node().operands().getFirst()),
        offset,
        rows,
        columns,
        groups.seenBy(channels()),
        vectors);
  }

  /**
   * The kernel of one phase; a unit is a row of its places, for one tile of one image's channels.
   */
  RoutineKernel bind(Places places, Axis rows, Axis columns) {
    DirectPart part = part(places.offset(node().operands().getFirst()), rows, columns);
    Layout.Image y = a.image(step.heart());
    boolean grouped = groups.fit(channels());
    int tiles = y.pixelStride() / channels();
    Map<String, Integer> arguments =
        part.arguments(tiles, pack(rows.taps(), columns.taps(), part.seen()));
    if (grouped) {
      arguments.put("outputsPerGroup", groups.outputs);
      arguments.put("inputsPerGroup", groups.inputs);
    }
    tail.bind(arguments, a, weights, places, rows, columns);
    DirectConv kind = part.kind(grouped, tail.tail());
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * tiles * rows.count(),
        tail.bordered(a, places));
  }

  /** Where the weights of a phase are. */
  int packed(Axis rows, Axis columns) {
    return pack(rows.taps(), columns.taps(), groups.seenBy(channels()));
  }

  /** Whether all products of a phase are added in the order of {@link #packed}. */
  boolean inOrder() {
    return Sweep.of(node()).map((rows, columns) -> part(0, rows, columns).inOrder()).stream()
        .allMatch(o -> o);
  }

  /** {@code [tile][u][v][input channel][vector][lane]}, zero between groups. */
  private int pack(List<Integer> rows, List<Integer> columns, int seen) {
    Value value = node().operands().get(1);
    Tensor weight = a.constant(value).value();
    Shape s = weight.shape();
    boolean transposed = node().op() instanceof ConvTranspose;
    int channels = channels();
    int padded = a.image(step.heart()).pixelStride();
    int taps = rows.size() * columns.size();
    return weights.place(
        List.of("conv", a.constant(value), transposed, rows, columns, groups, channels, padded),
        padded * seen * taps,
        (data, at) -> {
          float[] w = weight.floats();
          for (int o = 0; o < groups.count * groups.outputs; o++) {
            int group = o / groups.outputs;
            int first =
                groups.fit(channels) ? o / channels * channels / groups.outputs * groups.inputs : 0;
            int to = at + o / channels * taps * seen * channels + o % channels;
            for (int i = 0; i < groups.inputs; i++) {
              int input = group * groups.inputs + i;
              int from =
                  transposed
                      ? (input * groups.outputs + o % groups.outputs) * s.dim(2) * s.dim(3)
                      : (o * groups.inputs + i) * s.dim(2) * s.dim(3);
              for (int t = 0; t < taps; t++) {
                int tap = rows.get(t / columns.size()) * s.dim(3) + columns.get(t % columns.size());
                data[to + (t * seen + input - first) * channels] = w[from + tap];
              }
            }
          }
        });
  }
}
