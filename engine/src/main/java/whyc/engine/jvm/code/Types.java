package whyc.engine.jvm.code;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;

/** Names of classes and methods as they stand in class files. */
final class Types {
  static final ClassDesc OBJECT = CD_Object;
  static final ClassDesc MATH = ClassDesc.of("java.lang.Math");
  static final ClassDesc FLOAT = ClassDesc.of("java.lang.Float");
  static final ClassDesc VECTOR = vectorApi("Vector");
  static final ClassDesc FLOAT_VECTOR = vectorApi("FloatVector");
  static final ClassDesc INT_VECTOR = vectorApi("IntVector");
  static final ClassDesc VECTOR_MASK = vectorApi("VectorMask");
  static final ClassDesc VECTOR_SHUFFLE = vectorApi("VectorShuffle");
  static final ClassDesc SPECIES = vectorApi("VectorSpecies");
  static final ClassDesc OPERATORS = vectorApi("VectorOperators");
  static final ClassDesc FLOATS = CD_float.arrayType();
  static final ClassDesc SHORTS = ClassDesc.ofDescriptor("[S");
  static final ClassDesc INTS = CD_int.arrayType();

  static final MethodTypeDesc INT_OF_INTS = MethodTypeDesc.of(CD_int, CD_int, CD_int);
  static final MethodTypeDesc FLOAT_OF_FLOATS = MethodTypeDesc.of(CD_float, CD_float, CD_float);
  static final MethodTypeDesc FLOAT_OF_INT = MethodTypeDesc.of(CD_float, CD_int);
  static final MethodTypeDesc INT_OF_FLOAT = MethodTypeDesc.of(CD_int, CD_float);
  static final MethodTypeDesc INT_OF_NOTHING = MethodTypeDesc.of(CD_int);
  static final MethodTypeDesc LONG_OF_NOTHING = MethodTypeDesc.of(CD_long);
  static final MethodTypeDesc MASK_OF_LONG = MethodTypeDesc.of(VECTOR_MASK, SPECIES, CD_long);
  static final MethodTypeDesc LOAD = MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, FLOATS, CD_int);
  static final MethodTypeDesc LOAD_MASKED =
      MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, FLOATS, CD_int, VECTOR_MASK);
  static final MethodTypeDesc STORE = MethodTypeDesc.of(CD_void, FLOATS, CD_int);
  static final MethodTypeDesc STORE_MASKED =
      MethodTypeDesc.of(CD_void, FLOATS, CD_int, VECTOR_MASK);
  static final MethodTypeDesc BROADCAST = MethodTypeDesc.of(FLOAT_VECTOR, SPECIES, CD_float);

  static final MethodTypeDesc BROADCAST_INT = MethodTypeDesc.of(INT_VECTOR, SPECIES, CD_int);
  static final MethodTypeDesc INT_VECTOR_OF_NOTHING = MethodTypeDesc.of(INT_VECTOR);

  static final MethodTypeDesc SPECIES_OF_NOTHING = MethodTypeDesc.of(SPECIES);
  static final MethodTypeDesc IOTA =
      MethodTypeDesc.of(VECTOR_SHUFFLE, SPECIES, CD_int, CD_int, CD_boolean);

  private Types() {}

  private static ClassDesc vectorApi(String name) {
    return ClassDesc.of("jdk.incubator.vector", name);
  }

  static ClassDesc vectorOperator(String kind) {
    return OPERATORS.nested(kind);
  }

  static MethodTypeDesc vectorOf(ClassDesc... operands) {
    return MethodTypeDesc.of(FLOAT_VECTOR, operands);
  }

  /** The method that a routine's class implements. */
  static MethodTypeDesc routine() {
    return MethodTypeDesc.of(CD_void, FLOATS, SHORTS, FLOATS, INTS, CD_int, CD_int);
  }

  static MethodTypeDesc maskOf(ClassDesc... operands) {
    return MethodTypeDesc.of(VECTOR_MASK, operands);
  }
}
