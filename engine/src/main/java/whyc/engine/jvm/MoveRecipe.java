package whyc.engine.jvm;

import java.util.Arrays;
import whyc.op.Value;
import whyc.schedule.Step;

/** Copies a value into another layout. */
record MoveRecipe(Arrangement a, Step step) implements Recipe {
  @Override
  public String name() {
    return "move";
  }

  @Override
  public Kernel bind(Places places) {
    Value operand = a.graph().node(step.heart()).operands().getFirst();
    int source = places.offset(operand);
    int target = places.offset(step.heart());
    return switch (a.layout(step.heart())) {
      case Layout.Image to ->
          a.layout(operand) instanceof Layout.Plain
              ? new Interleaving(to, target, source, true)
              : new Elements(a.layout(operand), source, to, target);
      case Layout.Plain to ->
          a.layout(operand) instanceof Layout.Image from
              ? new Interleaving(from, source, target, false)
              : new Copy(source, target, to.size());
    };
  }

  /**
   * Between an image and its numbers row by row, planes of channels one behind the other.
   *
   * @param plain where the planes begin
   * @param gathers whether the image is written
   */
  private record Interleaving(Layout.Image image, int offset, int plain, boolean gathers)
      implements Kernel {

    /** A unit is a row of the image. */
    @Override
    public int units() {
      return image.images() * image.height();
    }

    @Override
    public void begin(Banks banks) {
      if (gathers) {
        image.clearBorder(banks.values(), offset);
      }
    }

    @Override
    public void run(Banks banks, int first, int last) {
      for (int unit = first; unit < last; unit++) {
        int n = unit / image.height();
        int y = unit % image.height();
        int at = offset + image.at(n, y, 0);
        int from = plain + n * image.channels() * plane() + y * image.width();
        if (gathers) {
          gather(banks.values(), at, from);
        } else {
          scatter(banks.values(), at, from);
        }
      }
    }

    private int plane() {
      return image.height() * image.width();
    }

    private void gather(float[] values, int at, int from) {
      int width = image.width();
      int stride = image.pixelStride();
      int channels = image.channels();
      int plane = plane();
      if (plane == 1) {
        System.arraycopy(values, from, values, at, channels);
      } else {
        for (int c = 0; c < channels; c++) {
          for (int x = 0; x < width; x++) {
            values[at + x * stride + c] = values[from + c * plane + x];
          }
        }
      }
      if (channels < stride) {
        for (int x = 0; x < width; x++) {
          Arrays.fill(values, at + x * stride + channels, at + (x + 1) * stride, 0);
        }
      }
    }

    private void scatter(float[] values, int at, int to) {
      int width = image.width();
      int stride = image.pixelStride();
      int channels = image.channels();
      int plane = plane();
      if (plane == 1) {
        System.arraycopy(values, at, values, to, channels);
        return;
      }
      for (int c = 0; c < channels; c++) {
        for (int x = 0; x < width; x++) {
          values[to + c * plane + x] = values[at + x * stride + c];
        }
      }
    }
  }

  private record Copy(int source, int target, int size) implements Kernel {
    @Override
    public int units() {
      return 1;
    }

    @Override
    public void run(Banks banks, int from, int to) {
      System.arraycopy(banks.values(), source, banks.values(), target, size);
    }
  }

  /** Between images of different shapes: both of one pixel, with or without zeros around it. */
  private record Elements(Layout from, int source, Layout.Image to, int target) implements Kernel {
    @Override
    public int units() {
      return 1;
    }

    @Override
    public void run(Banks banks, int first, int last) {
      float[] values = banks.values();
      Arrays.fill(values, target, target + to.size(), 0);
      int n = to.shape().size();
      for (int i = 0; i < n; i++) {
        values[target + to.at(i)] = values[source + from.at(i)];
      }
    }
  }
}
