package whyc.simulate;

import java.util.List;
import java.util.Optional;
import whyc.accelerator.ManyCore;
import whyc.simulate.Layer.Phase;

/**
 * Decides which task starts, and which of those that have started a free core works for. With
 * {@link ManyCore.Policy#DYNAMIC} it is one of the phase that has more left to do for each of its
 * cores.
 */
final class Dispatcher {
  private final ManyCore.Policy policy;
  private final Shares shares;
  private final List<List<Job>> jobs;
  private final List<Core> cores;

  /**
   * Before anything has started.
   *
   * @param jobs of each image, in the order of its tasks
   */
  Dispatcher(ManyCore.Policy policy, Shares shares, List<List<Job>> jobs, List<Core> cores) {
    this.policy = policy;
    this.shares = shares;
    this.jobs = jobs;
    this.cores = cores;
  }

  /** Whether a job's operands are there and its turn has come. */
  boolean mayStart(Job j) {
    return !j.started && isDue(j) && hasOperands(j);
  }

  private boolean hasOperands(Job j) {
    return j.task.after().stream().allMatch(i -> jobs.get(j.frame).get(i).ended);
  }

  /** Two images are on the chip at a time: one is explained while the next is inferred. */
  private boolean isDue(Job j) {
    if (j.task.phase() == Phase.INFERENCE) {
      int before = policy == ManyCore.Policy.SEQUENTIAL ? j.frame - 1 : j.frame - 2;
      return (before < 0 || isDone(before, Phase.EXPLANATION))
          && (j.frame == 0 || isDone(j.frame - 1, Phase.INFERENCE));
    }
    return isDone(j.frame, Phase.INFERENCE)
        && (j.frame == 0 || isDone(j.frame - 1, Phase.EXPLANATION));
  }

  private boolean isDone(int frame, Phase phase) {
    for (Job j : jobs.get(frame)) {
      if (j.task.phase() == phase && !j.ended) {
        return false;
      }
    }
    return true;
  }

  /** The job that a core takes its next share of; none where nothing is to be done for it. */
  Optional<Job> choose(Core core) {
    return switch (policy) {
      case SEQUENTIAL -> first(Phase.INFERENCE).or(() -> first(Phase.EXPLANATION));
      case STATIC_SPLIT ->
          first(core.index < Math.ceilDiv(cores.size(), 2) ? Phase.INFERENCE : Phase.EXPLANATION);
      case DYNAMIC -> {
        Phase more = more();
        Phase less = more == Phase.INFERENCE ? Phase.EXPLANATION : Phase.INFERENCE;
        yield first(more).or(() -> first(less));
      }
    };
  }

  private Optional<Job> first(Phase phase) {
    for (List<Job> frame : jobs) {
      for (Job j : frame) {
        if (j.task.phase() == phase && j.hasShares()) {
          return Optional.of(j);
        }
      }
    }
    return Optional.empty();
  }

  private Phase more() {
    double inference = left(Phase.INFERENCE) / (1.0 + workers(Phase.INFERENCE));
    double explanation = left(Phase.EXPLANATION) / (1.0 + workers(Phase.EXPLANATION));
    return inference > explanation ? Phase.INFERENCE : Phase.EXPLANATION;
  }

  private long workers(Phase phase) {
    long n = 0;
    for (Core c : cores) {
      n += c.works.isPresent() && c.works.get() == phase ? 1 : 0;
    }
    return n;
  }

  /** Cycles that the image in a phase still wants: known where the input is, else at most. */
  private double left(Phase phase) {
    for (List<Job> frame : jobs) {
      double sum = 0;
      boolean active = false;
      for (Job j : frame) {
        if (j.task.phase() == phase && !j.ended) {
          active |= j.started;
          sum += j.left() * work(j);
        }
      }
      if (active) {
        return sum;
      }
    }
    return 0;
  }

  private double work(Job j) {
    if (Double.isNaN(j.work)) {
      j.work = shares.bound(j.frame, j.task);
    }
    return j.work;
  }

  /** The job's input is there, so that its zeros can be counted. */
  void started(Job j) {
    j.work = shares.work(j.frame, j.task);
  }
}
