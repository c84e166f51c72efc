package whyc.engine.jvm.code;

import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;

import java.lang.classfile.CodeBuilder;
import java.lang.constant.MethodTypeDesc;

/** An expression of one truth value for each lane. */
public sealed interface Mask {

  /** Appends what leaves the mask on the stack. */
  void push(CodeBuilder c);

  default Mask not() {
    return new Not(this);
  }

  /** How many lanes are set. */
  default Int count() {
    return new Int.Count(this);
  }

  default Mask and(Mask other) {
    return new Both("and", this, other);
  }

  default Mask or(Mask other) {
    return new Both("or", this, other);
  }

  default Mask xor(Mask other) {
    return new Both("xor", this, other);
  }

  /** A mask in a local variable. */
  record Local(int slot) implements Mask {
    @Override
    public void push(CodeBuilder c) {
      c.aload(slot);
    }
  }

  record Both(String method, Mask a, Mask b) implements Mask {
    @Override
    public void push(CodeBuilder c) {
      a.push(c);
      b.push(c);
      c.invokevirtual(Types.VECTOR_MASK, method, Types.maskOf(Types.VECTOR_MASK));
    }
  }

  record Compare(String operator, Vec a, Vec b) implements Mask {
    @Override
    public void push(CodeBuilder c) {
      a.push(c);
      c.getstatic(Types.OPERATORS, operator, Types.vectorOperator("Comparison"));
      b.push(c);
      c.invokevirtual(
          Types.FLOAT_VECTOR,
          "compare",
          Types.maskOf(Types.vectorOperator("Comparison"), Types.VECTOR));
    }
  }

  record CompareWithScalar(String operator, Vec a, float b) implements Mask {
    @Override
    public void push(CodeBuilder c) {
      a.push(c);
      c.getstatic(Types.OPERATORS, operator, Types.vectorOperator("Comparison"));
      c.loadConstant(b);
      c.invokevirtual(
          Types.FLOAT_VECTOR,
          "compare",
          Types.maskOf(Types.vectorOperator("Comparison"), CD_float));
    }
  }

  /** Lane i where bit i is set. */
  record OfBits(Lanes lanes, Int bits) implements Mask {
    @Override
    public void push(CodeBuilder c) {
      lanes.pushSpecies(c);
      bits.push(c);
      c.i2l();
      c.invokestatic(Types.VECTOR_MASK, "fromLong", Types.MASK_OF_LONG);
    }
  }

  /** Lanes of which a bit is set: shifted to be the sign. */
  record Bit(Vec of, int bit) implements Mask {
    @Override
    public void push(CodeBuilder c) {
      of.push(c);
      c.invokevirtual(Types.FLOAT_VECTOR, "reinterpretAsInts", Types.INT_VECTOR_OF_NOTHING);
      c.getstatic(Types.OPERATORS, "LSHL", Types.vectorOperator("Binary"));
      c.loadConstant(31 - bit);
      c.invokevirtual(
          Types.INT_VECTOR,
          "lanewise",
          MethodTypeDesc.of(Types.INT_VECTOR, Types.vectorOperator("Binary"), CD_int));
      c.getstatic(Types.OPERATORS, "LT", Types.vectorOperator("Comparison"));
      c.loadConstant(0);
      c.invokevirtual(
          Types.INT_VECTOR, "compare", Types.maskOf(Types.vectorOperator("Comparison"), CD_int));
    }
  }

  record Not(Mask mask) implements Mask {
    @Override
    public void push(CodeBuilder c) {
      mask.push(c);
      c.invokevirtual(Types.VECTOR_MASK, "not", Types.maskOf());
    }
  }
}
