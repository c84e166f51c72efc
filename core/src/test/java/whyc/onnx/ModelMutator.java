package whyc.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.AttributeProto.AttributeType;
import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Spoils models where it hurts: in their nodes, names, attributes, extents and types, so that what
 * comes out is still protobuf, and often still a graph.
 */
final class ModelMutator {
  private static final List<String> OPERATORS = List.copyOf(Bindings.operators());

  private static final List<String> ATTRIBUTES =
      List.of(
          "axis",
          "axes",
          "keepdims",
          "pads",
          "strides",
          "dilations",
          "kernel_shape",
          "group",
          "perm",
          "mode",
          "auto_pad",
          "ceil_mode",
          "count_include_pad",
          "alpha",
          "beta",
          "epsilon",
          "to",
          "value",
          "blocksize",
          "output_padding",
          "output_shape",
          "starts",
          "ends",
          "scales",
          "size",
          "p",
          "k",
          "upper",
          "exclusive",
          "num_groups",
          "num_outputs",
          "split",
          "equation",
          "batch_dims",
          "allowzero",
          "coordinate_transformation_mode",
          "transA",
          "block_size");

  private static final List<String> TEXTS =
      List.of(
          "SAME_UPPER",
          "SAME_LOWER",
          "VALID",
          "edge",
          "reflect",
          "wrap",
          "linear",
          "cubic",
          "nearest",
          "CRD",
          "tf_crop_and_resize",
          "align_corners",
          "ij,jk->ik",
          "...ij->...ji",
          "");

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    4,
    5,
    8,
    -2,
    16,
    63,
    255,
    4096,
    65_535,
    65_536,
    1 << 24,
    1 << 29,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private final RandomGenerator random;

  ModelMutator(RandomGenerator random) {
    this.random = random;
  }

  /** The model after a number of changes. */
  ModelProto mutate(ModelProto model, int changes) {
    ModelProto.Builder m = model.toBuilder();
    for (int i = 0; i < changes; i++) {
      change(m);
    }
    return m.build();
  }

  private void change(ModelProto.Builder m) {
    GraphProto.Builder g = m.getGraphBuilder();
    switch (random.nextInt(16)) {
      case 0 -> dropNode(g);
      case 1 -> g.addNode(random.nextInt(g.getNodeCount() + 1), newNode(g));
      case 2 -> swapNodes(g);
      case 3, 4, 5 -> changeNode(g, n -> changeAttribute(n));
      case 6, 7 -> changeNode(g, n -> n.setOpType(pick(OPERATORS)));
      case 8, 9 -> changeNode(g, n -> changeNames(g, n));
      case 10, 11 -> changeWeight(g);
      case 12 -> changeImage(g);
      case 13 -> m.setOpsetImport(0, opset());
      case 14 -> changeOutput(g);
      default -> asFunction(m);
    }
  }

  private interface Change {
    void to(NodeProto.Builder node);
  }

  private void changeNode(GraphProto.Builder g, Change change) {
    if (g.getNodeCount() > 0) {
      change.to(g.getNodeBuilder(random.nextInt(g.getNodeCount())));
    }
  }

  private void dropNode(GraphProto.Builder g) {
    if (g.getNodeCount() > 0) {
      g.removeNode(random.nextInt(g.getNodeCount()));
    }
  }

  private void swapNodes(GraphProto.Builder g) {
    if (g.getNodeCount() > 0) {
      int i = random.nextInt(g.getNodeCount());
      int j = random.nextInt(g.getNodeCount());
      NodeProto at = g.getNode(i);
      g.setNode(i, g.getNode(j)).setNode(j, at);
    }
  }

  /** A node in the middle of the graph: what used a tensor now uses the node's result. */
  private NodeProto newNode(GraphProto.Builder g) {
    String x = name(g);
    String y = "new" + random.nextInt(100);
    for (NodeProto.Builder n : g.getNodeBuilderList()) {
      for (int i = 0; i < n.getInputCount(); i++) {
        if (n.getInput(i).equals(x) && random.nextBoolean()) {
          n.setInput(i, y);
        }
      }
    }
    NodeProto.Builder n =
        NodeProto.newBuilder().setOpType(pick(OPERATORS)).addInput(x).addOutput(y);
    for (int i = random.nextInt(4); i > 0; i--) {
      n.addInput(name(g));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      changeAttribute(n);
    }
    return n.build();
  }

  private void changeNames(GraphProto.Builder g, NodeProto.Builder n) {
    if (n.getInputCount() > 0 && random.nextInt(3) > 0) {
      n.setInput(random.nextInt(n.getInputCount()), name(g));
    } else if (random.nextBoolean()) {
      n.addInput(name(g));
    } else if (n.getOutputCount() > 0) {
      n.setOutput(random.nextInt(n.getOutputCount()), name(g));
    }
  }

  private String name(GraphProto.Builder g) {
    List<String> names =
        Stream.of(
                g.getInputList().stream().map(ValueInfoProto::getName),
                g.getInitializerList().stream().map(TensorProto::getName),
                g.getNodeList().stream().flatMap(n -> n.getOutputList().stream()),
                Stream.of(""))
            .flatMap(s -> s)
            .toList();
    return pick(names);
  }

  private void changeAttribute(NodeProto.Builder n) {
    int count = n.getAttributeCount();
    if (count > 0 && random.nextInt(4) == 0) {
      n.removeAttribute(random.nextInt(count));
    } else if (count > 0 && random.nextInt(3) > 0) {
      int i = random.nextInt(count);
      n.setAttribute(i, changed(n.getAttribute(i)));
    } else {
      n.addAttribute(attribute(pick(ATTRIBUTES)));
    }
  }

