package whyc.engine.jvm;

import java.util.Arrays;
import java.util.List;

/** Kernels that do not depend on each other, as one. */
final class Together implements Kernel {
  private final Kernel[] parts;

  /** The first unit of each part, and the number of all. */
  private final int[] starts;

  private Together(List<? extends Kernel> parts) {
    this.parts = parts.toArray(Kernel[]::new);
    this.starts = new int[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      starts[i + 1] = starts[i] + parts.get(i).units();
    }
  }

  static Kernel of(List<? extends Kernel> parts) {
    return parts.size() == 1 ? parts.getFirst() : new Together(parts);
  }

  @Override
  public int units() {
    return starts[parts.length];
  }

  @Override
  public void begin(Banks banks) {
    for (Kernel part : parts) {
      part.begin(banks);
    }
  }

  @Override
  public void run(Banks banks, int from, int to) {
    for (int i = 0; i < parts.length; i++) {
      int first = Math.max(from, starts[i]) - starts[i];
      int last = Math.min(to, starts[i + 1]) - starts[i];
      if (first < last) {
        parts[i].run(banks, first, last);
      }
    }
  }

  @Override
  public List<Rehearsal.Part> routines() {
    return Arrays.stream(parts).flatMap(part -> part.routines().stream()).toList();
  }
}
