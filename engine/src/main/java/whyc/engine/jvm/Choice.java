package whyc.engine.jvm;

import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import whyc.schedule.Step;

/** Decides between recipes that compute the same step. */
interface Choice {
  /**
   * The one of the least estimate. It is the same on all machines, for all numbers of threads, and
   * so are the bits of a result.
   */
  Choice RULE =
      (a, step, candidates) ->
          candidates.stream().min(Comparator.comparingDouble(Candidate::nanoseconds)).orElseThrow();

  /** One of them, at least one of which is given. */
  Candidate of(Arrangement a, Step step, List<Candidate> candidates);

  /**
   * A way to compute a step.
   *
   * @param nanoseconds that one thread is estimated to take
   * @param recipe with its constants in an array
   */
  record Candidate(double nanoseconds, Function<Weights, Recipe> recipe) {}
}
