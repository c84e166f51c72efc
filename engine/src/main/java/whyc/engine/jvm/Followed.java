package whyc.engine.jvm;

import java.util.List;

/** A kernel in several parts, each of which wants all units of the one before. */
record Followed(Kernel first, List<Kernel> followers) implements Kernel {
  Followed {
    followers = List.copyOf(followers);
  }

  @Override
  public int units() {
    return first.units();
  }

  @Override
  public void begin(Banks banks) {
    first.begin(banks);
  }

  @Override
  public void run(Banks banks, int from, int to) {
    first.run(banks, from, to);
  }

  @Override
  public List<Rehearsal.Part> routines() {
    return first.routines();
  }
}
