package whyc.architecture;

/**
 * Where a search ends.
 *
 * @param seconds of work at most, whether it is done now or was before; divided by the workers
 * @param trainings at most, parts of them as parts
 * @param workers that work at once
 * @param inherits whether weights come from the nearest network that was trained before
 */
public record Limits(double seconds, double trainings, int workers, boolean inherits, long seed) {}
