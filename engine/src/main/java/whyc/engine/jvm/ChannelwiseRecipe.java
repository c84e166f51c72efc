package whyc.engine.jvm;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.SumPool;
import whyc.op.Value;
import whyc.schedule.Step;
import whyc.tensor.Tensor;

/** A sum under a window within each channel, transposed ones phase by phase. */
record ChannelwiseRecipe(Arrangement a, Weights weights, Step step, FusedTail tail)
    implements Recipe {

  /** Pixels of a tile, whose sums stay in registers. */
  private static final int PIXELS = 8;

  /** The same for strides: its windows share little, and more of them want more registers. */
  private static final int STRIDED_PIXELS = 4;

  /** Windows of more rows are not unrolled. */
  private static final int UNROLLED_ROWS = 3;

  /** Rows of taps that are longer are not unrolled. */
  private static final int UNROLLED = 8;

  static ChannelwiseRecipe of(Arrangement a, Weights weights, Step step) {
    return new ChannelwiseRecipe(
        a, weights, step, FusedTail.of(a, step, Optional.of(step.heart())));
  }

  private Node node() {
    return a.graph().node(step.heart());
  }

  @Override
  public String name() {
    return "channelwise " + pixels(Sweep.of(node()).columns().getFirst());
  }

  private static int pixels(Axis columns) {
    int most = columns.inputStep() == 1 ? PIXELS : STRIDED_PIXELS;
    return Tile.pixels(columns.count(), most);
  }

  @Override
  public Kernel bind(Places places) {
    return Together.of(Sweep.of(node()).map((rows, columns) -> bind(places, rows, columns)));
  }

  private Kernel bind(Places places, Axis rows, Axis columns) {
    Value input = node().operands().getFirst();
    Layout.Image x = a.image(input);
    Layout.Image y = a.image(step.heart());
    int lanes = a.lanes().count();
    int taps = columns.taps().size();
    boolean unrolled = taps <= UNROLLED;
    boolean weighted = !(node().op() instanceof SumPool);
    int unrolledRows =
        taps <= UNROLLED_ROWS && rows.taps().size() <= UNROLLED_ROWS ? rows.taps().size() : 0;
    ChannelwiseSum kind =
        new ChannelwiseSum(
            a.lanes(),
            pixels(columns),
            unrolledRows,
            unrolled ? taps : 1,
            columns.inputStep(),
            columns.spacing(),
            weighted,
            tail.tail());
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", rows.count());
    arguments.put("vectors", y.pixelStride() / lanes);
    DirectConv.putColumns(arguments, columns.count(), kind.pixels());
    arguments.put("windowRow", rows.spacing() * x.rowStride());
    if (unrolledRows == 0) {
      arguments.put("windowRows", rows.taps().size());
      arguments.put("runs", unrolled ? 1 : taps);
      arguments.put("runStride", columns.spacing() * x.pixelStride());
    }
    arguments.put(
        "input",
        places.offset(input)
            + x.origin()
            + rows.offset() * x.rowStride()
            + columns.offset() * x.pixelStride());
    arguments.put("inputImage", x.imageStride());
    arguments.put("inputRow", rows.inputStep() * x.rowStride());
    arguments.put("inputPixel", x.pixelStride());
    if (weighted) {
      arguments.put("weights", pack(rows.taps(), columns.taps()));
    }
    tail.bind(arguments, a, weights, places, rows, columns);
    Assembled routine = Routines.of(kind, kind::assemble);
    return new RoutineKernel(
        routine.routine(),
        routine.arguments(arguments),
        y.images() * rows.count(),
        tail.bordered(a, places));
  }

  /** {@code [vector][u][v][lane]}. */
  private int pack(List<Integer> rows, List<Integer> columns) {
    Value value = node().operands().get(1);
    Tensor weight = a.constant(value).value();
    int width = weight.shape().dim(3);
    int area = weight.shape().dim(2) * width;
    int channels = weight.shape().dim(0);
    int lanes = a.lanes().count();
    int taps = rows.size() * columns.size();
    return weights.place(
        List.of("channelwise", a.constant(value), rows, columns, lanes),
        a.image(step.heart()).pixelStride() * taps,
        (data, at) -> {
          float[] w = weight.floats();
          for (int c = 0; c < channels; c++) {
            int to = at + c / lanes * taps * lanes + c % lanes;
            for (int t = 0; t < taps; t++) {
              data[to + t * lanes] =
                  w[
                      c * area
                          + rows.get(t / columns.size()) * width
                          + columns.get(t % columns.size())];
            }
          }
        });
  }
}
