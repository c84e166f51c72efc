package whyc.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import whyc.refusal.RefusedArgument;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.Tensor;
import whyc.tensor.TensorType;

/**
 * Makes a model take pictures: bytes [N,H,W,3], or [N,H,W,1] for a model of grey images, with every
 * extent open. The nodes stand in front of the model's own, and their result carries the name of
 * the model's input.
 *
 * <pre>{@code
 * y   = R x C^T                  x: the part of the picture that is used   y: [h,w] of the model's input
 * R_ij = max(0, 1 - |j + 1/2 - c_i| / s), rows scaled to the sum 1         C alike, for columns
 * c_i = (i + 1/2) r, at least 1/2 and at most (extent - 1/2)               half-pixel centres
 * r   = extent / h               s = max(r, 1): the triangle widens when shrinking
 * u8  = floor(y + 1/2)
 * input = (u8 * scale - mean_c) / std_c
 * }</pre>
 *
 * The matrices are made when the program runs, from the picture's extents, in double precision: a
 * byte is rounded once, and a rounding differs by a whole grey level, so single precision would not
 * do. They are dense; a picture of 12 million pixels costs 8 billion multiply-adds in double
 * precision for 224 rows, so shrink much larger ones before.
 *
 * @param width the input's width
 * @param height the input's height
 * @param resize what happens to a picture of another shape
 * @param cropFraction the share of the largest centred crop that {@code CROP} keeps
 * @param channels the model's channels, in order; pictures are red, green, blue
 * @param channelsLast whether the model's axes are [n,h,w,c] instead of [n,c,h,w]
 * @param scale the factor on the byte, before the mean is taken off
 * @param mean one number for every channel, in the model's order
 * @param std one number for every channel, in the model's order
 */
