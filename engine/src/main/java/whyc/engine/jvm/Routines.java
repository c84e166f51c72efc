package whyc.engine.jvm;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import whyc.engine.jvm.code.Assembly.Assembled;

/**
 * The routines of this process by what they do. Layers of one kind share a routine whatever their
 * sizes, so that few methods are compiled and those soon.
 */
final class Routines {
  private static final Map<Object, Assembled> MADE = new ConcurrentHashMap<>();

  private Routines() {}

  /**
   * The routine of a description.
   *
   * @param description equal for routines that do the same
   */
  static Assembled of(Object description, Supplier<Assembled> assemble) {
    return MADE.computeIfAbsent(description, d -> assemble.get());
  }
}
