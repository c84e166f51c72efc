package whyc.simulate;

import java.util.List;
import whyc.accelerator.ManyCore;
import whyc.simulate.Layer.Phase;

/**
 * What a machine did with some images.
 *
 * @param cycles from the first to the last
 * @param steps every task of every image, in order
 * @param outsideBusy cycles in which the memory outside gave or took bytes
 * @param busiestLink cycles in which the busiest link of the network carried some
 * @param mostShared bytes of tensors in the shared memory at one time, at most
 */
public record Outcome(
    ManyCore machine,
    int frames,
    long cycles,
    List<Step> steps,
    List<Span> spans,
    Traffic traffic,
    Moved moved,
    long outsideBusy,
    long busiestLink,
    long mostShared) {

  /** Who worked on what from when to when. */
  public record Span(int core, int frame, int task, Phase phase, long from, long to) {}

  /** A task of one image: when it could begin, when its last byte was stored. */
  public record Step(int frame, Task task, long from, long to, List<Share> shares) {}

  /** Bytes by the memory that gave or took them. */
  public record Moved(
      long outsideRead,
      long outsideWritten,
      long sharedRead,
      long sharedWritten,
      long inputs,
      long weights,
      long byteHops) {}

  public double seconds() {
    return cycles / (machine.clockMegahertz() * 1e6);
  }

  public double framesPerSecond() {
    return frames / seconds();
  }
}
