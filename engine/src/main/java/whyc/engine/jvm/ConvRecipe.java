package whyc.engine.jvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.Conv;
import whyc.op.Value;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.Tensor;

/** A convolution with a known weight, all channels in one group, by {@link DirectConv}. */
record ConvRecipe(Arrangement a, Weights weights, Step step, FusedTail tail, Tile tile)
    implements Recipe {

  /** What of the result stays in registers. */
  record Tile(int pixels, int vectors) {

    /**
     * The tile for products of matrices whose weights stay in the first cache: the one that loads
     * least. One of p pixels and v vectors takes p + v loads for p * v products. (4x4 runs at 274
     * GFLOP/s, 8x2 at 265, 7x2 at 260, 3x4 at 262; Zen 5, 16 lanes.)
     */
    static Tile ofMatrices(int columns, int vectors, int accumulators) {
      return best(
          columns, vectors, Math.min(vectors, 8), accumulators, (p, v) -> p + v + p * v / 2.0);
    }

    /**
     * The tile for windows over an image, whose weights come from the second cache. Cycles for each
     * number as measured: 7x2 takes 7.9, 8x2 9.0, 6x2 7.1, 5x2 6.3, 4x2 6.1, 7x1 5.3, 5x3 10.2, 4x3
     * 8.3, 3x4 9.8, and 4x4 16.7 since it spills; more than 8 pixels have more addresses than there
     * are registers (64 channels of 56x56; Zen 5, 16 lanes).
     */
    static Tile ofWindows(int columns, int vectors, int accumulators) {
      return best(
          columns,
          vectors,
          Math.min(vectors, 3),
          accumulators,
          (p, v) -> p * v / 2.0 + 1 + 1.5 * Math.max(0, v - 2));
    }

    private interface Cycles {
      double of(int pixels, int vectors);
    }

    private static Tile best(
        int columns, int vectors, int mostVectors, int accumulators, Cycles cycles) {
      Tile best = new Tile(1, 1);
      double least = Double.POSITIVE_INFINITY;
      for (int v = 1; v <= mostVectors; v++) {
        int most = Math.min(Math.min(columns, 8), accumulators / v);
        if (vectors % v != 0 || most == 0) {
          continue;
        }
        int pixels = Math.ceilDiv(columns, Math.ceilDiv(columns, most));
        // Fewer than 10 accumulators leave multipliers waiting for each other: 4 cycles, 2 units.
        double cost = Math.max(5, cycles.of(pixels, v)) / (pixels * v);
        if (cost < least) {
          least = cost;
          best = new Tile(pixels, v);
        }
      }
      return best;
    }
  }

  static ConvRecipe of(Arrangement a, Weights weights, Step step) {
    Layout.Image y = a.image(step.heart());
    int lanes = a.lanes().count();
    return new ConvRecipe(
        a,
        weights,
        step,
        FusedTail.of(a, step, Optional.of(step.heart())),
        Tile.ofWindows(y.width(), y.pixelStride() / lanes, Sums.most(a.lanes())));
  }

  @Override
  public String name() {
    return "direct %dx%d".formatted(tile.pixels, tile.vectors);
  }

  @Override
  public Kernel bind(Places places) {
    Node n = a.graph().node(step.heart());
    Window w = ((Conv) n.op()).window();
    Value input = n.operands().get(0);
    Layout.Image x = a.image(input);
    Layout.Image y = a.image(step.heart());
    Tensor weight = a.constant(n.operands().get(1)).value();
    boolean oneRun = w.dilationX() == 1 && x.channels() == x.pixelStride();
    int run = oneRun ? w.width() * x.channels() : x.channels();
    int groups = y.pixelStride() / a.lanes().count() / tile.vectors;
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", y.height());
    arguments.put("groups", groups);
    DirectConv.putColumns(arguments, y.width(), tile.pixels);
    arguments.put("windowRows", w.height());
    arguments.put("windowRow", w.dilationY() * x.rowStride());
    arguments.put("runs", oneRun ? 1 : w.width());
    arguments.put("runStride", w.dilationX() * x.pixelStride());
    arguments.put("run", run);
    arguments.put(
        "input",
        places.offset(input) + x.origin() - w.top() * x.rowStride() - w.left() * x.pixelStride());
    arguments.put("inputImage", x.imageStride());
    arguments.put("inputRow", w.strideY() * x.rowStride());
    arguments.put("inputPixel", w.strideX() * x.pixelStride());
    arguments.put("weights", pack(weight, n.operands().get(1)));
    arguments.put("weightGroup", w.area() * x.channels() * tile.vectors * a.lanes().count());
    tail.bind(arguments, a, weights, places);
    DirectConv kind = new DirectConv(a.lanes(), tile.pixels, tile.vectors, tail.tail());
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * groups * y.height(),
        tail.bordered(a, places));
  }

  /** {@code [group][u][v][input channel][vector][lane]}. */
  private int pack(Tensor weight, Value value) {
    List<Integer> dims = weight.shape().dims();
    int lanes = a.lanes().count();
    int perGroup = tile.vectors * lanes;
    int padded = a.image(step.heart()).pixelStride();
    int inputs = dims.get(1);
    int taps = dims.get(2) * dims.get(3);
    return weights.place(
        List.of("conv", a.constant(value), perGroup, padded),
        padded * inputs * taps,
        (data, at) -> {
          float[] w = weight.floats();
          for (int o = 0; o < dims.getFirst(); o++) {
            int to = at + o / perGroup * taps * inputs * perGroup + o % perGroup;
            for (int c = 0; c < inputs; c++) {
              for (int t = 0; t < taps; t++) {
                data[to + (t * inputs + c) * perGroup] = w[(o * inputs + c) * taps + t];
              }
            }
          }
        });
  }
}
