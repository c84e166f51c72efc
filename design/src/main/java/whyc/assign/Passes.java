package whyc.assign;

import java.util.Locale;

/** In which passes of a network with its explanation the circuits of an assignment stand. */
enum Passes {
  BOTH,

  /** What turns layers back stays exact. */
  FORWARD,

  /** The prediction stays exact. */
  BACKWARD;

  boolean include(ProductLayer layer) {
    return this == BOTH || layer.explains() == (this == BACKWARD);
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
