package whyc.simulate;

import java.util.Optional;
import whyc.simulate.Layer.Phase;

/** What is known of one core of a {@link Machine} while time passes; times are cycles. */
final class Core {
  final int index;
  final TiledTiming.Clock lanes;

  /** When there is room for another share. */
  long roomFrom;

  /** When the lanes are done with all shares that were taken. */
  long end;

  /** When the last result has left. */
  long drained;

  /** The block of weights that was sent last. */
  long block = -1;

  Optional<Phase> works = Optional.empty();

  Core(int index, ZeroFreeCore kind) {
    this.index = index;
    this.lanes = new TiledTiming.Clock(kind);
  }
}
