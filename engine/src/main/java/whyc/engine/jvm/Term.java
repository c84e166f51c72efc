package whyc.engine.jvm;

import whyc.engine.jvm.code.Mask;
import whyc.engine.jvm.code.Vec;

/** A vector of numbers or of truth values. */
sealed interface Term {
  record Numbers(Vec vector) implements Term {}

  record Truths(Mask mask) implements Term {}

  default Vec vector() {
    return switch (this) {
      case Numbers n -> n.vector;
      case Truths t -> throw new IllegalArgumentException("numbers are wanted, got truth values");
    };
  }

  default Mask mask() {
    return switch (this) {
      case Truths t -> t.mask;
      case Numbers n -> throw new IllegalArgumentException("truth values are wanted, got numbers");
    };
  }
}
