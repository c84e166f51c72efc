package whyc.engine.jvm;

import java.util.Map;
import java.util.Optional;
import whyc.op.Value;

/** Places as a table. */
record Offsets(Map<Value, Integer> offsets, int scratch) implements Recipe.Places {
  Offsets {
    offsets = Map.copyOf(offsets);
  }

  @Override
  public int offset(Value value) {
    return Optional.ofNullable(offsets.get(value))
        .orElseThrow(() -> new IllegalArgumentException(value + " has no place"));
  }
}
