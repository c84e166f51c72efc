package whyc.engine.jvm.code;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Opcode;

/** An expression of ints: addresses, strides, counts. Sums and products of literals are folded. */
public sealed interface Int {

  /** Appends what leaves the value on the stack. */
  void push(CodeBuilder c);

  static Int of(int value) {
    return new Literal(value);
  }

  default Int plus(Int other) {
    if (this instanceof Literal a && other instanceof Literal b) {
      return of(a.value + b.value);
    }
    if (other instanceof Literal b && b.value == 0) {
      return this;
    }
    return this instanceof Literal a && a.value == 0 ? other : new Binary(Opcode.IADD, this, other);
  }

  default Int plus(int other) {
    return plus(of(other));
  }

  default Int minus(Int other) {
    return this instanceof Literal a && other instanceof Literal b
        ? of(a.value - b.value)
        : new Binary(Opcode.ISUB, this, other);
  }

  default Int times(Int other) {
    if (this instanceof Literal a && other instanceof Literal b) {
      return of(a.value * b.value);
    }
    if (other instanceof Literal b && b.value == 1) {
      return this;
    }
    if (other instanceof Literal b && b.value == 0) {
      return other;
    }
    return this instanceof Literal ? other.times(this) : new Binary(Opcode.IMUL, this, other);
  }

  default Int times(int other) {
    return times(of(other));
  }

  /** Rounded towards zero. */
  default Int over(Int other) {
    return other instanceof Literal b && b.value == 1 ? this : new Binary(Opcode.IDIV, this, other);
  }

  default Int over(int other) {
    return over(of(other));
  }

  default Int remainder(Int other) {
    return new Binary(Opcode.IREM, this, other);
  }

  default Int remainder(int other) {
    return remainder(of(other));
  }

  default Int and(Int other) {
    return new Binary(Opcode.IAND, this, other);
  }

  default Int or(Int other) {
    return new Binary(Opcode.IOR, this, other);
  }

  default Int shiftedBy(Int places) {
    return new Binary(Opcode.ISHL, this, places);
  }

  default Int xor(Int other) {
    return new Binary(Opcode.IXOR, this, other);
  }

  default Int min(Int other) {
    return new Extreme("min", this, other);
  }

  default Int max(Int other) {
    return new Extreme("max", this, other);
  }

  /** Shifted right with its sign, by a literal number of bits. */
  record Shift(Int value, int bits) implements Int {
    @Override
    public void push(CodeBuilder c) {
      value.push(c);
      c.loadConstant(bits);
      c.ishr();
    }
  }

  record Literal(int value) implements Int {
    @Override
    public void push(CodeBuilder c) {
      c.loadConstant(value);
    }
  }

  record Local(int slot) implements Int {
    @Override
    public void push(CodeBuilder c) {
      c.iload(slot);
    }
  }

  /** A local variable that may be given another value. */
  record Variable(CodeBuilder code, int slot) implements Int {
    public void set(Int value) {
      value.push(code);
      code.istore(slot);
    }

    @Override
    public void push(CodeBuilder c) {
      c.iload(slot);
    }
  }

  /** The bits of an entry of a float array. */
  record InFloats(int array, Int at) implements Int {
    @Override
    public void push(CodeBuilder c) {
      c.aload(array);
      at.push(c);
      c.faload();
      c.invokestatic(Types.FLOAT, "floatToRawIntBits", Types.INT_OF_FLOAT);
    }
  }

  record Binary(Opcode operator, Int a, Int b) implements Int {
    @Override
    public void push(CodeBuilder c) {
      a.push(c);
      b.push(c);
      c.with(java.lang.classfile.instruction.OperatorInstruction.of(operator));
    }
  }

  record Extreme(String method, Int a, Int b) implements Int {
    @Override
    public void push(CodeBuilder c) {
      a.push(c);
      b.push(c);
      c.invokestatic(Types.MATH, method, Types.INT_OF_INTS);
    }
  }

  /** One entry of an int or short array. */
  record Entry(int array, boolean isShort, Int at) implements Int {
    @Override
    public void push(CodeBuilder c) {
      c.aload(array);
      at.push(c);
      if (isShort) {
        c.saload();
      } else {
        c.iaload();
      }
    }
  }

  /** How many lanes of a mask are set. */
  record Count(Mask mask) implements Int {
    @Override
    public void push(CodeBuilder c) {
      mask.push(c);
      c.invokevirtual(Types.VECTOR_MASK, "trueCount", Types.INT_OF_NOTHING);
    }
  }

  /** The bits of a mask, lane 0 lowest. */
  record OfMask(Mask mask) implements Int {
    @Override
    public void push(CodeBuilder c) {
      mask.push(c);
      c.invokevirtual(Types.VECTOR_MASK, "toLong", Types.LONG_OF_NOTHING);
      c.l2i();
    }
  }
}
