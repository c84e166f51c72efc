package whyc.engine.jvm;

import java.util.HashMap;
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

  /** What of the result stays in registers. */
  record Tile(int pixels, int vectors) {

    /**
     * The tile for products of matrices whose weights stay in the first cache: the one that loads
     * least. One of p pixels and v vectors takes p + v loads for p * v products. (4x4 runs at 274
     * GFLOP/s, 8x2 at 265, 7x2 at 260, 3x4 at 262; Zen 5, 16 lanes.)
     */
    static Tile ofMatrices(int columns, int vectors, int accumulators) {
      return best(columns, divisors(vectors, 8), accumulators, (p, v) -> p + v + p * v / 2.0);
    }

    /**
     * The tile for windows over an image, whose weights come from the second cache. Cycles for each
     * number as measured: 7x2 takes 7.9, 8x2 9.0, 6x2 7.1, 5x2 6.3, 4x2 6.1, 7x1 5.3, 5x3 10.2, 4x3
     * 8.3, 3x4 9.8, and 4x4 16.7 since it spills (64 channels of 56x56; Zen 5, 16 lanes).
     *
     * @param vectors to choose from
     */
    static Tile ofWindows(int columns, List<Integer> vectors, int accumulators) {
      return best(
          columns, vectors, accumulators, (p, v) -> p * v / 2.0 + 1 + 1.5 * Math.max(0, v - 2));
    }

    /** Numbers of vectors that divide all of them. */
    static List<Integer> divisors(int vectors, int most) {
      return IntStream.rangeClosed(1, Math.min(vectors, most))
          .filter(v -> vectors % v == 0)
          .boxed()
          .toList();
    }

    private interface Cycles {
      double of(int pixels, int vectors);
    }

    private static Tile best(int columns, List<Integer> vectors, int accumulators, Cycles cycles) {
      Tile best = new Tile(1, vectors.getFirst());
      double least = Double.POSITIVE_INFINITY;
      for (int v : vectors) {
        int pixels = pixels(columns, v, accumulators);
        // Fewer than 10 accumulators leave multipliers waiting for each other: 4 cycles, 2 units.
        double cost = Math.max(5, cycles.of(pixels, v)) / (pixels * v);
        if (cost < least) {
          least = cost;
          best = new Tile(pixels, v);
        }
      }
      return best;
    }

    /**
     * Of a tile as wide as registers allow, or one less, which fill a row. More than 8 pixels have
     * more addresses than there are registers for them.
     */
    static int pixels(int columns, int vectors, int accumulators) {
      int most = Math.max(1, Math.min(Math.min(columns, 8), accumulators / vectors));
      return Math.ceilDiv(columns, Math.ceilDiv(columns, most));
    }
  }

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

  /** An estimate for one thread and a window of any form: 250 GFLOP/s for 16 lanes. */
  static Choice.Candidate candidate(Arrangement a, Step step) {
    Layout.Image y = a.image(step.heart());
    Shape w = a.graph().type(a.graph().node(step.heart()).operands().get(1)).shape();
    double weights = (double) w.size() / w.dim(0) * y.pixelStride();
    double pixels = (double) y.images() * y.height() * y.width();
    return new Choice.Candidate(
        2 * weights * pixels / (15.6 * a.lanes().count()) + Float.BYTES * weights / 55,
        constants -> of(a, constants, step));
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
    Tile tile = Tile.ofWindows(columns, choice, Sums.most(a.lanes()));
    return new ConvRecipe(
        a, weights, step, FusedTail.of(a, step, Optional.of(step.heart())), groups, tile.vectors);
  }

  private Node node() {
    return a.graph().node(step.heart());
  }

  private int pixels(Axis columns) {
    return Tile.pixels(columns.count(), vectors, Sums.most(a.lanes()));
  }

  /** Channels of a tile. */
  private int channels() {
    return vectors * a.lanes().count();
  }

  @Override
  public String name() {
    return "direct %dx%d".formatted(pixels(Sweep.of(node()).columns().getFirst()), vectors);
  }

  @Override
  public Kernel bind(Places places) {
    return Together.of(Sweep.of(node()).map((rows, columns) -> bind(places, rows, columns)));
  }

  /** The kernel of one phase; a unit is a row of its places, for one group of one image. */
  RoutineKernel bind(Places places, Axis rows, Axis columns) {
    Value input = node().operands().get(0);
    Layout.Image x = a.image(input);
    Layout.Image y = a.image(step.heart());
    boolean grouped = groups.fit(channels());
    int seen = groups.seenBy(channels());
    boolean oneRun = columns.spacing() == 1 && seen == x.pixelStride();
    int tileGroups = y.pixelStride() / channels();
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", rows.count());
    arguments.put("groups", tileGroups);
    DirectConv.putColumns(arguments, columns.count(), pixels(columns));
    arguments.put("windowRows", rows.taps().size());
    arguments.put("windowRow", rows.spacing() * x.rowStride());
    arguments.put("runs", oneRun ? 1 : columns.taps().size());
    arguments.put("runStride", columns.spacing() * x.pixelStride());
    arguments.put("run", oneRun ? columns.taps().size() * seen : seen);
    arguments.put(
        "input",
        places.offset(input)
            + x.origin()
            + rows.offset() * x.rowStride()
            + columns.offset() * x.pixelStride());
    arguments.put("inputImage", x.imageStride());
    arguments.put("inputRow", rows.inputStep() * x.rowStride());
    int pixelStride = columns.inputStep() * x.pixelStride();
    boolean fixed = pixelStride <= DirectConv.MOST_FIXED_STRIDE;
    if (!fixed) {
      arguments.put("inputPixel", pixelStride);
    }
    arguments.put("weights", pack(rows.taps(), columns.taps(), seen));
    arguments.put("weightGroup", rows.taps().size() * columns.taps().size() * seen * channels());
    if (grouped) {
      arguments.put("outputsPerGroup", groups.outputs);
      arguments.put("inputsPerGroup", groups.inputs);
    }
    tail.bind(arguments, a, weights, places, rows, columns);
    DirectConv kind =
        new DirectConv(
            a.lanes(), pixels(columns), vectors, fixed ? pixelStride : 0, grouped, tail.tail());
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * tileGroups * rows.count(),
        tail.bordered(a, places));
  }

  /** Where the weights of a phase of a convolution without groups are. */
  int packed(Axis rows, Axis columns) {
    return pack(rows.taps(), columns.taps(), groups.seenBy(channels()));
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
