package whyc.onnx;

import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import whyc.graph.Graph;
import whyc.graph.Node;
import whyc.op.Constant;
import whyc.op.Value;
import whyc.tensor.ElementType;
import whyc.tensor.Shape;
import whyc.tensor.TensorType;

/**
 * A classifier that was understood.
 *
 * @param file where it came from
 * @param graph its lines, all primitives; typed for a batch of {@link #TYPED_BATCH} where the batch
 *     is free, so that no extent of 1 is taken for a batch or the other way round
 * @param input the name of the image
 * @param dynamicBatch whether the graph serves every batch
 */
public record Model(OnnxModel file, Graph graph, String input, boolean dynamicBatch) {

  /** The batch that graphs of free batch are typed for. */
  public static final int TYPED_BATCH = 3;

  /** Height and width for a model that leaves them open. */
  public record Size(int height, int width) {}

  private static final Size USUAL = new Size(224, 224);

  /**
   * Reads a model's graph. Of an explained file, it is the model that the file explains.
   *
   * @param size extents for spatial axes that the file leaves open
   */
  public static Model read(OnnxModel whole, Optional<Size> size) {
    OnnxModel file = whole.withoutExplanation();
    ValueInfoProto image = image(file);
    String name = image.getName();
    if (hasFreeBatch(image)) {
      try {
        Graph small = Importer.read(file, Map.of(name, type(file, image, size, TYPED_BATCH - 1)));
        Graph large = Importer.read(file, Map.of(name, type(file, image, size, TYPED_BATCH)));
        Optional<Graph> lifted = BatchLift.of(small, large);
        if (lifted.isPresent()) {
          return new Model(file, numbersOnly(file, lifted.get()), name, true);
        }
      } catch (ModelException e) {
        // Some files leave the batch open and then reshape to a batch of 1: they are read as such.
        // Whatever else is wrong with them is found again below.
      }
    }
    Graph single = Importer.read(file, Map.of(name, type(file, image, size, 1)));
    Graph needed = new whyc.pass.RemoveDead().apply(single);
    return new Model(file, numbersOnly(file, needed), name, false);
  }

  /** Refuses weights that are no numbers: every score, and every attribution, would be none. */
  private static Graph numbersOnly(OnnxModel file, Graph graph) {
    for (int i = 0; i < graph.nodes().size(); i++) {
      if (graph.nodes().get(i).op() instanceof Constant c && c.value().hasNaN()) {
        Node n = graph.nodes().get(i);
        Value value = new Value(i);
        String where =
            n.label().isEmpty()
                ? graph.nodes().stream()
                    .filter(user -> user.operands().contains(value) && !user.label().isEmpty())
                    .findFirst()
                    .map(user -> "what the model computes for \"" + user.label() + "\"")
                    .orElse("what the model computes from its weights")
                : "initialiser \"" + n.label() + "\"";
        throw new ModelException(
            file.name()
                + ": weights want to be numbers, got NaN ("
                + where
                + ", "
                + n.type()
                + ")");
      }
    }
    return graph;
  }

  /** The type of the image for one sample. */
  public TensorType inputType() {
    TensorType type =
        graph.inputs().stream()
            .filter(i -> i.input().equals(input))
            .findFirst()
            .orElseThrow()
            .type();
    return dynamicBatch ? type.with(type.shape().with(0, 1)) : type;
  }

  /** The one input that is no weight. */
  private static ValueInfoProto image(OnnxModel file) {
    Set<String> weights = new HashSet<>();
    file.proto().getGraph().getInitializerList().forEach(t -> weights.add(t.getName()));
    List<ValueInfoProto> free =
        file.proto().getGraph().getInputList().stream()
            .filter(i -> !weights.contains(i.getName()))
            .toList();
    if (free.size() != 1) {
      throw new ModelException(
          file.name()
              + ": a classifier wants one input, an image, got "
              + free.stream().map(ValueInfoProto::getName).toList());
    }
    return free.getFirst();
  }

  private static boolean hasFreeBatch(ValueInfoProto info) {
    TensorShapeProto shape = info.getType().getTensorType().getShape();
    return shape.getDimCount() > 1 && shape.getDim(0).getDimValue() <= 0;
  }

  private static TensorType type(
      OnnxModel file, ValueInfoProto info, Optional<Size> size, int batch) {
    TypeProto.Tensor type = info.getType().getTensorType();
    if (!info.getType().hasTensorType() || !type.hasShape() || type.getShape().getDimCount() < 2) {
      throw new ModelException(
          file.name()
              + ": a classifier wants an input [n,c,h,w], got none of known rank (input \""
              + info.getName()
              + "\")");
    }
    List<TensorShapeProto.Dimension> dims = type.getShape().getDimList();
    boolean channelsLast =
        dims.size() == 4 && dims.get(3).getDimValue() >= 1 && dims.get(3).getDimValue() <= 4;
    Size open = size.orElse(USUAL);
    List<Integer> extents = new ArrayList<>();
    for (int i = 0; i < dims.size(); i++) {
      long given = dims.get(i).getDimValue();
      boolean height = dims.size() == 4 && i == (channelsLast ? 1 : 2);
      boolean width = dims.size() == 4 && i == (channelsLast ? 2 : 3);
      long extent =
          given > 0
              ? given
              : i == 0
                  ? batch
                  : height ? open.height() : width ? open.width() : dims.size() == 4 ? 3 : 0;
      if (extent < 1 || extent > Shape.MAX_SIZE) {
        throw new ModelException(
            file.name()
                + ": an input wants known extents, got "
                + (given > 0 ? String.valueOf(given) : "\"" + dims.get(i).getDimParam() + "\"")
                + " at axis "
                + i
                + " (input \""
                + info.getName()
                + "\")");
      }
      extents.add((int) extent);
    }
    try {
      ElementType element =
          type.getElemType() == TensorProto.DataType.UNDEFINED_VALUE
              ? ElementType.FLOAT32
              : TensorData.element(type.getElemType());
      return new TensorType(element, new Shape(extents));
    } catch (IllegalArgumentException e) {
      throw new ModelException(
          file.name() + ": input \"" + info.getName() + "\": " + e.getMessage(), e);
    }
  }
}
