package whyc.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static whyc.onnx.Protos.integer;
import static whyc.onnx.Protos.ints;
import static whyc.onnx.Protos.text;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import whyc.diff.Gradient;
import whyc.graph.Builder;
import whyc.graph.Graph;
import whyc.graph.Interpreter;
import whyc.op.Input;
import whyc.op.Value;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;

/**
 * What exporters make of common layers when the batch is left open: shapes are computed from the
 * shapes of tensors, node by node. Each pattern is read as a graph for every batch, whose rows, and
 * the rows of whose derivative, do not know of each other.
 */
class ExportPatternsTest {

  /** Nodes in the making; each has one result, whose name is the node's. */
  private static final class Net {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("g");
    private int opset = 17;

    String node(String op, List<String> inputs, AttributeProto... attributes) {
      String name = op + "_" + graph.getNodeCount();
      NodeProto node = Protos.node(op, name, inputs.toArray(String[]::new));
      graph.addNode(Protos.with(node, attributes));
      return name;
    }

    String node(String op, String... inputs) {
      return node(op, List.of(inputs));
    }

    String weight(int... dims) {
      String name = "weight_" + graph.getInitializerCount();
      graph.addInitializer(Protos.floats(name, dims));
      return name;
    }

    String longs(long... values) {
      String name = "longs_" + graph.getInitializerCount();
      graph.addInitializer(Protos.longs(name, values));
      return name;
    }

    String number(long value) {
      String name = "number_" + graph.getInitializerCount();
      graph.addInitializer(TensorData.write(name, Tensor.of(Shape.of(), value)));
      return name;
    }

    String real(float value) {
      String name = "real_" + graph.getInitializerCount();
      graph.addInitializer(TensorData.write(name, Tensor.of(Shape.of(), value)));
      return name;
    }

    /** One extent of a tensor, as {@code x.shape[axis]} is exported: a vector of one number. */
    String extent(String x, long axis) {
      String gathered = node("Gather", node("Shape", x), number(axis));
      return node("Unsqueeze", gathered, longs(0));
    }

    /** {@code x.reshape(...)} with extents that are vectors of one number. */
    String reshape(String x, String... extents) {
      return node("Reshape", x, node("Concat", List.of(extents), integer("axis", 0)));
    }

    String transpose(String x, long... order) {
      return node("Transpose", List.of(x), ints("perm", order));
    }
  }

  private record Pattern(String name, long[] input, Function<Net, String> body) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final long[] IMAGE = {0, 4, 8, 8};

  static Stream<Arguments> patterns() {
    return Stream.of(
            new Pattern("flatten by shape", IMAGE, ExportPatternsTest::flatten),
            new Pattern("channel shuffle", IMAGE, ExportPatternsTest::channelShuffle),
            new Pattern("group normalisation", IMAGE, ExportPatternsTest::groupNorm),
            new Pattern("squeeze and excitation", IMAGE, ExportPatternsTest::squeezeExcite),
            new Pattern("resize to a computed size", IMAGE, ExportPatternsTest::resize),
            new Pattern("chunk", IMAGE, ExportPatternsTest::chunk),
            new Pattern("channels last", new long[] {0, 8, 8, 3}, ExportPatternsTest::channelsLast),
            new Pattern("vision transformer", IMAGE, ExportPatternsTest::visionTransformer),
            new Pattern("shifted windows", IMAGE, ExportPatternsTest::windows),
            new Pattern("attention by einsum", IMAGE, ExportPatternsTest::einsum),
            new Pattern("attention operator", IMAGE, ExportPatternsTest::attention),
            new Pattern("pixel shuffle", IMAGE, ExportPatternsTest::pixelShuffle))
        .flatMap(p -> Stream.of(1L, 2L).map(seed -> Arguments.of(p, seed)));
  }

  private static String flatten(Net n) {
    return n.node("MatMul", n.reshape("x", n.extent("x", 0), n.longs(-1)), n.weight(256, 3));
  }

  /** ShuffleNet: {@code view(b, 2, c / 2, h, w).transpose(1, 2).view(b, -1, h, w)}. */
  private static String channelShuffle(Net n) {
    String b = n.extent("x", 0);
    String half = n.node("Div", n.extent("x", 1), n.longs(2));
    String h = n.extent("x", 2);
    String w = n.extent("x", 3);
    String groups = n.reshape("x", b, n.longs(2), half, h, w);
    String shuffled = n.reshape(n.transpose(groups, 0, 2, 1, 3, 4), b, n.longs(-1), h, w);
    return n.node("Conv", shuffled, n.weight(2, 4, 3, 3));
  }

  /** Before operator set 18: instances are groups, and the shape is taken back. */
  private static String groupNorm(Net n) {
    String groups = n.node("Reshape", "x", n.longs(0, 2, -1));
    String normal = n.node("InstanceNormalization", groups, n.weight(2), n.weight(2));
    String back = n.node("Reshape", normal, n.node("Shape", "x"));
    return n.node("Add", n.node("Mul", back, n.weight(4, 1, 1)), n.weight(4, 1, 1));
  }

