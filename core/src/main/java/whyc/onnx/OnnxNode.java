package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.NodeProto;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import whyc.op.Emit;
import whyc.op.Op;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * One node of an ONNX graph, as a binding sees it: operands, attributes, operator set, and a place
 * to append lines.
 */
final class OnnxNode {
  /** Where the lines go. */
  final Emit g;

  private final NodeProto proto;
  private final List<Optional<Value>> operands;
  private final int opset;
  private final ExternalData external;

  OnnxNode(
      Emit g, NodeProto proto, List<Optional<Value>> operands, int opset, ExternalData external) {
    this.g = g;
    this.proto = proto;
    this.operands = operands;
    this.opset = opset;
    this.external = external;
  }

  int opset() {
    return opset;
  }

  String type() {
    return proto.getOpType();
  }

  /** Number of results that the node names. */
  int outputs() {
    return proto.getOutputCount();
  }

  /** Whether a result is asked for. */
  boolean wantsOutput(int i) {
    return i < proto.getOutputCount() && !proto.getOutput(i).isEmpty();
  }

  // Operands.

  int count() {
    return operands.size();
  }

  boolean has(int i) {
    return i < operands.size() && operands.get(i).isPresent();
  }

  Value operand(int i) {
    if (!has(i)) {
      throw new IllegalArgumentException("wants an operand " + i + ", got " + proto.getInputList());
    }
    return operands.get(i).orElseThrow();
  }

  Optional<Value> optional(int i) {
    return has(i) ? operands.get(i) : Optional.empty();
  }

  /** All operands that are there. */
  List<Value> all() {
    return operands.stream().flatMap(Optional::stream).toList();
  }

  TensorType typeOf(int i) {
    return g.type(operand(i));
  }

  Shape shape(int i) {
    return typeOf(i).shape();
  }

  int rank(int i) {
    return shape(i).rank();
  }

  /** The value of an operand that must be known at compile time. */
  Tensor known(int i) {
    return g.constant(operand(i))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "wants its operand "
                    + proto.getInput(i)
                    + " known at compile time; it depends on the input"));
  }

  // Attributes.

  private @Nullable AttributeProto attribute(String name) {
    for (AttributeProto a : proto.getAttributeList()) {
      if (a.getName().equals(name)) {
        return a;
      }
    }
    return null;
  }

  /** The attribute of this name, which must be of this type; the oldest files do not say types. */
  private @Nullable AttributeProto attribute(String name, AttributeType type) {
    AttributeProto a = attribute(name);
    if (a != null && a.getType() != type && a.getType() != AttributeType.UNDEFINED) {
      throw new IllegalArgumentException(
          "wants an attribute " + name + " of type " + type + ", got " + a.getType());
    }
    return a;
  }

  boolean hasAttribute(String name) {
    return attribute(name) != null;
  }

  long integer(String name, long otherwise) {
    AttributeProto a = attribute(name, AttributeType.INT);
    return a == null ? otherwise : a.getI();
  }

  int axis(String name, int otherwise, Shape of) {
    return of.axis(Math.clamp(integer(name, otherwise), Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  double real(String name, double otherwise) {
    AttributeProto a = attribute(name, AttributeType.FLOAT);
    return a == null ? otherwise : a.getF();
  }

  String text(String name, String otherwise) {
    AttributeProto a = attribute(name, AttributeType.STRING);
    return a == null ? otherwise : a.getS().toStringUtf8();
  }

  /** A list of integers, empty if the attribute is absent. */
  List<Integer> integers(String name) {
    AttributeProto a = attribute(name, AttributeType.INTS);
    return a == null
        ? List.of()
        : a.getIntsList().stream()
            .map(v -> Math.clamp(v, Integer.MIN_VALUE, Integer.MAX_VALUE))
            .toList();
  }

  /** A list of {@code count} integers, all {@code otherwise} if the attribute is absent. */
  List<Integer> integers(String name, int count, int otherwise) {
    List<Integer> list =
        hasAttribute(name) ? integers(name) : Collections.nCopies(count, otherwise);
    if (list.size() != count) {
      throw new IllegalArgumentException("wants " + count + " " + name + ", got " + list);
    }
    return list;
  }

  List<Double> reals(String name) {
    AttributeProto a = attribute(name, AttributeType.FLOATS);
    return a == null ? List.of() : a.getFloatsList().stream().map(Float::doubleValue).toList();
  }

  /** A tensor, which must be there; nothing if it has no elements. */
  Optional<Tensor> tensor(String name) {
    AttributeProto a = attribute(name, AttributeType.TENSOR);
    if (a == null || !a.hasT()) {
      throw new IllegalArgumentException("wants an attribute " + name);
    }
    return a.getT().getDimsList().contains(0L)
        ? Optional.empty()
        : Optional.of(TensorData.read(a.getT(), external));
  }

  /** Integers as they stand in the file. */
  long[] longs(String name) {
    AttributeProto a = attribute(name, AttributeType.INTS);
    return a == null ? new long[0] : a.getIntsList().stream().mapToLong(Long::longValue).toArray();
  }

  /**
   * Integers that stand in an attribute in older operator sets and in an operand in newer ones;
   * absent where neither is there.
   */
  Optional<List<Integer>> integers(String name, int operand) {
    if (has(operand)) {
      return Optional.of(IntStream.of(known(operand).ints()).boxed().toList());
    }
    return hasAttribute(name) ? Optional.of(integers(name)) : Optional.empty();
  }

  // Results.

  Value emit(Op op, Value... values) {
    return g.emit(op, values);
  }

  /** Known integers in a row; nothing if there are none. */
  Optional<Value> vector(long... values) {
    return values.length == 0
        ? Optional.empty()
        : Optional.of(g.constant(Tensor.of(Shape.of(values.length), values)));
  }

  /** A vector of one number a channel, as it broadcasts over a tensor of this rank. */
  Value perChannel(Value vector, int rank) {
    return g.unsqueeze(vector, IntStream.range(1, rank - 1).toArray());
  }
}
