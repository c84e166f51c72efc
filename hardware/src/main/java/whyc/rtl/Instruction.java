package whyc.rtl;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One instruction of the core.
 *
 * @param name of what it computes
 * @param fields those that are not zero; addresses may be negative, modulo the width of a word
 * @param taps for passes
 * @param multiplyAdds that the operation wants, padding left out
 */
record Instruction(
    Kind kind,
    String name,
    Set<Flag> flags,
    Map<Field, Integer> fields,
    List<Tap> taps,
    long multiplyAdds) {
  Instruction {
    flags = flags.isEmpty() ? Set.of() : EnumSet.copyOf(flags);
    fields = fields.isEmpty() ? Map.of() : new EnumMap<>(fields);
    taps = List.copyOf(taps);
  }

  /** Bits of {@link Field#MORE_SHIFTS} above the shifts. */
  static final int OWN_MINUS = 1 << 10;

  static final int RESIDUAL_MINUS = 1 << 11;
  static final int TO_LINES = 1 << 12;
  static final int OVERLAPS = 1 << 13;
  static final int EXACT = 1 << 14;

  /** Whether its codes become lines of the weight memory. */
  boolean writesLines() {
    return (get(Field.MORE_SHIFTS) & TO_LINES) != 0;
  }

  /** Whether it begins while codes of the one before are still being written. */
  boolean overlaps() {
    return (get(Field.MORE_SHIFTS) & OVERLAPS) != 0;
  }

  /** Whether its products are exact, on an array of others. */
  boolean multipliesExactly() {
    return (get(Field.MORE_SHIFTS) & EXACT) != 0;
  }

  Instruction with(Field f, int value) {
    Map<Field, Integer> changed = new EnumMap<>(fields);
    changed.put(f, value);
    return new Instruction(kind, name, flags, changed, taps, multiplyAdds);
  }

  int get(Field f) {
    return fields.getOrDefault(f, 0);
  }

  boolean has(Flag f) {
    return flags.contains(f);
  }

  /** The first word. */
  int flagWord() {
    return flags.stream().mapToInt(Flag::bit).reduce(kind.code(), (a, b) -> a | b);
  }

  static int shifts(int a, int b, int c) {
    return a | b << 5 | c << 10;
  }
}