  private static String squeezeExcite(Net n) {
    String pooled = n.node("GlobalAveragePool", "x");
    String narrow = n.node("Relu", n.node("Conv", pooled, n.weight(2, 4, 1, 1), n.weight(2)));
    String wide = n.node("HardSigmoid", n.node("Conv", narrow, n.weight(4, 2, 1, 1)));
    return n.node("Mul", "x", wide);
  }

  /** {@code interpolate(x, size=(2 * h, 2 * w), mode="bilinear")}. */
  private static String resize(Net n) {
    String first = n.node("Slice", n.node("Shape", "x"), n.longs(0), n.longs(2), n.longs(0));
    String doubled =
        n.node(
            "Mul",
            n.node("Concat", List.of(n.extent("x", 2), n.extent("x", 3)), integer("axis", 0)),
            n.longs(2, 2));
    String sizes = n.node("Concat", List.of(first, doubled), integer("axis", 0));
    return n.node(
        "Resize",
        List.of("x", "", "", sizes),
        text("mode", "linear"),
        text("coordinate_transformation_mode", "half_pixel"));
  }

  /** {@code a, b = x.chunk(2, 1); a * sigmoid(b)}, with the half computed from the shape. */
  private static String chunk(Net n) {
    String channels = n.node("Gather", n.node("Shape", "x"), n.number(1));
    String half = n.node("Div", n.node("Add", channels, n.number(1)), n.number(2));
    String end = n.node("Unsqueeze", half, n.longs(0));
    String twice = n.node("Mul", end, n.longs(2));
    String a = n.node("Slice", "x", n.longs(0), end, n.longs(1));
    String b = n.node("Slice", "x", end, twice, n.longs(1));
    return n.node("Mul", a, n.node("Sigmoid", b));
  }

  /** TensorFlow: images as they come, a Transpose in front and one behind. */
  private static String channelsLast(Net n) {
    String planes = n.transpose("x", 0, 3, 1, 2);
    String conv =
        n.node(
            "Conv",
            List.of(planes, n.weight(4, 3, 3, 3)),
            text("auto_pad", "SAME_UPPER"),
            ints("strides", 2, 2));
    String last = n.transpose(n.node("Relu", conv), 0, 2, 3, 1);
    return n.node("ReduceMean", List.of(last), ints("axes", 1, 2), integer("keepdims", 0));
  }

  /** {@code token.expand(b, -1, -1)}, as PyTorch writes it: -1 becomes 1 by comparison. */
  private static String expand(Net n, String token, String batch) {
    String wanted = n.node("Concat", List.of(batch, n.longs(-1), n.longs(-1)), integer("axis", 0));
    String ones = n.node("ConstantOfShape", List.of(n.longs(3)), one());
    String isOpen = n.node("Equal", wanted, n.node("Mul", ones, n.longs(-1)));
    return n.node("Expand", token, n.node("Where", isOpen, ones, wanted));
  }

  private static AttributeProto one() {
    return AttributeProto.newBuilder()
        .setName("value")
        .setType(AttributeProto.AttributeType.TENSOR)
        .setT(Protos.longs("", 1))
        .build();
  }

  /** Patches of 4 x 4, a class token, one block of attention with two heads of two numbers. */
  private static String visionTransformer(Net n) {
    String patches = n.node("Conv", List.of("x", n.weight(4, 4, 4, 4)), ints("strides", 4, 4));
    String b = n.extent(patches, 0);
    String flat = n.reshape(patches, b, n.extent(patches, 1), n.longs(-1));
    String tokens =
        n.node(
            "Concat",
            List.of(expand(n, n.weight(1, 1, 4), b), n.transpose(flat, 0, 2, 1)),
            integer("axis", 1));
    String placed = n.node("Add", tokens, n.weight(1, 5, 4));
    String normal = n.node("LayerNormalization", placed, n.weight(4), n.weight(4));
    String product = n.node("MatMul", normal, n.weight(4, 12));
    String qkv =
        n.transpose(
            n.reshape(product, b, n.extent(product, 1), n.longs(3), n.longs(2), n.longs(2)),
            2,
            0,
            3,
            1,
            4);
    String q = n.node("Gather", List.of(qkv, n.number(0)), integer("axis", 0));
    String k = n.node("Gather", List.of(qkv, n.number(1)), integer("axis", 0));
    String v = n.node("Gather", List.of(qkv, n.number(2)), integer("axis", 0));
    String scores = n.node("Mul", n.node("MatMul", q, n.transpose(k, 0, 1, 3, 2)), n.real(0.7f));
    String weights = n.node("Softmax", List.of(scores), integer("axis", -1));
    String mixed = n.transpose(n.node("MatMul", weights, v), 0, 2, 1, 3);
    String joined = n.reshape(mixed, b, n.extent(mixed, 1), n.longs(4));
    String sum = n.node("Add", placed, n.node("MatMul", joined, n.weight(4, 4)));
    String token = n.node("Gather", List.of(sum, n.number(0)), integer("axis", 1));
    return n.node("Gemm", token, n.weight(4, 3), n.weight(3));
  }

