package whyc.engine.jvm;

import whyc.op.Value;
import whyc.schedule.Step;

/** Copies a value into another layout, or into another shape of the same elements. */
record MoveRecipe(Arrangement a, Step step) implements Recipe {
  @Override
  public String name() {
    return "move";
  }

  @Override
  public Kernel bind(Places places) {
    Value operand = a.graph().node(step.heart()).operands().getFirst();
    Located from = Located.of(a, operand, places.offset(operand));
    Located to = Located.of(a, step.heart(), places.offset(step.heart()));
    boolean numbers =
        from.bank() == Arrangement.Bank.VALUES && to.bank() == Arrangement.Bank.VALUES;
    if (numbers
        && from.layout() instanceof Layout.Image image
        && to.layout().equals(new Layout.Plain(image.shape()))) {
      return new ToRows(image, from.offset(), to.offset());
    }
    if (numbers
        && to.layout() instanceof Layout.Image image
        && from.layout().equals(new Layout.Plain(image.shape()))) {
      return new ToImage(from.offset(), image, to.offset());
    }
    return new Move(from, to);
  }

  /** Channels come outwards. A unit is a row of an image. */
  private record ToRows(Layout.Image image, int source, int target) implements Kernel {
    @Override
    public int units() {
      return image.images() * image.height();
    }

    @Override
    public void run(Banks banks, int first, int last) {
      float[] values = banks.values();
      for (int unit = first; unit < last; unit++) {
        int row = unit % image.height();
        int n = unit / image.height();
        for (int c = 0; c < image.channels(); c++) {
          int from = source + image.at(n, row, 0) + c;
          int to = target + ((n * image.channels() + c) * image.height() + row) * image.width();
          for (int x = 0; x < image.width(); x++) {
            values[to + x] = values[from + x * image.pixelStride()];
          }
        }
      }
    }
  }

  /** Channels come inwards. A unit is a row of an image. */
  private record ToImage(int source, Layout.Image image, int target) implements Kernel {
    @Override
    public void begin(Banks banks) {
      image.clearBorder(banks.values(), target);
    }

    @Override
    public int units() {
      return image.images() * image.height();
    }

    @Override
    public void run(Banks banks, int first, int last) {
      float[] values = banks.values();
      for (int unit = first; unit < last; unit++) {
        int row = unit % image.height();
        int n = unit / image.height();
        for (int c = 0; c < image.pixelStride(); c++) {
          int from = source + ((n * image.channels() + c) * image.height() + row) * image.width();
          int to = target + image.at(n, row, 0) + c;
          for (int x = 0; x < image.width(); x++) {
            values[to + x * image.pixelStride()] = c < image.channels() ? values[from + x] : 0;
          }
        }
      }
    }
  }

  /** Element by element in row-major order, whatever the layouts. */
  private record Move(Located from, Located to) implements Kernel {
    @Override
    public int units() {
      return 1;
    }

    @Override
    public void run(Banks banks, int first, int last) {
      to.clear(banks);
      for (int i = 0; i < to.type().shape().size(); i++) {
        to.set(banks, i, from.get(banks, i));
      }
    }
  }
}
