package whyc.engine.jvm;

import java.util.HashMap;
import java.util.Map;
import whyc.engine.jvm.code.Lanes;

/**
 * An image and the windows over it, as {@link DirectConv} goes over them.
 *
 * @param offset of the image
 * @param seen channels of the image that a tile sees
 * @param vectors of a tile
 */
record DirectPart(
    Lanes lanes, Layout.Image x, int offset, Axis rows, Axis columns, int seen, int vectors) {

  /** Rows of taps that are longer are not unrolled. */
  private static final int UNROLLED = 5;

  /** The most pixels of a tile that have registers for their addresses. */
  static int mostPixels(Layout.Image x, Axis columns) {
    return isFixed(columns.inputStep() * x.pixelStride()) ? Integer.MAX_VALUE : Tile.UNFIXED;
  }

  private static boolean isFixed(int pixelStride) {
    return pixelStride <= DirectConv.MOST_FIXED_STRIDE;
  }

  private int pixelStride() {
    return columns.inputStep() * x.pixelStride();
  }

  int pixels() {
    Core core = Core.of(lanes);
    int most =
        taps() > 1
            ? core.mostSlidPixels(taps())
            : Math.min(core.mostPixels(vectors), mostPixels(x, columns));
    return Tile.pixels(columns.count(), most);
  }

  /** Whether products are added in the order in which numbers lie under a row of the window. */
  boolean inOrder() {
    return taps() == 1;
  }

  /** Taps that are unrolled, so that tiles one vector wide use each number more than once. */
  private int taps() {
    int taps = columns.taps().size();
    boolean shared =
        vectors == 1
            && taps > 1
            && taps <= UNROLLED
            && columns.inputStep() == 1
            && columns.spacing() == 1;
    return shared ? taps : 1;
  }

  DirectConv kind(boolean grouped, Tail tail) {
    int fixed = isFixed(pixelStride()) ? pixelStride() : 0;
    return new DirectConv(lanes, pixels(), vectors, fixed, taps(), grouped, tail);
  }

  /**
   * The arguments of the routine, but for those of groups and the tail.
   *
   * @param tiles of channels
   * @param weights where they begin: {@code [tile][u][v][input channel][vector][lane]}
   */
  Map<String, Integer> arguments(int tiles, int weights) {
    boolean oneRun = taps() > 1 || (columns.spacing() == 1 && seen == x.pixelStride());
    Map<String, Integer> arguments = new HashMap<>();
    arguments.put("rows", rows.count());
    arguments.put("groups", tiles);
    DirectConv.putColumns(arguments, columns.count(), pixels());
    arguments.put("windowRows", rows.taps().size());
    arguments.put("windowRow", rows.spacing() * x.rowStride());
    arguments.put("runs", oneRun ? 1 : columns.taps().size());
    arguments.put("runStride", columns.spacing() * x.pixelStride());
    arguments.put("run", oneRun ? columns.taps().size() / taps() * seen : seen);
    arguments.put(
        "input",
        offset + x.origin() + rows.offset() * x.rowStride() + columns.offset() * x.pixelStride());
    arguments.put("inputImage", x.imageStride());
    arguments.put("inputRow", rows.inputStep() * x.rowStride());
    if (!isFixed(pixelStride())) {
      arguments.put("inputPixel", pixelStride());
    }
    arguments.put("weights", weights);
    arguments.put(
        "weightGroup", rows.taps().size() * columns.taps().size() * seen * vectors * lanes.count());
    return arguments;
  }
}
