package whyc.app.cli;

import java.util.Map;
import java.util.OptionalDouble;
import whyc.tensor.Tensor;

/**
 * What a program said about one image.
 *
 * @param values raw attribution, [h,w], or [c,h,w] in input space
 * @param parameters everything that decided them
 * @param checks residuals by name
 * @param milliseconds where the method had a program of its own
 * @param engine who computed it
 */
record Answer(
    Wish wish,
    int classIndex,
    double score,
    Tensor values,
    Map<String, Object> parameters,
    Map<String, Object> checks,
    OptionalDouble milliseconds,
    String engine) {}
