package whyc.engine.jvm.code;

import java.lang.classfile.CodeBuilder;
import jdk.incubator.vector.FloatVector;

/** Floats in a vector: its width in bits over 32. */
public enum Lanes {
  FOUR(4, "SPECIES_128"),
  EIGHT(8, "SPECIES_256"),
  SIXTEEN(16, "SPECIES_512");

  private final int count;
  private final String species;

  Lanes(int count, String species) {
    this.count = count;
    this.species = species;
  }

  public int count() {
    return count;
  }

  /** Floats in the widest vector that this JVM computes with at once. */
  public static int available() {
    return FloatVector.SPECIES_PREFERRED.length();
  }

  /** The width that the machine likes best, within those that kernels are written for. */
  public static Lanes preferred() {
    int lanes = available();
    return lanes >= 16 ? SIXTEEN : lanes >= 8 ? EIGHT : FOUR;
  }

  void pushSpecies(CodeBuilder c) {
    c.getstatic(Types.FLOAT_VECTOR, species, Types.SPECIES);
  }

  void pushIntSpecies(CodeBuilder c) {
    c.getstatic(Types.INT_VECTOR, species, Types.SPECIES);
  }
}