  private AttributeProto changed(AttributeProto a) {
    if (a.getIntsCount() > 0 && random.nextInt(4) > 0) {
      return a.toBuilder().setInts(random.nextInt(a.getIntsCount()), number()).build();
    }
    return random.nextInt(4) == 0
        ? a.toBuilder().setType(pick(List.of(AttributeType.values()))).build()
        : attribute(a.getName());
  }

  private AttributeProto attribute(String name) {
    AttributeProto.Builder a = AttributeProto.newBuilder().setName(name);
    return switch (random.nextInt(6)) {
      case 0, 1 -> a.setType(AttributeType.INT).setI(number()).build();
      case 2 -> a.setType(AttributeType.FLOAT).setF(real()).build();
      case 3 -> a.setType(AttributeType.STRING).setS(ByteString.copyFromUtf8(pick(TEXTS))).build();
      case 4 -> a.setType(AttributeType.TENSOR).setT(weight("t")).build();
      default ->
          a.setType(AttributeType.INTS)
              .addAllInts(IntStream.range(0, random.nextInt(6)).mapToObj(i -> number()).toList())
              .build();
    };
  }

  private void changeWeight(GraphProto.Builder g) {
    if (g.getInitializerCount() == 0) {
      return;
    }
    int i = random.nextInt(g.getInitializerCount());
    TensorProto.Builder t = g.getInitializerBuilder(i);
    switch (random.nextInt(5)) {
      case 0 -> g.setInitializer(i, weight(t.getName()));
      case 1 -> t.setDataType(random.nextInt(18));
      case 2 -> {
        if (t.getDimsCount() > 0) {
          t.setDims(random.nextInt(t.getDimsCount()), number());
        }
      }
      case 3 -> {
        byte[] bytes = t.getRawData().toByteArray();
        if (bytes.length > 0) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        t.setRawData(ByteString.copyFrom(bytes));
      }
      default -> g.addInitializer(weight("w" + random.nextInt(9)));
    }
  }

  /** A small tensor of small or odd numbers: shapes, axes, indices, scales. */
  private TensorProto weight(String name) {
    int count = 1 + random.nextInt(5);
    TensorProto.Builder t = TensorProto.newBuilder().setName(name);
    if (count > 1 || random.nextBoolean()) {
      t.addDims(count);
    }
    if (random.nextBoolean()) {
      t.setDataType(TensorProto.DataType.INT64_VALUE);
      IntStream.range(0, count).forEach(i -> t.addInt64Data(number()));
    } else {
      t.setDataType(TensorProto.DataType.FLOAT_VALUE);
      IntStream.range(0, count).forEach(i -> t.addFloatData(real()));
    }
    return t.build();
  }

  private void changeImage(GraphProto.Builder g) {
    if (g.getInputCount() == 0) {
      return;
    }
    g.setInput(0, Protos.input(g.getInput(0).getName(), numbers(1 + random.nextInt(5))));
  }

  private void changeOutput(GraphProto.Builder g) {
    if (g.getOutputCount() > 0 && random.nextBoolean()) {
      g.getOutputBuilder(random.nextInt(g.getOutputCount())).setName(name(g));
    } else {
      g.addOutput(Protos.output(name(g)));
    }
  }

  /** Some nodes move into a function, which is called in their place, or twice, or by itself. */
  private void asFunction(ModelProto.Builder m) {
    GraphProto.Builder g = m.getGraphBuilder();
    if (g.getNodeCount() == 0) {
      return;
    }
    int at = random.nextInt(g.getNodeCount());
    NodeProto node = g.getNode(at);
    String name = "f" + random.nextInt(3);
    NodeProto.Builder call =
        NodeProto.newBuilder()
            .setDomain("whyc.fuzz")
            .setOpType(name)
            .addAllInput(node.getInputList())
            .addAllOutput(node.getOutputList());
    FunctionProto.Builder f =
        FunctionProto.newBuilder()
            .setDomain("whyc.fuzz")
            .setName(name)
            .addAllInput(node.getInputList())
            .addAllOutput(node.getOutputList())
            .addNode(node);
    if (random.nextInt(4) == 0) {
      f.addNode(call);
    }
    m.addFunctions(f);
    g.setNode(at, call);
  }

  private OperatorSetIdProto opset() {
    return OperatorSetIdProto.newBuilder().setVersion(random.nextInt(28)).build();
  }

  private long number() {
    return random.nextInt(3) == 0
        ? NUMBERS[random.nextInt(NUMBERS.length)]
        : random.nextInt(10) - 2;
  }

  private long[] numbers(int count) {
    return IntStream.range(0, count).mapToLong(i -> number()).toArray();
  }

  private float real() {
    return switch (random.nextInt(8)) {
      case 0 -> Float.NaN;
      case 1 -> Float.POSITIVE_INFINITY;
      case 2 -> -1e30f;
      case 3 -> 1e-30f;
      default -> (random.nextInt(17) - 8) / 4f;
    };
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /** Choices that are read from bytes, so that a fuzzer which changes bytes changes choices. */
  static final class Choices implements RandomGenerator {
    private final byte[] bytes;
    private int at;

    Choices(byte[] bytes) {
      this.bytes = bytes;
    }

    boolean isEmpty() {
      return at >= bytes.length;
    }

    private int next() {
      return isEmpty() ? 0 : bytes[at++] & 0xff;
    }

    @Override
    public int nextInt() {
      int two = next() << 8 | next();
      return two << 16 | two;
    }

    @Override
    public long nextLong() {
      return (long) nextInt() << 32 | (nextInt() & 0xffffffffL);
    }
  }
}