public record OnnxPrologue(
    int width,
    int height,
    Resize resize,
    double cropFraction,
    Channels channels,
    boolean channelsLast,
    double scale,
    List<Double> mean,
    List<Double> std) {

  /** How a picture meets the shape of the input. */
  public enum Resize {
    /** The whole picture, scaled to fit inside; the border is 0 in the model's input. */
    FIT,
    /** The largest centred rectangle of the input's shape. */
    CROP,
    /** The whole picture, its shape ignored. */
    STRETCH
  }

  /** The model's channels, in order. */
  public enum Channels {
    RGB,
    BGR,
    GREY;

    public int count() {
      return this == GREY ? 1 : 3;
    }
  }

  /** What the picture is called where the model has no tensor of this name. */
  private static final String PICTURE = "image";

  /**
   * Far more than a rounding error of the sums and far less than anything seen: what lies midway
   * between two bytes is rounded up, in whichever order it was summed.
   */
  private static final double TIE = 0x1p-30;

  /** {@code Range}, and more than one axis in {@code Unsqueeze}'s older form, are of this set. */
  private static final int LEAST_OPSET = 11;

  public OnnxPrologue {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    require(width > 0 && height > 0, "a width and a height of at least 1", width + "x" + height);
    require(
        cropFraction > 0 && cropFraction <= 1,
        "a crop fraction above 0 and at most 1",
        cropFraction);
    require(Double.isFinite(scale) && scale != 0, "a finite scale other than 0", scale);
    require(mean.size() == channels.count(), "one mean for every channel of " + channels, mean);
    require(std.size() == channels.count(), "one std for every channel of " + channels, std);
    require(mean.stream().allMatch(Double::isFinite), "finite means", mean);
    require(std.stream().allMatch(s -> Double.isFinite(s) && s > 0), "std above 0", std);
  }

  private static void require(boolean holds, String rule, Object came) {
    if (!holds) {
      throw new RefusedArgument("preprocessing wants " + rule + ", got " + came);
    }
  }

  /**
   * What the metadata of a file say about this, in the words that pictures are prepared by, too.
   */
  public SequencedMap<String, String> metadata() {
    SequencedMap<String, String> m = new LinkedHashMap<>();
    m.put("whyc.input", "raw");
    m.put("whyc.channels", channels.name().toLowerCase(Locale.ROOT));
    m.put("whyc.scale", String.valueOf(scale));
    m.put("whyc.mean", numbers(mean));
    m.put("whyc.std", numbers(std));
    m.put("whyc.resize", resize.name().toLowerCase(Locale.ROOT));
    m.put("whyc.crop", String.valueOf(cropFraction));
    return m;
  }

  private static String numbers(List<Double> numbers) {
    return numbers.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  /**
   * A program with pictures as its input.
   *
   * @param program the model's file, possibly with lines behind the model's own
   */
  public ModelProto prepend(Model model, ModelProto program) {
    check(model);
    GraphProto graph = program.getGraph();
    String own = model.input();
    Set<String> taken = OnnxCheck.names(graph);
    String picture = taken.contains(PICTURE) ? OnnxModel.OUTPUT + PICTURE : PICTURE;
    GraphProto.Builder front = GraphProto.newBuilder();
    new Lines(front, OnnxNodes.Version.of(program), names(taken))
        .write(picture, own, model.inputType());
    GraphProto.Builder result = graph.toBuilder().clearNode().clearInput();
    front.getInitializerList().forEach(result::addInitializer);
    front.getNodeList().forEach(result::addNode);
    for (NodeProto n : graph.getNodeList()) {
      result.addNode(n);
    }
    for (ValueInfoProto i : graph.getInputList()) {
      if (i.getName().equals(own)) {
        result.addValueInfo(i);
        result.addInput(picture(picture, i));
      } else {
        result.addInput(i);
      }
    }
    SequencedMap<String, String> metadata = metadata();
    metadata.put(OnnxModel.INPUT, own);
    return OnnxWriter.withMetadata(program.toBuilder().setGraph(result).build(), metadata);
  }

  private void check(Model model) {
    String name = model.file().name();
    TensorType type = model.inputType();
    Shape wanted =
        channelsLast
            ? Shape.of(type.shape().dim(0), height, width, channels.count())
            : Shape.of(type.shape().dim(0), channels.count(), height, width);
    if (!type.shape().equals(wanted)) {
      throw new ModelException(
          "%s: preprocessing to %s wants an input of that shape, got %s (input \"%s\")"
              .formatted(name, wanted, type, model.input()));
    }
    if (model.file().opset() < LEAST_OPSET) {
      throw new ModelException(
          "%s: preprocessing inside the file wants operator set %d or newer, got %d"
              .formatted(name, LEAST_OPSET, model.file().opset()));
    }
  }

  private static UnaryOperator<String> names(Set<String> taken) {
    Set<String> all = new HashSet<>(taken);
    int[] next = {0};
    return kind -> {
      while (true) {
        String name = OnnxModel.OURS + "picture/" + kind + "_" + next[0]++;
        if (all.add(name)) {
          return name;
        }
      }
    };
  }

  /** The picture as an input: the batch is that of the model's own input. */
  private ValueInfoProto picture(String name, ValueInfoProto own) {
    TensorShapeProto.Builder shape =
        TensorShapeProto.newBuilder()
            .addDim(own.getType().getTensorType().getShape().getDim(0))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("H"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("W"))
            .addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(channels.count()));
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setDocString(
            "pictures, bytes in rows of pixels"
                + (channels.count() == 3 ? ": red, green, blue" : ""))
        .setType(
            TypeProto.newBuilder()
                .setTensorType(
                    TypeProto.Tensor.newBuilder()
                        .setElemType(TensorProto.DataType.UINT8_VALUE)
                        .setShape(shape)))
        .build();
  }

  /** Along one axis: the extent of the picture, of its part that is used, and of the input. */
  private record Axis(String extent, String used, String filled, int target) {}

  private final class Lines extends OnnxNodes {
    private static final ElementType DOUBLE = ElementType.FLOAT64;
    private static final ElementType LONG = ElementType.INT64;

    Lines(GraphProto.Builder proto, Version version, UnaryOperator<String> fresh) {
      super(proto, version, OnnxModel.OURS, fresh);
    }

    void write(String picture, String own, TensorType type) {
      String extents = node("Shape", picture);
      String h = node("Gather", List.of(extents, scalar(LONG, 1)), integer("axis", 0));
      String w = node("Gather", List.of(extents, scalar(LONG, 2)), integer("axis", 0));
      String unit = unit(cast(h, DOUBLE), cast(w, DOUBLE));
      Axis rows = axis(h, height, unit);
      Axis columns = axis(w, width, unit);
      String y = resized(used(picture, rows, columns), matrix(rows), matrix(columns));
      String bytes = cast(cast(node("Add", List.of(y, scalar(DOUBLE, 0.5 + TIE))), LONG), DOUBLE);
      String x = normalised(inOrder(bytes));
      if (resize == Resize.FIT) {
        x =
            node(
                "Mul",
                List.of(x, node("Mul", List.of(column(isFilled(rows)), row(isFilled(columns))))));
      }
      if (channelsLast) {
        x = node("Transpose", List.of(x), integers("perm", List.of(0, 2, 3, 1)));
      }
      node("Cast", own, List.of(x), integer("to", TensorData.dataType(type.element())));
    }

    /**
     * How many pixels of the one are one pixel of the other; nothing is made of it for a stretch.
     */
    private String unit(String h, String w) {
      String target = scalar(DOUBLE, height);
      String targetWidth = scalar(DOUBLE, width);
      return switch (resize) {
        case STRETCH -> "";
        case CROP ->
            node(
                "Mul",
                List.of(
                    scalar(DOUBLE, cropFraction),
                    node(
                        "Min",
                        List.of(
                            node("Div", List.of(w, targetWidth)),
                            node("Div", List.of(h, target))))));
        case FIT ->
            node(
                "Min",
                List.of(node("Div", List.of(targetWidth, w)), node("Div", List.of(target, h))));
      };
    }

    private Axis axis(String extent, int target, String unit) {
      String whole = scalar(LONG, target);
      return switch (resize) {
        case STRETCH -> new Axis(extent, extent, whole, target);
        case CROP -> new Axis(extent, clamped(times(unit, whole), extent), whole, target);
        case FIT -> new Axis(extent, extent, clamped(times(unit, extent), whole), target);
      };
    }

    private String times(String unit, String extent) {
      return node("Mul", List.of(unit, cast(extent, DOUBLE)));
    }

    /** The nearest whole number that is at least 1 and at most {@code most}. */
    private String clamped(String number, String most) {
      String nearest = node("Add", List.of(number, scalar(DOUBLE, 0.5)));
      String atLeast = node("Max", List.of(nearest, scalar(DOUBLE, 1)));
      return cast(node("Min", List.of(atLeast, cast(most, DOUBLE))), LONG);
    }

    /** What is left before the middle part of an extent. */
    private String before(String extent, String part) {
      return node("Div", List.of(node("Sub", List.of(extent, part)), scalar(LONG, 2)));
    }

    private String used(String picture, Axis rows, Axis columns) {
      if (resize != Resize.CROP) {
        return picture;
      }
      String top = before(rows.extent, rows.used);
      String left = before(columns.extent, columns.used);
      String from = listOf(top, left);
      String to =
          listOf(node("Add", List.of(top, rows.used)), node("Add", List.of(left, columns.used)));
      return node("Slice", List.of(picture, from, to, shape(List.of(1, 2))));
    }

    private String listOf(String a, String b) {
      return node("Concat", List.of(asList(a), asList(b)), integer("axis", 0));
    }

    private String asList(String scalar) {
      return listed("Unsqueeze", scalar, List.of(0), 13);
    }

    /** Positions on the input's axis, counted from where it is filled, int64 [target]. */
    private String positions(Axis axis) {
      long[] all = new long[axis.target];
      java.util.Arrays.setAll(all, i -> i);
      String positions = constant(Tensor.of(Shape.of(axis.target), all));
      return resize == Resize.FIT
          ? node("Sub", List.of(positions, before(scalar(LONG, axis.target), axis.filled)))
          : positions;
    }

    /** [target,used]: how much of each of the picture's rows is in each of the input's. */
    private String matrix(Axis axis) {
      String used = cast(axis.used, DOUBLE);
      String step = node("Div", List.of(used, cast(axis.filled, DOUBLE)));
      String half = scalar(DOUBLE, 0.5);
      String centres =
          node("Mul", List.of(node("Add", List.of(cast(positions(axis), DOUBLE), half)), step));
      String inside =
          node(
              "Min",
              List.of(node("Max", List.of(centres, half)), node("Sub", List.of(used, half))));
      String places =
          node(
              "Add",
              List.of(node("Range", List.of(scalar(DOUBLE, 0), used, scalar(DOUBLE, 1))), half));
      String distance = node("Abs", node("Sub", List.of(row(places), column(inside))));
      String support = node("Max", List.of(step, scalar(DOUBLE, 1)));
      String weights =
          node(
              "Relu",
              node("Sub", List.of(scalar(DOUBLE, 1), node("Div", List.of(distance, support)))));
      return node("Div", List.of(weights, listed("ReduceSum", weights, List.of(1), 13)));
    }

    private String row(String list) {
      return listed("Unsqueeze", list, List.of(0), 13);
    }

    private String column(String list) {
      return listed("Unsqueeze", list, List.of(1), 13);
    }

    /** Whether a position is on the picture, 1 or 0. */
    private String isFilled(Axis axis) {
      String positions = positions(axis);
      String before = node("Less", List.of(positions, scalar(LONG, 0)));
      String inside = node("Less", List.of(positions, axis.filled));
      return cast(node("And", List.of(node("Not", before), inside)), DOUBLE);
    }

    /**
     * Bytes [n,h,w,c] to doubles [n,c,height,width]: rows while pixels lie side by side, then
     * columns.
     */
    private String resized(String used, String rows, String columns) {
      int count = channels.count();
      String lines = node("Reshape", List.of(cast(used, DOUBLE), shape(List.of(0, 0, -1))));
      String tall = node("MatMul", List.of(rows, lines));
      String pixels = node("Reshape", List.of(tall, shape(List.of(0, 0, -1, count))));
      String planes = node("Transpose", List.of(pixels), integers("perm", List.of(0, 3, 1, 2)));
      String transposed = node("Transpose", List.of(columns), integers("perm", List.of(1, 0)));
      return node("MatMul", List.of(planes, transposed));
    }

    private String inOrder(String x) {
      return channels == Channels.BGR
          ? node(
              "Gather",
              List.of(x, constant(Tensor.of(Shape.of(3), 2L, 1L, 0L))),
              integer("axis", 1))
          : x;
    }

    private String normalised(String x) {
      String scaled = node("Mul", List.of(x, scalar(DOUBLE, scale)));
      return node("Div", List.of(node("Sub", List.of(scaled, perChannel(mean))), perChannel(std)));
    }

    private String perChannel(List<Double> numbers) {
      double[] values = numbers.stream().mapToDouble(Double::doubleValue).toArray();
      return constant(Tensor.of(new TensorType(DOUBLE, Shape.of(values.length, 1, 1)), values));
    }
  }
}
