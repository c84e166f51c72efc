package whyc.simulate;

import java.util.List;
import whyc.accelerator.ManyCore;
import whyc.simulate.Layer.Phase;

/**
 * What a machine did with some images.
 *
 * @param cycles from the first to the last
 * @param steps every task of every image, in order
 * @param time of the cores, all together
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
    Time time,
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

  /**
   * What cores spent their time on, in cycles, all cores together; of a core whose decoders do
   * different things, each its share.
   *
   * @param busy lanes multiplied
   * @param dispatch decoders waited for a tile to be found
   * @param banks they waited for a bank that another one read
   * @param fetch they waited for their own tile
   * @param data inputs or weights had not come
   * @param idle nothing could be begun, other decoders or cores were still at work, or elements
   *     went through what follows the lanes
   */
  public record Time(
      double busy, double dispatch, double banks, double fetch, double data, double idle) {
    public double all() {
      return busy + dispatch + banks + fetch + data + idle;
    }
  }

  public double seconds() {
    return cycles / (machine.clockMegahertz() * 1e6);
  }

  public double framesPerSecond() {
    return frames / seconds();
  }
}
