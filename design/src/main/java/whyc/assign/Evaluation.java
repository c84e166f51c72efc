package whyc.assign;

/**
 * An assignment that was tried.
 *
 * @param picojoules of an image's prediction, as it is minimised
 */
public record Evaluation(Assignment assignment, double picojoules, Measured measured) {}