  /** Swin: windows of 4 x 4 become images of a larger batch, and come back. */
  private static String windows(Net n) {
    String last = n.transpose("x", 0, 2, 3, 1);
    String b = n.extent(last, 0);
    String h = n.extent(last, 1);
    String four = n.longs(4);
    String blocks = n.node("Div", h, four);
    String cut = n.reshape(last, b, blocks, four, blocks, four, n.extent(last, 3));
    String windows =
        n.reshape(n.transpose(cut, 0, 1, 3, 2, 4, 5), n.longs(-1), n.longs(16), n.longs(4));
    String scores = n.node("MatMul", windows, n.transpose(windows, 0, 2, 1));
    String mixed = n.node("MatMul", n.node("Softmax", scores), windows);
    String count = n.node("Div", n.extent(mixed, 0), n.node("Mul", blocks, blocks));
    String apart = n.reshape(mixed, count, blocks, blocks, four, four, n.longs(-1));
    String back = n.reshape(n.transpose(apart, 0, 1, 3, 2, 4, 5), count, h, h, n.longs(-1));
    return n.transpose(back, 0, 3, 1, 2);
  }

  private static String einsum(Net n) {
    String tokens = n.node("Reshape", "x", n.longs(0, 2, 2, 64));
    String scores = n.node("Einsum", List.of(tokens, tokens), text("equation", "bhid,bhjd->bhij"));
    String weights = n.node("Softmax", scores);
    String mixed = n.node("Einsum", List.of(weights, tokens), text("equation", "bhij,bhjd->bihd"));
    return n.node("Einsum", List.of(mixed, n.weight(2, 64, 3)), text("equation", "bihd,hde->bie"));
  }

  private static String attention(Net n) {
    n.opset = 23;
    String tokens = n.node("Reshape", "x", n.longs(0, 16, 16));
    String q = n.node("MatMul", tokens, n.weight(16, 8));
    String k = n.node("MatMul", tokens, n.weight(16, 8));
    return n.node(
        "Attention",
        List.of(q, k, k),
        integer("q_num_heads", 2),
        integer("kv_num_heads", 2),
        integer("is_causal", 1));
  }

  private static String pixelShuffle(Net n) {
    String b = n.extent("x", 0);
    String apart = n.reshape("x", b, n.longs(1), n.longs(2), n.longs(2), n.longs(8), n.longs(8));
    return n.reshape(n.transpose(apart, 0, 1, 4, 2, 5, 3), b, n.longs(1), n.longs(16), n.longs(16));
  }

  @ParameterizedTest(name = "{0} -Dseed={1}")
  @MethodSource("patterns")
  void isReadForEveryBatch(Pattern pattern, long seed) {
    Net net = new Net();
    String last = pattern.body.apply(net);
    net.graph.addInput(Protos.input("x", pattern.input)).addOutput(Protos.output(last));
    Model model =
        Protos.read(
            Protos.model(net.graph)
                .clearOpsetImport()
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(net.opset)));
    assertThat(model.dynamicBatch()).isTrue();

    Graph both = withDerivative(model.graph(), last);
    long size = pattern.input[1] * pattern.input[2] * pattern.input[3];
    double[] values = new Random(seed).doubles(4 * size, -2, 2).toArray();
    Map<String, Tensor> four = run(both, pattern, values);
    for (int i = 0; i < 4; i++) {
      double[] own = Arrays.copyOfRange(values, (int) (i * size), (int) ((i + 1) * size));
      for (Map.Entry<String, Tensor> alone : run(both, pattern, own).entrySet()) {
        Tensor together = four.get(alone.getKey());
        assertThat(together.shape().dim(0)).isEqualTo(4);
        int row = alone.getValue().size();
        for (int k = 0; k < row; k++) {
          assertThat(together.at(i * row + k))
              .as("%s of image %d at %d", alone.getKey(), i, k)
              .isCloseTo(
                  alone.getValue().at(k),
                  within(1e-6 * Math.max(1, Math.abs(alone.getValue().at(k)))));
        }
      }
    }
  }

  /** The result, and the derivative of half the sum of its squares. */
  private static Graph withDerivative(Graph graph, String name) {
    Builder b = Builder.continuing(graph);
    Value y = graph.output(name);
    Value x =
        IntStream.range(0, graph.nodes().size())
            .filter(i -> graph.nodes().get(i).op() instanceof Input)
            .mapToObj(Value::new)
            .findFirst()
            .orElseThrow();
    Value dx = Gradient.exact().of(b, y, y, List.of(x)).get(x);
    Map<String, Value> outputs = new LinkedHashMap<>();
    outputs.put("y", y);
    outputs.put("dx", dx);
    return b.finish(new LinkedHashMap<>(outputs));
  }

  private static Map<String, Tensor> run(Graph graph, Pattern pattern, double[] values) {
    int rest = (int) (pattern.input[1] * pattern.input[2] * pattern.input[3]);
    int batch = values.length / rest;
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    Shape shape =
        Shape.of(batch, (int) pattern.input[1], (int) pattern.input[2], (int) pattern.input[3]);
    return Interpreter.run(graph.withBatch(batch), Map.of("x", Tensor.of(shape, floats)));
  }
}
