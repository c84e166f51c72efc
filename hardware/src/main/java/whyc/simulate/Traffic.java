package whyc.simulate;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * Bytes that were moved, by what they are.
 *
 * @param external read from and written to the memory outside
 * @param onChip between the shared memory and the cores
 */
public record Traffic(Map<Kind, Long> external, Map<Kind, Long> onChip) {

  /** What bytes are. */
  public enum Kind {
    WEIGHTS,
    ACTIVATIONS,

    /** Decisions and maps that only the explanation reads again. */
    STORED_MAPS,
    GRADIENTS,
    HEAT_MAPS
  }

  public Traffic {
    external = Collections.unmodifiableMap(all(external));
    onChip = Collections.unmodifiableMap(all(onChip));
  }

  private static Map<Kind, Long> all(Map<Kind, Long> some) {
    Map<Kind, Long> all = new EnumMap<>(Kind.class);
    for (Kind k : Kind.values()) {
      all.put(k, some.getOrDefault(k, 0L));
    }
    return all;
  }

  public long externalBytes() {
    return external.values().stream().mapToLong(Long::longValue).sum();
  }
}
