package whyc.multiplier;

import java.util.Optional;
import java.util.SequencedMap;

/**
 * A circuit as a library publishes it.
 *
 * @param name in this release
 * @param formerName what the same function is called in release v1.0
 * @param design what computes the same; absent where only figures are known here
 * @param figures by key, with the unit in it: {@code mae_percent}
 * @param note what to beware of
 */
public record Published(
    String library,
    String release,
    String name,
    Optional<String> formerName,
    OperandForm form,
    Optional<String> design,
    Optional<String> closedForm,
    SequencedMap<String, Double> figures,
    Cost cost,
    Optional<String> note) {

  /** The first release of the library, in which other circuits have these names. */
  public static final String FORMER_RELEASE = "v1.0";

  /** The name with its release, without which it means nothing. */
  public String alias() {
    return name + " @ " + library + " " + release;
  }

  /** The name in the first release, with that. */
  public Optional<String> formerAlias() {
    return formerName.map(former -> former + " @ " + library + " " + FORMER_RELEASE);
  }
}
