package whyc.simulate.systolic;

import java.util.List;
import java.util.function.ToLongFunction;
import whyc.accelerator.Dataflow;

/**
 * What counts as the time of a layer's folds on an array of r rows and c columns.
 *
 * <p>A cycle moves every value by one element. The first is the one in which the first value enters
 * the array, the last the one in which the last result leaves it. A fold of T steps by itself takes
 *
 * <pre>{@code
 * 2r + c + T - 2
 * }</pre>
 *
 * for every dataflow: r to bring in what is stationary, or to shift out the results; T steps; r - 1
 * and c - 1 for the skew, because values enter row i and column j that much later. A fold that
 * fills only part of the array takes as long: values still cross all of it.
 */
public enum Convention {
  /**
   * A fold follows as soon as the array can: the stationary values of the next one come in, or the
   * results of the last one go out, beside the steps of the present one, through registers of their
   * own. Folds then start max(T, r) cycles apart.
   */
  PIPELINED,

  /**
   * A fold begins when the one before has left: the sum of 2r + c + T - 2. This is the analytical
   * run time of Samajdar et al. 2020 (<i>A systematic methodology for characterizing scalability of
   * DNN accelerators using SCALE-Sim</i>, ISPASS), and that of their report of 2018 (arXiv
   * 1811.02883).
   */
  SERIAL,

  /**
   * The figure that SCALE-Sim v2 prints, without stalls: folds in sequence, and the number of the
   * last cycle counted from 0. Its output-stationary fold takes r + c + T - 2: results leave while
   * the skew runs out, r cycles sooner than registers in a column can pass them on.
   */
  SCALE_SIM;

  /**
   * Folds that follow each other.
   *
   * @param steps T of each fold, with how many folds in a row have it
   */
  long cycles(Dataflow dataflow, int rows, int columns, List<Run> steps) {
    if (steps.isEmpty()) {
      return 0;
    }
    long crossing = rows + columns - 2L;
    return switch (this) {
      case PIPELINED -> {
        // The first fold's results wait for no others, the last fold's steps for no next weights.
        Run alone = dataflow == Dataflow.OUTPUT_STATIONARY ? steps.getFirst() : steps.getLast();
        long apart = sum(steps, run -> Math.max(run.steps, rows));
        yield apart - Math.max(alone.steps, rows) + alone.steps + rows + crossing;
      }
      case SERIAL -> sum(steps, run -> run.steps + rows + crossing);
      case SCALE_SIM -> {
        long still = dataflow == Dataflow.OUTPUT_STATIONARY ? 0 : rows;
        yield sum(steps, run -> run.steps + still + crossing) - 1;
      }
    };
  }

  /** So many folds of so many steps each. */
  public record Run(long folds, long steps) {}

  private static long sum(List<Run> runs, ToLongFunction<Run> cycles) {
    return runs.stream().mapToLong(run -> run.folds * cycles.applyAsLong(run)).sum();
  }
}
