package whyc.engine.jvm;

import java.util.List;
import whyc.engine.jvm.code.Routine;

/**
 * A routine with its arguments.
 *
 * @param bordered results that want zeros around them
 */
record RoutineKernel(Routine routine, int[] arguments, int units, List<Bordered> bordered)
    implements Kernel {

  /** An image and where it lies. */
  record Bordered(Layout.Image image, int offset) {}

  @Override
  public void begin(Banks banks) {
    clearBorders(bordered, banks);
  }

  static void clearBorders(List<Bordered> bordered, Banks banks) {
    for (int i = 0; i < bordered.size(); i++) {
      Bordered b = bordered.get(i);
      b.image.clearBorder(banks.values(), b.offset);
    }
  }

  @Override
  public void run(Banks banks, int from, int to) {
    routine.run(banks.values(), banks.bits(), banks.weights(), arguments, from, to);
  }

  @Override
  public List<Rehearsal.Part> routines() {
    return List.of(new Rehearsal.Part(routine, arguments));
  }
}
