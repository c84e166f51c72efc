package whyc.app.cli;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import whyc.app.report.Pruned;
import whyc.tensor.Tensor;

/**
 * What a program said about one image.
 *
 * @param values raw attribution, [h,w], or [c,h,w] in input space
 * @param parameters everything that decided them
 * @param checks residuals by name
 * @param milliseconds where the method had a program of its own
 * @param engine who computed it
 * @param pruned what was dropped of it, where that was asked for
 */
record Answer(
    Wish wish,
    int classIndex,
    double score,
    Tensor values,
    Map<String, Object> parameters,
    Map<String, Object> checks,
    OptionalDouble milliseconds,
    String engine,
    Optional<Pruned> pruned) {

  /** The same answer with what was left of its values. */
  Answer pruned(Tensor left, Pruned what) {
    return new Answer(
        wish, classIndex, score, left, parameters, checks, milliseconds, engine, Optional.of(what));
  }
}
