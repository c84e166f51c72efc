package whyc.engine.jvm.code;

import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;

/** An expression of int vectors: the bits of float vectors, on which exponents are handled. */
public sealed interface Ints {

  /** Appends what leaves the vector on the stack. */
  void push(CodeBuilder c);

  default Ints plus(Ints other) {
    return new OfTwo("ADD", this, other);
  }

  default Ints minus(Ints other) {
    return new OfTwo("SUB", this, other);
  }

  default Ints or(Ints other) {
    return new OfTwo("OR", this, other);
  }

  default Ints plus(int other) {
    return new WithScalar("ADD", this, Int.of(other));
  }

  /** The same number added to each lane. */
  default Ints plus(Int other) {
    return new WithScalar("ADD", this, other);
  }

  default Ints and(int other) {
    return new WithScalar("AND", this, Int.of(other));
  }

  default Ints shiftLeft(int places) {
    return new WithScalar("LSHL", this, Int.of(places));
  }

  /** The sign is kept. */
  default Ints shiftRight(int places) {
    return new WithScalar("ASHR", this, Int.of(places));
  }

  /** The floats that have these bits. */
  default Vec asFloats() {
    return new Vec.OfBits(this);
  }

  record LaneNumbers(Lanes lanes) implements Ints {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushIntSpecies(c);
      c.invokestatic(Types.INT_VECTOR, "zero", MethodTypeDesc.of(Types.INT_VECTOR, Types.SPECIES));
      c.loadConstant(1);
      c.invokevirtual(Types.INT_VECTOR, "addIndex", MethodTypeDesc.of(Types.INT_VECTOR, CD_int));
    }
  }

  /** The bits of floats. */
  record Of(Vec floats) implements Ints {
    @Override
    public void push(CodeBuilder c) {
      floats.push(c);
      c.invokevirtual(Types.FLOAT_VECTOR, "reinterpretAsInts", MethodTypeDesc.of(Types.INT_VECTOR));
    }
  }

  record OfTwo(String operator, Ints a, Ints b) implements Ints {
    @Override
    public void push(CodeBuilder c) {
      a.push(c);
      pushOperator(c, operator);
      b.push(c);
      c.invokevirtual(
          Types.INT_VECTOR,
          "lanewise",
          MethodTypeDesc.of(Types.INT_VECTOR, Types.vectorOperator("Binary"), Types.VECTOR));
    }
  }

  record WithScalar(String operator, Ints a, Int b) implements Ints {
    @Override
    public void push(CodeBuilder c) {
      a.push(c);
      pushOperator(c, operator);
      b.push(c);
      c.invokevirtual(
          Types.INT_VECTOR,
          "lanewise",
          MethodTypeDesc.of(Types.INT_VECTOR, Types.vectorOperator("Binary"), CD_int));
    }
  }

  private static void pushOperator(CodeBuilder c, String operator) {
    boolean associative =
        switch (operator) {
          case "ADD", "AND", "OR" -> true;
          default -> false;
        };
    c.getstatic(
        Types.OPERATORS, operator, Types.vectorOperator(associative ? "Associative" : "Binary"));
  }

  /** A vector in a local variable. */
  record Local(int slot) implements Ints {
    @Override
    public void push(CodeBuilder c) {
      c.aload(slot);
    }
  }
}
