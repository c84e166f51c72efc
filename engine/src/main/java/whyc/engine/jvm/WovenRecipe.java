package whyc.engine.jvm;

import java.util.List;
import java.util.Map;
import whyc.engine.jvm.WovenFamily.Phases;
import whyc.engine.jvm.code.Assembly.Assembled;
import whyc.graph.Node;
import whyc.op.ConvTranspose;
import whyc.op.Value;
import whyc.op.Window;
import whyc.schedule.Step;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * All phases of a transposed convolution as channels of one convolution of stride 1; then these are
 * woven.
 *
 * <pre>{@code
 * y[c, q*s + r] = sum_{o,m} x[o, q + m] * w[o,c, r + top - m*s]        0 <= r < s; w = 0 beyond k
 * }</pre>
 */
record WovenRecipe(Arrangement a, Weights weights, Step step) implements Recipe {
  private Node node() {
    return a.graph().node(step.heart());
  }

  private Window window() {
    return ((ConvTranspose) node().op()).window();
  }

  private Phases phases() {
    return Phases.of(node());
  }

  @Override
  public String name() {
    return "woven " + part(0).pixels();
  }

  /** Channels of all phases, in whole vectors. */
  private int stride() {
    int channels = node().type().shape().dim(1) * window().strideY() * window().strideX();
    return Math.ceilDiv(channels, a.lanes().count()) * a.lanes().count();
  }

  private int row() {
    return phases().columns().count() * stride();
  }

  private int image() {
    return phases().rows().count() * row();
  }

  @Override
  public int scratch() {
    return Math.multiplyExact(node().type().shape().dim(0), image());
  }

  private DirectPart part(int offset) {
    Layout.Image x = a.image(node().operands().getFirst());
    int vectors = stride() / a.lanes().count();
    return new DirectPart(
        a.lanes(),
        x,
        offset,
        phases().rows(),
        phases().columns(),
        x.channels(),
        Tile.ofWindows(
                a.core(),
                phases().columns().count(),
                Tile.divisors(vectors, 3),
                DirectPart.mostPixels(x, phases().columns()))
            .vectors());
  }

  @Override
  public Kernel bind(Places places) {
    DirectPart part = part(places.offset(node().operands().getFirst()));
    int tiles = stride() / a.lanes().count() / part.vectors();
    Map<String, Integer> arguments = part.arguments(tiles, pack(part));
    Tail.NONE.bind(
        arguments, List.of(), List.of(new Tail.Place(places.scratch(), image(), row(), stride())));
    DirectConv kind = part.kind(false, Tail.NONE);
    Assembled routine = Routines.of(kind, kind::assemble);
    Shape y = node().type().shape();
    Kernel convolution =
        new RoutineKernel(
            routine.routine(),
            routine.arguments(arguments),
            y.dim(0) * tiles * part.rows().count(),
            List.of());
    Weaving weaving =
        new Weaving(
            places.scratch(),
            row(),
            stride(),
            places.offset(step.heart()),
            y.dim(0),
            y.dim(1),
            y.dim(2),
            y.dim(3),
            window().strideY(),
            window().strideX());
    return new Followed(convolution, List.of(weaving));
  }

  /** The channel of {@code (c, row phase, column phase)} stands at their row-major index. */
  private int pack(DirectPart part) {
    Value value = node().operands().get(1);
    Tensor weight = a.constant(value).value();
    Shape s = weight.shape();
    int perTile = part.vectors() * a.lanes().count();
    int taps = part.rows().taps().size() * part.columns().taps().size();
    return weights.place(
        List.of("woven", a.constant(value), phases(), perTile),
        stride() * s.dim(0) * taps,
        (data, at) -> {
          float[] w = weight.floats();
          for (int c = 0; c < s.dim(1); c++) {
            for (Axis rows : phases().each().rows()) {
              for (Axis columns : phases().each().columns()) {
                int lane = (c * window().strideY() + rows.first()) * window().strideX();
                int channel = lane + columns.first();
                int to = at + channel / perTile * taps * s.dim(0) * perTile + channel % perTile;
                for (int u = 0; u < rows.taps().size(); u++) {
                  for (int v = 0; v < columns.taps().size(); v++) {
                    int tap =
                        (u + rows.offset() - part.rows().offset()) * part.columns().taps().size()
                            + v
                            + columns.offset()
                            - part.columns().offset();
                    int from = rows.taps().get(u) * s.dim(3) + columns.taps().get(v);
                    for (int o = 0; o < s.dim(0); o++) {
                      data[to + (tap * s.dim(0) + o) * perTile] =
                          w[(o * s.dim(1) + c) * s.dim(2) * s.dim(3) + from];
                    }
                  }
                }
              }
            }
          }
        });
  }

  /**
   * Writes planes from phases.
   *
   * @param source {@code [image][place][place][channel, row phase, column phase]}
   * @param target {@code [image][channel][height][width]}
   */
  private record Weaving(
      int source,
      int sourceRow,
      int stride,
      int target,
      int images,
      int channels,
      int height,
      int width,
      int strideY,
      int strideX)
      implements Kernel {

    /** A unit is a row of places. */
    @Override
    public int units() {
      return images * Math.ceilDiv(height, strideY);
    }

    @Override
    public void run(Banks banks, int first, int last) {
      float[] values = banks.values();
      int places = Math.ceilDiv(height, strideY);
      for (int unit = first; unit < last; unit++) {
        int n = unit / places;
        int place = unit % places;
        for (int c = 0; c < channels; c++) {
          for (int r = 0; r < Math.min(strideY, height - place * strideY); r++) {
            int to = target + ((n * channels + c) * height + place * strideY + r) * width;
            weave(values, source + unit * sourceRow + (c * strideY + r) * strideX, to);
          }
        }
      }
    }

    private void weave(float[] values, int from, int to) {
      for (int r = 0; r < Math.min(strideX, width); r++) {
        for (int x = r, at = from + r; x < width; x += strideX, at += stride) {
          values[to + x] = values[at];
        }
      }
    }
  }
}
