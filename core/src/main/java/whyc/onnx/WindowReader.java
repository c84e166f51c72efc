package whyc.onnx;

import java.util.List;
import whyc.op.Value;
import whyc.op.Window;
import whyc.tensor.Shape;

/** Reads the windows of convolutions and poolings from attributes. */
final class WindowReader {
  private WindowReader() {}

  private static final int MAX = 1 << 24;

  /** Images of one spatial axis get a second one, of extent 1, in front. */
  static Value asImage(OnnxNode n, Value x) {
    return switch (n.g.shape(x).rank()) {
      case 3 -> n.g.unsqueeze(x, 2);
      case 4 -> x;
      default ->
          throw new IllegalArgumentException(
              "wants one or two spatial axes, [n,c,w] or [n,c,h,w], got " + n.g.shape(x));
    };
  }

  /** Takes back what {@link #asImage} did to {@code x}. */
  static Value asBefore(OnnxNode n, Value y, Value x) {
    return n.g.shape(x).rank() == 3 ? n.g.squeeze(y, 2) : y;
  }

  /**
   * The window that the attributes describe, with {@code auto_pad} and {@code ceil_mode} worked out
   * into padding.
   *
   * @param x the shape of the image, [n,c,h,w]
   * @param kernel extents of the window along the model's own spatial axes
   */
  static Window window(OnnxNode n, Shape x, List<Integer> kernel) {
    int axes = kernel.size();
    if (axes < 1 || axes > 2 || n.rank(0) != axes + 2) {
      throw new IllegalArgumentException(
          "wants a window of as many extents as the image has spatial axes, one or two, got "
              + kernel
              + " for "
              + n.shape(0));
    }
    List<Integer> strides = n.integers("strides", axes, 1);
    List<Integer> dilations = n.integers("dilations", axes, 1);
    List<Integer> pads = n.integers("pads", 2 * axes, 0);
    refuseUnbounded(kernel, strides, dilations);
    if (strides.stream().anyMatch(s -> s < 1) || pads.stream().anyMatch(p -> p < 0)) {
      throw new IllegalArgumentException(
          "wants strides of at least 1 and pads of at least 0, got " + strides + " and " + pads);
    }
    refuseUnbounded(pads);
    String auto = n.text("auto_pad", "NOTSET");
    boolean ceil = n.integer("ceil_mode", 0) != 0;
    int[] before = new int[2];
    int[] after = new int[2];
    for (int a = 0; a < axes; a++) {
      int axis = 2 - axes + a;
      long reach = (long) dilations.get(a) * (kernel.get(a) - 1L) + 1;
      int extent = x.dim(2 + axis);
      int stride = strides.get(a);
      switch (auto) {
        case "NOTSET", "" -> {
          before[axis] = pads.get(a);
          after[axis] = pads.get(a + axes);
        }
        case "VALID" -> {}
        case "SAME_UPPER", "SAME_LOWER" -> {
          long total = Math.max(0, (Math.ceilDiv(extent, stride) - 1L) * stride + reach - extent);
          before[axis] = before(auto, Math.toIntExact(total));
          after[axis] = Math.toIntExact(total - before[axis]);
        }
        default ->
            throw new IllegalArgumentException(
                "wants auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER, got " + auto);
      }
      if (ceil) {
        after[axis] +=
            missingForCeil(
                extent + before[axis] + after[axis] - reach, extent + before[axis], stride);
      }
    }
    return new Window(
        axes == 1 ? 1 : kernel.getFirst(),
        kernel.getLast(),
        axes == 1 ? 1 : strides.getFirst(),
        strides.getLast(),
        before[0],
        before[1],
        after[0],
        after[1],
        axes == 1 ? 1 : dilations.getFirst(),
        dilations.getLast());
  }

  /** Refuses numbers of windows with which sums and products of ints could leave their range. */
  @SafeVarargs
  static void refuseUnbounded(List<Integer>... numbers) {
    for (List<Integer> list : numbers) {
      if (list.stream().anyMatch(v -> v < 0 || v > MAX)) {
        throw new IllegalArgumentException(
            "wants windows, strides, pads and extents of 0 to " + MAX + ", got " + list);
      }
    }
  }

  /** The share of padding that comes first: the smaller half for SAME_UPPER, else the larger. */
  static int before(String auto, int total) {
    return auto.equals("SAME_UPPER") ? total / 2 : total - total / 2;
  }

  /**
   * Padding that turns rounding down into rounding up. A window that would start behind the image
   * and its leading padding is not added.
   *
   * @param room how far the window can slide
   */
  private static int missingForCeil(long room, long end, int stride) {
    long missing = Math.floorMod(-room, (long) stride);
    return missing > 0 && room + missing < end ? Math.toIntExact(missing) : 0;
  }
}
