package whyc.app.report;

import java.util.OptionalDouble;

/**
 * A class and how the model scores it.
 *
 * @param label the class's name; {@code class 7} where no names are known
 */
public record Ranked(int index, String label, double logit, OptionalDouble probability) {}
