package whyc.engine.jvm;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Windows along one axis: the places of a result and, for each, the places of an image under its
 * taps.
 *
 * <pre>{@code
 * y[first + q*step] depends on x[q*inputStep + offset + t*spacing]     0 <= q < count
 * }</pre>
 *
 * A strided convolution steps through its input. A strided transposed convolution steps through its
 * result: the places that are equal modulo the stride, a phase, have some of the window's taps and
 * see the image as a convolution of stride 1 does.
 *
 * @param taps positions t in the order of the image, each as its place in the window
 */
record Axis(
    int first, int step, int count, int inputStep, int offset, int spacing, List<Integer> taps) {
  Axis {
    taps = List.copyOf(taps);
  }

  /** Of a convolution or a pool, which gives {@code count} places. */
  static Axis of(int stride, int extent, int padding, int dilation, int count) {
    return new Axis(
        0, 1, count, stride, -padding, dilation, IntStream.range(0, extent).boxed().toList());
  }

  /** The phases of a transposed convolution whose result has so many places; some have no taps. */
  static List<Axis> transposed(int stride, int extent, int padding, int dilation, int places) {
    List<Axis> phases = new ArrayList<>();
    for (int phase = 0; phase < Math.min(stride, places); phase++) {
      List<Integer> taps = new ArrayList<>();
      List<Integer> offsets = new ArrayList<>();
      for (int t = extent - 1; t >= 0; t--) {
        int from = phase + padding - t * dilation;
        if (Math.floorMod(from, stride) == 0) {
          taps.add(t);
          offsets.add(Math.floorDiv(from, stride));
        }
      }
      phases.add(
          new Axis(
              phase,
              stride,
              Math.ceilDiv(places - phase, stride),
              1,
              offsets.isEmpty() ? 0 : offsets.getFirst(),
              offsets.size() < 2 ? 1 : offsets.get(1) - offsets.get(0),
              taps));
    }
    return phases;
  }

  /** How far windows reach before the image. */
  int before() {
    return taps.isEmpty() ? 0 : Math.max(0, -offset);
  }

  /** How far windows reach beyond an image of this extent. */
  int after(int extent) {
    return taps.isEmpty()
        ? 0
        : Math.max(0, (count - 1) * inputStep + offset + (taps.size() - 1) * spacing + 1 - extent);
  }

  /** Whether at every place some tap lies within an image of this extent. */
  boolean seesImage(int extent) {
    return IntStream.range(0, count)
        .map(q -> q * inputStep + offset)
        .allMatch(start ->
            IntStream.range(0, taps.size())
                .map(t -> start + t * spacing)
                .anyMatch(place -> place >= 0 && place < extent));
  }
}
