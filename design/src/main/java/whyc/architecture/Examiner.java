package whyc.architecture;

import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Answers what a search may ask of networks, each time with what the answer cost. */
abstract class Examiner {
  /**
   * A result, and the seconds of work that it took, now or when it was found first.
   *
   * @param key the same for the same work
   */
  public record Spent<T>(String key, T result, double seconds) {}

  /**
   * A trained network with several arithmetics, on the validation pictures.
   *
   * @param damage what explanations said, where they were asked
   */
  record Explored(
      Optional<Spent<Damage>> damage,
      List<List<Choice>> arithmetics,
      List<Spent<Figures>> measured) {}

  /** The arithmetics that are measured; who wants to know what each does, asks. */
  interface Suggestion {
    List<List<Choice>> of(Supplier<Damage> damage);
  }

  public abstract Setting setting();

  /**
   * The accuracy on the validation pictures, in real numbers, after so many steps.
   *
   * @param stop asked now and then whether to give up, with {@link Trainer.Stopped}
   */
  abstract Spent<Double> train(Training t, int steps, BooleanSupplier stop);

  /** What explanations say of a network after so many steps. */
  abstract Spent<Insight> insight(Training t, int steps, BooleanSupplier stop);

  /** What is guessed of a network without training: see {@link Proxies#names}. */
  abstract Spent<List<Double>> proxies(Architecture a);

  /**
   * Measures a wholly trained network with the arithmetics that are suggested.
   *
   * @param shares of channels that may be skipped
   */
  abstract Explored explore(
      Training t, List<Double> shares, Suggestion suggestion, BooleanSupplier stop);

  /** The same for the same training with the same recipe. */
  abstract String hash(Training t);
}
