package whyc.architecture;

/**
 * A candidate that was trained wholly and measured.
 *
 * @param atSeconds of work when it was done, and {@code trainings} that were done by then
 */
public record Point(Candidate candidate, Figures figures, double atSeconds, double trainings) {}
