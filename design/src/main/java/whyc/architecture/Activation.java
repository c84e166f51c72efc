package whyc.architecture;

import java.util.Locale;

/** What stands between layers. */
public enum Activation {
  /** {@code max(x, 0)}. */
  RELU,

  /** {@code min(max(x, 0), 6)}: its values fit into bytes of one known scale. */
  RELU6;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
