package whyc.simulate;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A task of one image on its way through a {@link Machine}. */
final class Job {
  final int frame;
  final Task task;

  /** Known once the task has started. */
  List<Share> shares = List.of();

  /** When a block of weights has come from outside. */
  final Map<Integer, Long> blocks = new HashMap<>();

  /** When a block of weights that several cores need has come to all of them. */
  final Map<Integer, Transfers.Arrival> sent = new HashMap<>();

  /** Cycles that all shares take: a bound, and what it is once the task has started. */
  double work = Double.NaN;

  boolean started;
  boolean ended;

  /** The share that is handed out next. */
  int next;

  /** Shares whose results are not stored yet. */
  int open;

  long from;
  long to;

  Job(int frame, Task task) {
    this.frame = frame;
    this.task = task;
  }

  boolean hasShares() {
    return started && next < shares.size();
  }

  Share take() {
    return shares.get(next++);
  }

  /** The part of all shares that is not handed out. */
  double left() {
    return shares.isEmpty() ? 1 : (shares.size() - next) / (double) shares.size();
  }
}
