package whyc.architecture;

import java.util.Optional;

/**
 * A network whose training was stopped, as its explanations promised nothing.
 *
 * @param accuracy when it was stopped
 * @param predicted accuracy at the end of the training
 * @param accuracyAtEnd what came of it where it was trained on to see whether that was right
 * @param right whether it would have bettered no front; absent where it was not looked at
 */
public record RuledOut(
    Training training,
    double accuracy,
    double predicted,
    Optional<Double> accuracyAtEnd,
    Optional<Boolean> right) {}
