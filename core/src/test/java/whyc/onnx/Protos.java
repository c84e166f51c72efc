package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/** ONNX models made by hand, valid and otherwise. */
final class Protos {
  private Protos() {}

  /** A model of operator set 17 with the input x and the output y, and no nodes. */
  static ModelProto.Builder model(GraphProto.Builder graph) {
    return ModelProto.newBuilder()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
        .setGraph(graph);
  }

  /** A graph from x to y: the nodes, then an Identity from their last result to y. */
  static GraphProto.Builder graph(long[] x, NodeProto... nodes) {
    GraphProto.Builder g =
        GraphProto.newBuilder().setName("g").addInput(input("x", x)).addAllNode(List.of(nodes));
    String last = nodes.length == 0 ? "x" : nodes[nodes.length - 1].getOutput(0);
    return g.addNode(node("Identity", "y", last)).addOutput(output("y"));
  }

  static ValueInfoProto input(String name, long... dims) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    LongStream.of(dims).forEach(d -> shape.addDim(dim(d)));
    TypeProto.Tensor.Builder type =
        TypeProto.Tensor.newBuilder().setElemType(TensorProto.DataType.FLOAT_VALUE).setShape(shape);
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(TypeProto.newBuilder().setTensorType(type))
        .build();
  }

  private static TensorShapeProto.Dimension dim(long extent) {
    TensorShapeProto.Dimension.Builder b = TensorShapeProto.Dimension.newBuilder();
    return extent == 0 ? b.setDimParam("N").build() : b.setDimValue(extent).build();
  }

  static ValueInfoProto output(String name) {
    return ValueInfoProto.newBuilder().setName(name).build();
  }

  static NodeProto node(String op, String output, String... inputs) {
    return NodeProto.newBuilder()
        .setOpType(op)
        .setName(output)
        .addOutput(output)
        .addAllInput(List.of(inputs))
        .build();
  }

  static NodeProto with(NodeProto node, AttributeProto... attributes) {
    return node.toBuilder().addAllAttribute(List.of(attributes)).build();
  }

  static AttributeProto ints(String name, long... values) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INTS)
        .addAllInts(LongStream.of(values).boxed().toList())
        .build();
  }

  static AttributeProto integer(String name, long value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.INT)
        .setI(value)
        .build();
  }

  static AttributeProto text(String name, String value) {
    return AttributeProto.newBuilder()
        .setName(name)
        .setType(AttributeProto.AttributeType.STRING)
        .setS(ByteString.copyFromUtf8(value))
        .build();
  }

  static TensorProto floats(String name, int... dims) {
    Shape shape = Shape.of(dims);
    float[] values = new float[shape.size()];
    IntStream.range(0, values.length).forEach(i -> values[i] = (i % 7 - 3) / 4f);
    return TensorData.write(name, Tensor.of(shape, values));
  }

  static TensorProto longs(String name, long... values) {
    return TensorData.write(name, Tensor.of(Shape.of(values.length), values));
  }

  /** A classifier of 8 x 8 images with batch left open: every kind of layer that is common. */
  static ModelProto classifier() {
    return model(
            GraphProto.newBuilder()
                .setName("g")
                .addInput(input("image", 0, 2, 8, 8))
                .addInitializer(floats("w1", 4, 2, 3, 3))
                .addInitializer(floats("b1", 4))
                .addInitializer(floats("w2", 4, 1, 3, 3))
                .addInitializer(floats("scale", 4))
                .addInitializer(floats("shift", 4))
                .addInitializer(floats("mean", 4))
                .addInitializer(
                    TensorData.write("variance", Tensor.of(Shape.of(4), 1f, 2f, 3f, 4f)))
                .addInitializer(floats("w3", 16, 3))
                .addInitializer(floats("b3", 3))
                .addInitializer(longs("rows", 0, -1))
                .addNode(with(node("Conv", "conv1", "image", "w1", "b1"), ints("pads", 1, 1, 1, 1)))
                .addNode(node("Relu", "relu1", "conv1"))
                .addNode(
                    with(
                        node("MaxPool", "pool1", "relu1"),
                        ints("kernel_shape", 2, 2),
                        ints("strides", 2, 2)))
                .addNode(
                    with(
                        node("Conv", "conv2", "pool1", "w2"),
                        integer("group", 4),
                        ints("pads", 1, 1, 1, 1)))
                .addNode(
                    node(
                        "BatchNormalization",
                        "norm",
                        "conv2",
                        "scale",
                        "shift",
                        "mean",
                        "variance"))
                .addNode(node("Add", "sum", "norm", "pool1"))
                .addNode(
                    with(
                        node("AveragePool", "pool2", "sum"),
                        ints("kernel_shape", 2, 2),
                        ints("strides", 2, 2)))
                .addNode(node("Reshape", "flat", "pool2", "rows"))
                .addNode(node("Gemm", "scores", "flat", "w3", "b3"))
                .addNode(with(node("Softmax", "y", "scores"), integer("axis", 1)))
                .addOutput(output("y")))
        .build();
  }

  static Model read(ModelProto.Builder model) {
    return read(model.build());
  }

  static Model read(ModelProto model) {
    return Model.read(OnnxModel.parse("m.onnx", model.toByteArray()), Optional.empty());
  }
}
