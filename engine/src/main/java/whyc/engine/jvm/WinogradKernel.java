package whyc.engine.jvm;

import java.util.List;
import java.util.stream.Stream;
import whyc.engine.jvm.code.Routine;

/**
 * A convolution by transforms, block by block of rows of tiles. A unit is a share of all blocks,
 * with working memory of its own, so that what is transformed stays in the cache of one core.
 *
 * @param productUnits of one block
 */
record WinogradKernel(
    Part[] parts, int rows, int block, int productUnits, List<RoutineKernel.Bordered> bordered)
    implements Kernel {

  /** A routine with its arguments. */
  record Bound(Routine routine, int[] arguments) {
    void run(Banks banks, int from, int to) {
      routine.run(banks.values(), banks.bits(), banks.weights(), arguments, from, to);
    }

    RoutineKernel kernel(int units, List<RoutineKernel.Bordered> bordered) {
      return new RoutineKernel(routine, arguments, units, bordered);
    }
  }

  /** The routines over one piece of working memory; the last block may be smaller. */
  record Part(Bound input, Bound products, Bound lastProducts, Bound output) {}

  /** One block that holds all: threads share each transform, and wait for each other between. */
  static Kernel inPhases(
      Part part, int rows, int productUnits, List<RoutineKernel.Bordered> bordered) {
    return new Followed(
        part.input.kernel(rows, bordered),
        List.of(
            part.products.kernel(productUnits, List.of()), part.output.kernel(rows, List.of())));
  }

  @Override
  public int units() {
    return parts.length;
  }

  @Override
  public void begin(Banks banks) {
    RoutineKernel.clearBorders(bordered, banks);
  }

  @Override
  public void run(Banks banks, int from, int to) {
    int blocks = Math.ceilDiv(rows, block);
    for (int unit = from; unit < to; unit++) {
      int end = (int) ((unit + 1L) * blocks / parts.length);
      for (int b = (int) ((long) unit * blocks / parts.length); b < end; b++) {
        run(banks, parts[unit], b * block);
      }
    }
  }

  @Override
  public List<Rehearsal.Part> routines() {
    return Stream.of(parts[0].input, parts[0].products, parts[0].lastProducts, parts[0].output)
        .map(b -> new Rehearsal.Part(b.routine, b.arguments))
        .toList();
  }

  private void run(Banks banks, Part part, int first) {
    int end = Math.min(rows, first + block);
    part.input.run(banks, first, end);
    (end - first == block ? part.products : part.lastProducts).run(banks, 0, productUnits);
    part.output.run(banks, first, end);
  }
}
