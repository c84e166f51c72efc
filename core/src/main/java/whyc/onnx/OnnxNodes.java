package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * The words in which nodes are written: nodes, attributes, and constants, each of which stands
 * once.
 */
abstract class OnnxNodes {
  /** From this file format on, an initialiser need not be an input, too. */
  private static final int INITIALIZERS_STAND_ALONE = 4;

  private final GraphProto.Builder proto;
  private final Version version;
  private final String prefix;
  private final UnaryOperator<String> fresh;
  private final Map<Tensor, String> constants = new HashMap<>();

  /** Which words there are: of the operator set, and of the file format. */
  record Version(int opset, long format) {
    static Version of(OnnxModel model) {
      return new Version(model.opset(), model.proto().getIrVersion());
    }

    static Version of(ModelProto model) {
      return of(new OnnxModel("", java.util.Optional.empty(), model));
    }
  }

  /**
   * Words for one graph.
   *
   * @param prefix what the names of nodes begin with
   * @param fresh a name that is not taken, for a kind of tensor
   */
  OnnxNodes(GraphProto.Builder proto, Version version, String prefix, UnaryOperator<String> fresh) {
    this.proto = proto;
    this.version = version;
    this.prefix = prefix;
    this.fresh = fresh;
  }

  final int opset() {
    return version.opset;
  }

  /** A list of axes: an attribute before an operator set, an operand since. */
  final String listed(String op, String x, List<Integer> axes, int operandSince) {
    return opset() >= operandSince
        ? node(op, List.of(x, shape(axes)))
        : node(op, List.of(x), integers("axes", axes));
  }

  final String vector(long value) {
    return constant(Tensor.of(Shape.of(1), value));
  }

  final String shape(List<Integer> dims) {
    return constant(
        Tensor.of(Shape.of(dims.size()), dims.stream().mapToLong(Integer::longValue).toArray()));
  }

  final String scalar(TensorType like, double value) {
    return scalar(like.element(), value);
  }

  final String scalar(ElementType element, double value) {
    return constant(Tensor.scalar(element, value));
  }

  final String constant(Tensor tensor) {
    return constants.computeIfAbsent(tensor, this::write);
  }

  private String write(Tensor tensor) {
    String name = fresh.apply("constant");
    TensorProto value = TensorData.write(name, tensor);
    if (version.format >= INITIALIZERS_STAND_ALONE) {
      proto.addInitializer(value);
    } else {
      AttributeProto attribute =
          AttributeProto.newBuilder()
              .setName("value")
              .setType(AttributeProto.AttributeType.TENSOR)
              .setT(value)
              .build();
      node("Constant", name, List.of(), attribute);
    }
    return name;
  }

  final String cast(String x, ElementType element) {
    return node("Cast", List.of(x), integer("to", TensorData.dataType(element)));
  }

  final String node(String op, String x) {
    return node(op, List.of(x));
  }

  final String node(String op, List<String> x, AttributeProto... attributes) {
    return node(op, fresh.apply(op), x, attributes);
  }

  /** A node whose result has a given name, which is also the node's own behind the prefix. */
  final String node(String op, String result, List<String> x, AttributeProto... attributes) {
    proto.addNode(
        NodeProto.newBuilder()
            .setOpType(op)
            .setName(result.startsWith(prefix) ? result : prefix + result)
            .addAllInput(x)
            .addOutput(result)
            .addAllAttribute(List.of(attributes)));
    return result;
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto real(String name, double value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.FLOAT)
        .setF((float) value)
        .build();
  }

  static AttributeProto integers(String name, List<Integer> values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(values.stream().map(Integer::longValue).toList())
        .build();
  }
}
